"""Forms that are refused because of their origin, and what moderators and owners learn of it."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from comments.models import Comment, Heartbeat
from comments.submit import foreign
from config import env
from tests.factories import make_comment, make_post, moderator, send_comment
from tests.pages import words

pytestmark = pytest.mark.django_db

BLOG = "https://blog.example"


def send(origin: str, host="127.0.0.1:8000", **headers):
    headers = {"Sec-Fetch-Site": "", "Origin": origin, "Host": host, **headers}
    return send_comment(Client(), make_post(), headers=headers)


def queue() -> str:
    client = Client()
    client.force_login(moderator())
    return words(client.get("/moderation/"))


@pytest.mark.parametrize("host", ["127.0.0.1:8000", "localhost", "blog.example:8080"])
def test_behind_a_proxy_that_sends_another_host_a_comment_is_taken(settings, host):
    settings.SITE_URL, settings.ALLOWED_HOSTS = BLOG, ["*"]
    assert send(BLOG, host).status_code == 303
    assert Comment.objects.get().held_because == []
    assert send("http://blog.example", host).status_code == 403


def test_moderators_read_how_many_were_refused_and_what_to_do(settings):
    assert "refused" not in queue()
    for _n in range(3):
        assert send(BLOG).status_code == 403
    said = queue()
    assert "3 comments and other forms were refused since " in said
    assert f"came from {BLOG} and not from {settings.SITE_URL}." in said
    assert "an administrator must set SITE_URL to it and restart" in said


def test_reports_and_edits_and_lost_links_are_counted_too(mail_server, client):
    comment = make_comment(status="approved")
    headers = {"Sec-Fetch-Site": "", "Origin": BLOG}
    for path in (f"{comment.get_absolute_url()}report/", "/comments/find/"):
        assert client.post(path, {"email": "ana@example.net"}, headers=headers).status_code == 403
    assert "2 comments and other forms were refused" in queue()


def test_what_browsers_themselves_call_foreign_is_not_counted():
    assert send(BLOG, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert "refused" not in queue()


def test_an_origin_that_is_none_is_not_repeated():
    assert send("http://<b>[").status_code == 403
    assert "it came from another site and not from" in queue()


def test_after_a_week_nothing_is_said_any_more():
    send(BLOG)
    Heartbeat.objects.update(at=timezone.now() - timedelta(days=8))
    assert "refused" not in queue()
    send(BLOG)
    assert "1 comment or other form was refused" in queue()


def test_nobody_makes_the_site_write_without_end(monkeypatch, django_assert_num_queries):
    monkeypatch.setattr(foreign, "MOST", 4)
    for _n in range(4):
        foreign.count(BLOG)
    with django_assert_num_queries(1):
        foreign.count(BLOG)
    assert "4 comments and other forms were refused" in queue()


def test_a_login_behind_a_proxy_is_taken_at_the_sites_own_address(settings):
    settings.CSRF_TRUSTED_ORIGINS = [BLOG]
    moderator()
    assert login(BLOG).status_code == 302


def login(origin: str):
    client = Client(enforce_csrf_checks=True)
    client.get("/login/")
    known = {"username": "mo", "password": "a long enough secret"}
    known["csrfmiddlewaretoken"] = client.cookies["csrftoken"].value
    return client.post("/login/", known, headers={"Origin": origin})


def test_a_login_that_is_refused_by_its_origin_says_what_to_set():
    moderator()
    response = login(BLOG)
    assert response.status_code == 403
    assert f"Your browser says that this form came from {BLOG}" in words(response)
    assert "an administrator must set SITE_URL" in words(response)
    assert "1 comment or other form was refused" in queue()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("https://Blog.example:443/", "https://blog.example"),
        ("HTTP://blog.example:80", "http://blog.example"),
        ("https://blog.example:8443", "https://blog.example:8443"),
        ("https://bücher.example", "https://xn--bcher-kva.example"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_sites_address_is_kept_as_browsers_write_it(monkeypatch, typed, found):
    monkeypatch.setenv("SITE_URL", typed)
    assert env.site_url("") == found
