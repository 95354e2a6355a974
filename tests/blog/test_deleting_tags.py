"""A tag is deleted: its addresses lead elsewhere, and its posts keep a label."""

import pytest
from django.test import Client
from django.urls import reverse

from blog.cache import versions
from blog.models import Role, Tag
from tests.factories import make_post, make_user
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    client = Client()
    client.force_login(make_user(Role.EDITOR))
    return client


def tag(name: str) -> Tag:
    return Tag.objects.get(name=name)


def page_of(name: str) -> str:
    return reverse("admin:blog_tag_delete", args=[tag(name).pk])


def leads_to(path: str) -> str:
    answer = Client().get(path)
    return answer.headers["Location"] if answer.status_code == 301 else str(answer.status_code)


def labelled(*names: str):
    post = make_post(tags=names)
    post.choose_lead_tag(list(names))
    return post


def test_the_page_says_how_many_posts_have_the_tag(editor):
    labelled("Iran", "War"), labelled("War", "Iran")
    said = words(editor.get(page_of("Iran")))
    assert "2 posts have this tag, and lose it." in said
    assert "It is the label of 1 post, which gets the first of its other tags." in said


def test_its_addresses_lead_to_the_page_of_all_tags_unless_another_is_chosen(editor):
    make_post(tags=["Iran"])
    renamed = tag("Iran")
    renamed.name = "Persia"
    renamed.save()
    before = versions.read(versions.SITE)
    answer = editor.post(page_of("Persia"), {"to": "tags"}, follow=True)
    assert "“Persia” was deleted. Its web address leads to the page of all tags." in words(answer)
    assert leads_to("/tag/persia/") == leads_to("/tag/iran/") == "/tags/"
    assert leads_to("/tag/iran/page/2/") == "/tags/"
    for feed in ("feed/", "feed/atom/", "feed.json"):
        assert leads_to(f"/tag/persia/{feed}") == f"/{feed}"
    assert versions.read(versions.SITE) != before


@pytest.mark.parametrize("rest", ["", "feed/", "feed/atom/", "feed.json"])
def test_its_addresses_lead_to_another_tag(editor, rest):
    make_post(tags=["Iran"]), make_post(tags=["War"])
    answer = editor.post(page_of("Iran"), {"to": "tag", "name": " WAR "}, follow=True)
    assert "“Iran” was deleted. Its web address leads to “War”." in words(answer)
    assert leads_to(f"/tag/iran/{rest}") == f"/tag/war/{rest}"


WRONG = [
    ({"to": "tag"}, "Write the name of the other tag."),
    ({"to": "tag", "name": "Nowhere"}, "There is no tag of this name."),
    ({"to": "tag", "name": "IRAN"}, "This is the tag that you delete."),
    ({"to": "moon"}, "moon is not one of the available choices."),
    ({"name": "x" * 5000, "to": "tag"}, "There is no tag of this name."),
]


@pytest.mark.parametrize(("sent", "said"), WRONG)
def test_a_wrong_answer_deletes_nothing_and_comes_back(editor, sent, said):
    make_post(tags=["Iran"])
    assert said in words(editor.post(page_of("Iran"), sent))
    assert Tag.objects.get().name == "Iran"


def test_a_post_whose_label_it_was_gets_its_next_tag(editor):
    two, one = labelled("Iran", "War", "Oil"), labelled("Iran")
    editor.post(page_of("Iran"), {"to": "tags"})
    for post in (two, one):
        post.refresh_from_db()
    assert (two.lead_tag, one.lead_tag) == (tag("War"), None)


def test_a_deleted_tag_that_is_typed_again_takes_its_own_address_back(editor):
    make_post(tags=["Iran"])
    editor.post(page_of("Iran"), {"to": "tags"})
    make_post(tags=["Iran"])
    assert (tag("Iran").slug, leads_to("/tag/iran/")) == ("iran", "200")


def test_an_address_that_leads_to_another_tag_stays_with_it(editor):
    make_post(tags=["Iran", "War"])
    editor.post(page_of("Iran"), {"to": "tag", "name": "War"})
    make_post(tags=["Iran"])
    assert (tag("Iran").slug, leads_to("/tag/iran/")) == ("iran-2", "/tag/war/")


def test_several_deleted_at_once_leave_no_dead_link(editor):
    posts = [labelled("Iran", "War"), labelled("Oil", "War")]
    chosen = {"action": "delete_selected", "_selected_action": [tag("Iran").pk, tag("Oil").pk]}
    asked = words(editor.post(reverse("admin:blog_tag_changelist"), chosen))
    assert "Iran (1 post)" in asked and "lead to the page of all tags" in asked
    editor.post(reverse("admin:blog_tag_changelist"), chosen | {"post": "yes"})
    assert leads_to("/tag/iran/") == leads_to("/tag/oil/") == "/tags/"
    for post in posts:
        post.refresh_from_db()
        assert post.lead_tag == tag("War")
