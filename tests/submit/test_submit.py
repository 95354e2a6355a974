"""The form of a post: what is taken, and where the reader is led."""

import os
import subprocess
import sys
from urllib.parse import quote

import pytest
from django.core import signing
from django.test import Client, override_settings
from django_tasks_db.models import DBTaskResult

from blog.models import Role
from comments.check.akismet import ALLOWED_HEADERS
from comments.models import Comment, Decision, Policy
from tests.factories import (
    form_fields,
    make_comment,
    make_post,
    make_user,
    moderator,
    run_tasks,
    send_comment,
)
from tests.pages import html, words

pytestmark = pytest.mark.django_db

TYPED = "Nobody got in & <that> is “true”."


def set_policy(**fields):
    Policy(pk=1, **fields).save()


def test_what_is_sent_is_saved_and_the_reader_is_led_to_it(client, post):
    response = send_comment(client, post, body=TYPED, name="Ana  Reader")
    comment = Comment.objects.get()
    assert response.status_code == 303
    assert response["Location"] == f"{post.path}?c={comment.public_id}#comment-{comment.public_id}"
    assert (comment.status, comment.body, comment.author_name) == ("pending", TYPED, "Ana Reader")
    assert (comment.ip, comment.network) == ("203.0.113.7", "203.0.113.0/24")


def test_the_first_decision_is_its_creation(client, post):
    send_comment(client, post)
    decision = Decision.objects.get()
    assert (decision.old_status, decision.new_status, decision.by) == ("", "pending", None)
    assert not decision.by_a_person


def test_the_check_is_left_to_a_task(client, post, akismet):
    send_comment(client, post)
    assert akismet.calls == []
    assert DBTaskResult.objects.ready().get().args_kwargs["args"] == [Comment.objects.get().pk]


def test_the_cookie_is_signed_and_only_for_this_post(client, post):
    cookie = send_comment(client, post).cookies["waiting"]
    value, signature = cookie.value.split(":", 1)
    assert value == str(Comment.objects.get().public_id) and signature
    assert (cookie["path"], cookie["max-age"]) == (post.path, 30 * 86_400)
    assert (cookie["httponly"], cookie["samesite"]) == (True, "Lax")


def test_the_cookies_path_is_written_as_the_browser_writes_it(client):
    post = make_post(title="Élite 電車")
    response = send_comment(client, post)
    assert response.cookies["waiting"]["path"].endswith("/%C3%A9lite-%E9%9B%BB%E8%BB%8A/")
    assert response["Location"].startswith(response.cookies["waiting"]["path"])


def test_the_cookie_holds_at_most_20(client, post):
    set_policy(seconds_between=0)
    for number in range(21):
        send_comment(client, post, ip=f"198.51.{number}.1")
    value = client.cookies["waiting"].value.split(":")[0]
    newest = Comment.objects.order_by("pk").values_list("public_id", flat=True)[1:]
    assert value.split(".") == [str(public_id) for public_id in newest]


