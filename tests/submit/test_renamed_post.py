"""A post was renamed while somebody wrote, or had a comment that waits."""

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Comment, Report
from tests.factories import (
    form_fields,
    make_comment,
    make_user,
    moderator,
    send_comment,
)
from tests.pages import html, words

pytestmark = pytest.mark.django_db

OWN = {"Sec-Fetch-Site": "same-origin"}
TYPED = "Nobody got in & <that> is “true”."
SAVED = "Saved. A moderator reads every comment"


def rename(post, **fields) -> str:
    """Its path before."""
    row = Post.objects.get(pk=post.pk)
    for name, value in ({"slug": "tramway"} | fields).items():
        setattr(row, name, value)
    row.save()
    before, post.path = post.path, row.path
    assert before != post.path
    return before


def send(client, path, **fields):
    return client.post(f"{path}comments/", form_fields(**fields), headers=OWN, follow=True)


@pytest.mark.parametrize("changed", [{"slug": "tramway"}, {"kind": "page"}, {"slug": "電車"}])
def test_a_comment_that_was_typed_before_the_post_was_renamed_is_saved(client, post, changed):
    before = rename(post, **changed)
    answer = send(client, before, body=TYPED)
    assert [status for _url, status in answer.redirect_chain] == [308, 303]
    assert Comment.objects.get().body == TYPED
    assert answer.status_code == 200 and SAVED in words(answer)


def test_a_preview_and_an_error_keep_the_text(client, post):
    before = rename(post)
    for more in ({"preview": "1"}, {"email": ""}):
        answer = send(client, before, body=TYPED, **more)
        assert answer.redirect_chain == [(f"{post.path}comments/", 308)]
        assert TYPED in words(answer) and f'action="{post.path}comments/"' in html(answer)


def test_a_signed_in_reader_and_a_report_are_led_there_too(post):
    comment, before = make_comment(post, status="approved"), rename(post)
    client = Client(enforce_csrf_checks=True)
    client.force_login(make_user())
    client.get(post.path)
    token = {"csrfmiddlewaretoken": client.cookies["csrftoken"].value}
    assert SAVED in words(send(client, before, body=TYPED, **token))
    path = f"{comment.get_absolute_url().replace(post.path, before)}report/"
    answer = Client().post(path, {"words": "Rude."}, headers=OWN, follow=True)
    assert answer.redirect_chain[0][1] == 308
    assert Report.objects.get().words == "Rude."


def test_twice_renamed_is_one_step(client, post):
    first, second = rename(post), rename(post, slug="tramline")
    for before in (first, second):
        assert send(client, before).redirect_chain[0] == (f"{post.path}comments/", 308)


@pytest.mark.parametrize(
    "path", ["//evil.example/comments/", "/\\evil.example/comments/", "/2026/11//evil.example/"]
)
def test_nobody_is_led_to_another_site(client, post, path):
    answer = client.post(rename(post) + path, form_fields(), headers=OWN)
    assert answer.status_code == 404 or answer.url.startswith(post.path)
    assert client.post(path, form_fields(), headers=OWN).status_code == 404


def test_a_post_that_is_not_public_is_not_told(client, post):
    before = rename(post)
    Post.objects.update(status="private")
    answer = send(client, before, body=TYPED)
    assert answer.status_code == 404 and answer.redirect_chain == []
    assert TYPED in words(answer) and "tramway" not in html(answer)


# The cookie is bound to a path: a browser at the new one has none.


def browser(client, path) -> Client:
    """With those cookies that a browser would send to this path."""
    other = Client()
    for name, cookie in client.cookies.items():
        if path.startswith(cookie["path"]):
            other.cookies[name] = cookie.value
    return other


def test_a_comment_that_waits_is_seen_by_whoever_comes_by_the_old_address(client, post):
    send_comment(client, post, body=TYPED)
    before = rename(post)
    assert SAVED not in words(browser(client, post.path).get(post.path))
    answer = client.get(f"{before}?c=1")
    assert answer.status_code == 301 and answer.url == f"{post.path}?c=1"
    assert answer.cookies["waiting-before"]["path"] == post.path
    assert answer["Cache-Control"] == "private, no-cache"
    reader = browser(client, post.path)
    assert "waiting" not in reader.cookies
    assert SAVED in words(reader.get(post.path))


def test_what_was_sent_at_either_address_is_seen(client, post):
    send_comment(client, post, body="At the old address.")
    before = rename(post)
    Comment.objects.update(author_email="other@example.net")
    new = Client()
    send_comment(new, post, body="At the new address.")
    new.cookies["waiting-before"] = client.get(before).cookies["waiting-before"].value
    said = words(new.get(post.path))
    assert "At the old address." in said and "At the new address." in said


def test_a_forged_cookie_is_not_carried(client, post):
    before = rename(post)
    client.cookies["waiting"] = "1:forged"
    assert client.get(before).cookies == {}


def test_a_moderator_is_led_there_too(client, post):
    comment, before = make_comment(post, status="approved"), rename(post)
    client.force_login(moderator())
    form = f"reply/{comment.public_id}/"
    assert client.get(f"{before}{form}").url == f"{post.path}{form}"
