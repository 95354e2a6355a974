"""Whose session ended while they typed: the text comes back, and a link to sign in."""

from urllib.parse import quote

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Comment, Edit, Mail, Policy
from tests.factories import make_comment, make_post, moderator
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

TYPED = "Thank you, we have asked the *ferry company*.\n\nIt takes a <week>."
SAID = "You are not signed in any more. Nothing was saved."


def send(path, came="", **fields):
    headers = {"Referer": f"http://testserver{came}"} if came else {}
    return Client().post(path, fields, headers=headers)


@pytest.mark.parametrize(
    ("page", "name"),
    [("reply", "body"), ("edit", "body"), ("write", "text"), ("evidence", "note")],
)
def test_a_long_text_is_not_dropped(page, name):
    comment = make_comment(body="First words.")
    path = f"/moderation/{comment.public_id}/{page}/"
    response = send(path, path, seen=comment.version, next="/moderation/", **{name: TYPED})
    assert response.status_code == 403 and SAID in words(response)
    assert "What you typed is below. Copy it, sign in and send it once more." in words(response)
    typed = TYPED.replace("<", "&lt;").replace(">", "&gt;")
    assert f"{typed}</textarea>" in html(response)
    assert 'id="typed-2"' not in html(response), "of the hidden fields nothing"
    assert f"/login/?next={path}" in hrefs(response)
    assert "no-store" in response["Cache-Control"]
    assert Comment.objects.get().body == "First words."
    assert not (Edit.objects.exists() or Mail.objects.exists())


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/moderation/policy/", {"hold_words": "casino\nroulette"}),
        ("/moderation/many/", {"tab": "pending", "text": "casino", "verb": "spam"}),
        ("/moderation/{}/block/network/", {"line": "203.0.113.7"}),
        ("/moderation/posts/{}/", {"do": "close"}),
    ],
)
def test_nor_anything_else(path, fields):
    comment = make_comment(make_post(pk=7), pk=7)
    response = send(path.format(7), path.format(7), **fields)
    assert response.status_code == 403 and SAID in words(response)
    for name, value in fields.items():
        is_typed = name not in ("tab", "verb", "do", "line")
        assert (f"{value}</textarea>" in html(response)) == is_typed
    assert not Policy.objects.exists() and Post.objects.get(pk=7).comments_open
    assert Comment.objects.get().status == comment.status


def test_nor_does_the_page_of_a_changed_session():
    client = Client(enforce_csrf_checks=True)
    came = {"Referer": "http://testserver//evil.example/x"}
    response = client.post("/login/", {"username": "mo"}, headers=came)
    assert response.status_code == 403 and not any("evil" in href for href in hrefs(response))


@pytest.mark.parametrize("came", ["", "https://evil.example/x/", "//evil.example/"])
def test_the_login_leads_to_no_other_place(came):
    path = f"/moderation/{make_comment().public_id}/reply/"
    response = Client().post(path, {"body": TYPED}, headers={"Referer": came} if came else {})
    assert "/login/?next=/moderation/" in hrefs(response)


def test_the_login_leads_back_to_the_same_page_of_the_queue():
    comment = make_comment()
    response = send(
        f"/moderation/{comment.public_id}/evidence/", "/moderation/?tab=spam&q=a", note="x"
    )
    assert "/login/?next=/moderation/%3Ftab%3Dspam%26q%3Da" in hrefs(response)


@pytest.mark.parametrize(
    ("verb", "came"), [("decide", "/moderation/?tab=spam"), ("undo", "/moderation/done/")]
)
def test_a_button_alone_leads_by_the_login_to_its_page(verb, came):
    """And not to its own address, which nobody can open."""
    comment = make_comment()
    sent = {
        "verb": "spam",
        "row": f"{comment.public_id}.1",
        "batch": "b",
        "only": "1",
        "next": "/x/",
    }
    response = send(f"/moderation/{verb}/", came, **sent)
    assert response.status_code == 403 and SAID in words(response)
    assert "What you typed" not in words(response)
    assert f"/login/?next={quote(came)}" in hrefs(response)
    assert Comment.objects.get().status == "pending"


@pytest.mark.parametrize("verb", ["decide", "undo"])
def test_the_script_is_led_to_the_login(verb):
    """As comments/static/comments/queue-line.js expects it."""
    sent = {"verb": "approve", "row": f"{make_comment().public_id}.1"}
    headers = {"Accept": "application/json"}
    response = Client().post(f"/moderation/{verb}/", sent, headers=headers)
    assert response.status_code == 302 and response["Location"].startswith("/login/")
    assert Comment.objects.get().status == "pending"


def test_of_a_changed_session_only_what_was_typed_comes_back():
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator())
    comment = make_comment()
    came = {"Referer": f"http://testserver/moderation/{comment.public_id}/reply/"}
    sent = {"seen": "1", "next": "/moderation/", "body": TYPED}
    response = client.post(f"/moderation/{comment.public_id}/reply/", sent, headers=came)
    assert response.status_code == 403 and "a <week>" not in html(response)
    assert "It takes a &lt;week&gt;.</textarea>" in html(response)
    assert 'id="typed-2"' not in html(response)
    assert f"/moderation/{comment.public_id}/reply/" in hrefs(response)
    pressed = {"verb": "approve", "row": f"{comment.public_id}.1", "next": "/moderation/"}
    assert "What you typed" not in words(client.post("/moderation/decide/", pressed, headers=came))


@pytest.mark.parametrize(
    ("path", "hidden"),
    [
        ("/moderation/policy/", {"initial-hold_words": "casino", "initial-depth": "2"}),
        ("/moderation/many/", {"all": "1", "post": "7"}),
        ("/moderation/1/block/network/", {"line": "203.0.113.0/24", "spam": "1"}),
        ("/moderation/policy/unblock/", {"list": "networks", "line": "203.0.113.0/24"}),
        ("/admin/blog/post/1/change/", {"initial-comments_open": "True"}),
    ],
)
def test_of_a_form_its_hidden_fields_do_not_come_back(path, hidden):
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator())
    response = client.post(path, {"note": TYPED, **hidden})
    assert response.status_code == 403 and 'id="typed-1"' in html(response)
    assert 'id="typed-2"' not in html(response)


def test_a_page_that_is_only_read_leads_to_the_login():
    response = Client().get(f"/moderation/{make_comment().public_id}/reply/")
    assert response.status_code == 302 and response["Location"].startswith("/login/?next=")


def test_the_page_leads_to_the_form_again(client):
    """Whoever signs in by the link stands before the form again."""
    comment, person = make_comment(), moderator()
    person.set_password("a long enough secret")
    person.save()
    path = f"/moderation/{comment.public_id}/reply/"
    response = client.post(path, {"body": TYPED}, headers={"Referer": f"http://testserver{path}"})
    (login,) = [link for link in hrefs(response) if link.startswith("/login/?")]
    sent = {"username": person.username, "password": "a long enough secret"}
    assert client.post(login, sent)["Location"] == path
    assert client.post(path, {"body": TYPED, "seen": comment.version}).status_code == 303
    assert comment.replies.get().body.startswith("Thank you")