def test_over_https_the_cookies_are_secure(client, post):
    response = client.post(
        f"{post.path}comments/",
        form_fields(remember="on"),
        secure=True,
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert response.cookies["waiting"]["secure"]
    assert response.cookies["commenter"]["secure"]


def test_with_an_https_address_all_cookies_are_secure_whatever_the_proxy_says(post, client):
    """A process of its own: the settings follow from SITE_URL."""
    code = (
        "import django; django.setup();"
        "from django.conf import settings as s;"
        "print(s.SECURE, s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.LANGUAGE_COOKIE_SECURE)"
    )
    known = {"DJANGO_SETTINGS_MODULE": "config.settings", "SITE_URL": "https://example.org"}
    said = subprocess.run(
        [sys.executable, "-c", code], env=os.environ | known, capture_output=True, text=True
    )
    assert said.stdout.split() == ["True"] * 4
    with override_settings(SECURE=True):
        response = send_comment(client, post, remember="on")
    assert response.cookies["waiting"]["secure"] and response.cookies["commenter"]["secure"]


def test_the_name_is_remembered_only_when_asked(client, post):
    set_policy(seconds_between=0)
    assert "commenter" not in send_comment(client, post).cookies
    send_comment(client, post, name='Zoë "Q", 電', email="zoe@example.net", remember="on")
    page = html(client.get(post.path))
    assert 'value="Zoë &quot;Q&quot;, 電"' in page and 'value="zoe@example.net"' in page
    send_comment(client, post, name="Zoë")
    assert 'value="zoe@example.net"' not in html(client.get(post.path))


def test_a_text_of_5000_characters_with_line_breaks_is_taken(client, post):
    text = ("x" * 99 + "\r\n") * 50
    assert send_comment(client, post, body=text).status_code == 303
    assert len(Comment.objects.get().body) == 4_999


def test_an_answer_stands_under_what_it_answers(client, post):
    parent = make_comment(post, status="approved")
    send_comment(client, post, parent=str(parent.public_id))
    comment = Comment.objects.latest("pk")
    assert (comment.parent, comment.root, comment.depth) == (parent, parent, 1)


def test_a_double_click_leads_to_the_one_that_waits(client, post):
    said = {"body": TYPED, "name": "Ana", "email": "ana@example.net"}
    first = send_comment(client, post, **said)
    second = send_comment(client, post, **said | {"email": "ANA@example.net"})
    assert second.status_code == 303
    assert second["Location"] == first["Location"]
    assert Comment.objects.count() == 1


def test_a_filled_trap_is_saved_as_spam_and_the_reader_learns_nothing(client, post, akismet):
    response = send_comment(client, post, homepage2="https://pills.example")
    comment = Comment.objects.get()
    assert response.status_code == 303
    assert (comment.status, comment.decisions.get().reason) == ("spam", "trap")
    assert comment.held_because == [["trap", "https://pills.example"]]
    assert "Saved. A moderator reads every comment" in words(client.get(post.path))


@pytest.mark.parametrize(("days", "reasons"), [(29.9, []), (30.5, [["age", "30"]])])
def test_under_an_old_post_it_is_held_from_the_policys_day_on(client, days, reasons):
    set_policy(hold_after_days=30)
    send_comment(client, make_post(days_ago=days))
    assert Comment.objects.get().held_because == reasons


# Section 3 of the notes on Akismet: of the server's variables these and no others.
SERVER_VARIABLES = {"HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING", "REQUEST_URI"}


def test_of_the_request_akismet_is_told_what_the_list_allows_and_no_more(client, akismet):
    post = make_post(slug="trämli")
    browser = ("Accept", "Accept-Language", "Accept-Encoding", "Authorization", "X-Token", "Cookie")
    client.post(
        f"{post.path}comments/?token=secret",
        form_fields(),
        REMOTE_ADDR="203.0.113.7",
        headers={"Sec-Fetch-Site": "same-origin"} | {name: f"of {name}" for name in browser},
    )
    run_tasks()
    sent = {name: value for name, value in akismet.calls[0].pairs if name.isupper()}
    assert sent.keys() == SERVER_VARIABLES == ALLOWED_HEADERS
    assert sent["REQUEST_URI"] == quote(f"{post.path}comments/")
    assert sent["HTTP_ACCEPT_LANGUAGE"] == "of Accept-Language"


def test_akismet_is_asked_about_a_filled_trap_with_its_value(client, post, akismet):
    send_comment(client, post, homepage2="https://pills.example")
    run_tasks()
    asked = [call.fields for call in akismet.calls if call.path == "/1.1/comment-check"]
    assert "https://pills.example" in asked[0].values()


def test_a_preview_saves_nothing(client, post):
    response = send_comment(client, post, body="*Nobody* got in.", preview="1")
    assert response.status_code == 200
    assert "<em>Nobody</em> got in." in html(response)
    assert "*Nobody* got in." in words(response)
    assert "waiting" not in response.cookies
    assert Comment.objects.count() == 0


def test_to_read_the_forms_address_is_405(client, post):
    assert client.get(f"{post.path}comments/").status_code == 405


def test_answers_of_the_form_are_kept_by_the_reader_s_browser_alone(client, post):
    """With no-store it would have nothing to show when somebody goes back."""
    comment = make_comment(post, status="approved")
    answers = [
        send_comment(client, post, preview="1"),
        send_comment(client, post, body=""),
        send_comment(client, post, headers={"Sec-Fetch-Site": "cross-site"}),
        send_comment(client, post),
        send_comment(client, post),  # too fast, with the cookie
        client.post(f"{post.path}comments/{comment.public_id}/report/", {"words": "x" * 501}),
    ]
    assert [answer.status_code for answer in answers] == [200, 422, 403, 303, 429, 422]
    assert {answer["Cache-Control"] for answer in answers} == {"private, no-cache"}
    assert not any(answer.has_header("Vary") for answer in answers)
    client.force_login(moderator())
    assert send_comment(client, post, preview="1")["Cache-Control"] == "private, no-cache"


def test_the_reply_page_shows_what_is_answered_and_the_form(client, post):
    parent = make_comment(post, status="approved", body="The bell was heard.")
    response = client.get(f"{post.path}reply/{parent.public_id}/")
    assert "The bell was heard." in words(response)
    assert f'name="parent" value="{parent.public_id}"' in html(response)


def test_the_reply_page_of_a_closed_post_says_so(client):
    post = make_post(comments_open=False)
    parent = make_comment(post, status="approved")
    response = client.get(f"{post.path}reply/{parent.public_id}/")
    assert response.status_code == 403
    assert "Comments on this post are closed." in words(response)


def test_the_reply_page_of_a_comment_that_is_not_public_is_not_there(client, post):
    assert client.get(f"{post.path}reply/{make_comment(post).public_id}/").status_code == 404


def strict_client(user):
    client = Client(enforce_csrf_checks=True)
    client.force_login(user)
    return client


def test_who_is_signed_in_is_refused_without_the_token_and_keeps_the_text(post):
    response = send_comment(strict_client(moderator()), post, body=TYPED)
    assert response.status_code == 403
    assert "Please send it again" in words(response)
    assert TYPED in words(response)
    assert "csrfmiddlewaretoken" in html(response)
    assert Comment.objects.count() == 0


def test_who_is_signed_in_is_taken_with_the_token(post):
    client = strict_client(moderator())
    client.get(post.path)
    token = client.cookies["csrftoken"].value
    assert send_comment(client, post, csrfmiddlewaretoken=token).status_code == 303


def test_readers_need_no_token(post):
    assert send_comment(Client(enforce_csrf_checks=True), post).status_code == 303


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR, Role.AUTHOR])
def test_who_may_not_approve_here_waits_like_everybody(client, post, role):
    user = make_user(role)
    client.force_login(user)
    send_comment(client, post)
    comment = Comment.objects.get()
    assert (comment.status, comment.user, comment.user_is_staff) == ("pending", user, False)
    assert comment.author_name == user.display_name


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.EDITOR, Role.MODERATOR])
def test_who_may_approve_publishes_at_once_and_the_decision_names_them(client, post, role):
    user = make_user(role)
    client.force_login(user)
    send_comment(client, post)
    comment = Comment.objects.get()
    assert (comment.status, comment.decisions.get().by) == ("approved", user)


