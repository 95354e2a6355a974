"""Whose session ended while they typed: they sign in on the page, and the form comes back."""

from html import unescape
from urllib.parse import quote

import pytest
from django.test import Client

from blog.models import Post
from comments.models import Comment, Edit, Evidence, Mail, Policy
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import hidden_fields, hrefs, html, words

pytestmark = pytest.mark.django_db

TYPED = "Thank you, we have asked the *ferry company*.\n\nIt takes a <week>."
SAID = "You are not signed in any more. Nothing was saved."
LOST = "You are not signed in any more. Nothing is lost."
AGAIN = "You are signed in again. Check the form and press the button once more."
PASSWORD = "a long enough secret"


def sign_in(client, answer, person=None, password=PASSWORD):
    """On the page, with all its hidden fields."""
    person = person or moderator()
    sent = hidden_fields(answer) | {"_again-username": person.username}
    return client.post(answer.request["PATH_INFO"], sent | {"_again-password": password})


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
    assert response.status_code == 403 and LOST in words(response)
    typed = TYPED.replace("<", "&lt;").replace(">", "&gt;")
    assert f"{typed}</textarea>" in html(response)
    assert 'id="typed-2"' not in html(response), "of the hidden fields nothing"
    assert f">{name}<" not in html(response), "but its label"
    assert "no-store" in response["Cache-Control"]
    assert Comment.objects.get().body == "First words."
    assert not (Edit.objects.exists() or Mail.objects.exists())


@pytest.mark.parametrize(
    ("page", "name"),
    [("reply", "body"), ("edit", "body"), ("write", "text"), ("evidence", "note")],
)
def test_signed_in_again_one_finds_the_form_with_the_text(page, name, mail_server):
    comment, client = make_comment(body="First words."), Client()
    path = f"/moderation/{comment.public_id}/{page}/"
    fields = {"name": "Ana", "url": "https://a.example/"} if page == "edit" else {}
    sent = fields | {"seen": 1, "next": "/moderation/?tab=spam", "once": "", name: TYPED}
    response = sign_in(client, client.post(path, sent), password="wrong")
    assert LOST in words(response)
    response = sign_in(client, response)
    assert response.status_code == 200 and AGAIN in words(response)
    assert TYPED in unescape(html(response)) and name not in hidden_fields(response)
    assert all(f'value="{text}"' in html(response) for text in fields.values())
    comment.refresh_from_db()
    assert (comment.body, comment.status) == ("First words.", "pending")
    assert not (Edit.objects.exists() or Mail.objects.exists() or comment.replies.exists())
    assert not Evidence.objects.exists()


def test_the_version_that_was_seen_comes_back_too():
    """So that what a colleague changed meanwhile is still found."""
    comment, client = make_comment(version=7), Client()
    path = f"/moderation/{comment.public_id}/edit/"
    sent = {"seen": 5, "body": TYPED, "name": "Ana", "url": ""}
    response = sign_in(client, client.post(path, sent))
    assert hidden_fields(response)["seen"] == "5"


def test_the_policy_comes_back_with_its_lines():
    client = Client()
    sent = {"hold_words": "casino\nroulette", "initial-hold_words": "casino", "trial-body": "x y"}
    response = sign_in(client, client.post("/moderation/policy/", sent))
    assert AGAIN in words(response) and "casino\nroulette</textarea>" in html(response)
    assert hidden_fields(response)["initial-hold_words"] == "casino"
    assert not Policy.objects.exists()


def test_of_other_pages_the_text_comes_back_to_be_copied():
    client, came = Client(), {"Referer": "http://testserver/moderation/many/?tab=pending"}
    sent = {"tab": "pending", "text": "casino & more", "verb": "spam"}
    response = sign_in(client, client.post("/moderation/many/", sent, headers=came))
    assert response.status_code == 200 and "You are signed in again." in words(response)
    assert "casino &amp; more</textarea>" in html(response)
    assert "/moderation/many/?tab=pending" in hrefs(response)


def test_so_does_the_text_of_somebody_without_the_right():
    comment, client = make_comment(), Client()
    path = f"/moderation/{comment.public_id}/reply/"
    response = sign_in(client, client.post(path, {"body": TYPED}), make_user())
    assert response.status_code == 403 and "Your account may not do this." in words(response)
    assert "It takes a &lt;week&gt;.</textarea>" in html(response)


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
    is_typed = not {"line", "do"} & set(fields)
    assert response.status_code == 403 and (LOST if is_typed else SAID) in words(response)
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
    path, sent = "/moderation/decide/", {"verb": "approve", "row": "1.1"}
    response = Client().post(path, sent, headers={"Referer": came} if came else {})
    assert "/login/?next=/moderation/" in hrefs(response)
    sent = {"text": TYPED, "_again-back": came}
    response = Client().post("/moderation/many/", sent, headers={"Referer": came} if came else {})
    assert not any("evil" in text for text in hidden_fields(response).values())


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


def test_after_a_changed_token_one_button_brings_the_form_back():
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator())
    comment = make_comment()
    path = f"/moderation/{comment.public_id}/reply/"
    sent = {"seen": "1", "next": "/moderation/", "body": TYPED}
    response = client.post(path, sent, headers={"Sec-Fetch-Site": "same-origin"})
    assert "Show the form again" in words(response)
    response = client.post(path, hidden_fields(response))
    assert "Nothing is saved yet. Check the form and press the button once more." in words(response)
    assert "It takes a &lt;week&gt;.</textarea>" in html(response)
    assert not comment.replies.exists()


def test_of_a_changed_session_only_what_was_typed_comes_back():
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator())
    comment = make_comment()
    came = {"Referer": f"http://testserver/moderation/{comment.public_id}/reply/"}
    sent = {"seen": "1", "next": "/moderation/", "body": TYPED}
    response = client.post("/moderation/many/", sent, headers=came)
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
