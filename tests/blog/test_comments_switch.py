"""Whether a post takes comments: what the form in the admin does with the switch."""

import re

import pytest
from django.test import Client

from blog.models import Post, Role
from tests.desk import Desk
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db


def opened(desk, post) -> dict:
    """What the form says of the switch, as the browser sends it back."""
    form = desk.page(post).context["adminform"].form
    hidden = str(form["comments_open"])
    assert 'type="hidden" name="initial-comments_open"' in hidden
    ticked = {"comments_open": "on"} if " checked" in hidden else {"comments_open": ""}
    was = re.search(r'name="initial-comments_open" value="(\w+)"', hidden)[1]
    return ticked | {"initial-comments_open": was}


@pytest.mark.parametrize("before", [True, False])
def test_a_form_that_was_open_before_leaves_closed_comments_as_they_are(before):
    desk = Desk(Role.EDITOR)
    post = make_post(comments_open=before)
    switch = opened(desk, post)
    Post.objects.filter(pk=post.pk).update(comments_open=not before)
    assert desk.type("_update", post, title="A typo less", **switch).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.comments_open) == ("A typo less", not before)


@pytest.mark.parametrize("before", [True, False])
def test_whoever_changes_the_switch_itself_is_obeyed(before):
    desk = Desk(Role.EDITOR)
    post = make_post(comments_open=before)
    switch = opened(desk, post) | {"comments_open": "" if before else "on"}
    assert desk.type("_update", post, **switch).status_code == 302
    post.refresh_from_db()
    assert post.comments_open is not before


def test_a_page_that_comes_back_with_an_error_still_knows_what_it_showed():
    desk = Desk(Role.EDITOR)
    post = make_post()
    switch = opened(desk, post)
    Post.objects.filter(pk=post.pk).update(comments_open=False)
    answer = desk.type("_update", post, title="", **switch)
    assert 'name="initial-comments_open" value="True"' in answer.content.decode()
    assert desk.type("_update", post, **switch).status_code == 302
    post.refresh_from_db()
    assert not post.comments_open


@pytest.mark.parametrize("ticked", ["on", ""])
def test_a_new_post_takes_what_is_ticked(ticked):
    desk = Desk(Role.EDITOR)
    sent = {"initial-comments_open": "True", "comments_open": ticked}
    assert desk.typed(**sent).comments_open is bool(ticked)


# A page takes no comments unless they are opened


ON = {"comments_open": "on"}
UNTOUCHED = ON | {"initial-comments_open": "True"}


def test_what_becomes_a_page_takes_no_comments_until_they_are_opened():
    desk = Desk(Role.EDITOR)
    made = desk.typed(kind="page", **UNTOUCHED)
    became = desk.typed(title="Contact", **UNTOUCHED)
    assert became.comments_open
    desk.type("_update", became, title="Contact", kind="page", **UNTOUCHED)
    for page in (made, Post.objects.get(pk=became.pk)):
        assert (page.kind, page.comments_open) == ("page", False)
        assert b'class="form comment-form"' not in Client().get(page.path).content
        desk.type("_update", page, kind="page", title=page.title, **opened(desk, page) | ON)
        assert b'class="form comment-form"' in Client().get(page.path).content
        desk.type("_update", page, kind="page", title=page.title, **opened(desk, page))
        assert Post.objects.get(pk=page.pk).comments_open


def test_a_page_made_elsewhere_takes_none_either():
    author = make_user(Role.EDITOR)
    for more, is_open in (({}, False), ({"comments_open": True}, True)):
        page = Post.objects.create(kind="page", title="About", author=author, **more)
        assert Post.objects.get(pk=page.pk).comments_open is is_open
    assert make_post().comments_open