def test_an_author_publishes_at_once_under_the_own_post(client, post):
    client.force_login(post.author)
    send_comment(client, post)
    assert Comment.objects.get().status == "approved"


def test_a_signed_in_person_cannot_take_another_name(client, post):
    user = make_user()
    client.force_login(user)
    send_comment(client, post, name="Mo Derator", email="mo@example.org", url="https://x.example")
    comment = Comment.objects.get()
    assert (comment.author_name, comment.author_email) == (user.display_name, user.email)
    assert comment.author_url == ""


def test_a_forged_cookie_is_no_cookie(client, post):
    theirs = make_comment(post)
    client.cookies["waiting"] = signing.Signer(salt="guessed").sign(str(theirs.public_id))
    assert send_comment(client, post).status_code == 303
    ids = client.cookies["waiting"].value.split(":")[0]
    assert str(theirs.public_id) not in ids.split(".")


def test_the_form_says_before_sending_that_a_moderator_reads_first(client, post):
    said = "Post Comment Preview A moderator reads every comment before it appears."
    parent = make_comment(post, status="approved")
    reply = f"{post.path}reply/{parent.public_id}/"
    for page in (client.get(post.path), client.get(reply), send_comment(client, post, body="")):
        assert said in words(page)
    client.force_login(make_user())
    assert said in words(client.get(post.path))
    client.force_login(moderator())
    for page in (client.get(post.path), client.get(reply), send_comment(client, post, body="")):
        assert "before it appears" not in words(page)
