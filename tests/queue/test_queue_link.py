"""Whoever moderates is one press away from the queue, and sees how many comments wait."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from blog.models import Role
from comments.queue import counts
from config import run
from tests.factories import make_comment, make_post, make_user

pytestmark = pytest.mark.django_db

LINK = '<a href="/moderation/">Moderation queue ({})</a>'


def page(role: Role | None, address: str, user=None) -> str:
    client = Client()
    client.force_login(user or make_user(role))
    return client.get(address).content.decode()


@pytest.mark.parametrize("role", [Role.MODERATOR, Role.EDITOR, Role.ADMINISTRATOR])
def test_the_queue_is_one_press_from_home_a_post_and_the_admin(role):
    post = make_post()
    make_comment(post)
    make_comment(post)
    make_comment(post, status="approved")
    addresses = ["/", post.path, "/tags/", "/archive/", "/admin/", "/admin/password_change/"]
    assert [a for a in addresses if LINK.format(2) not in page(role, a)] == []


def test_an_author_reads_how_many_wait_under_own_posts():
    post = make_post()
    make_comment(post)
    make_comment()
    assert LINK.format(1) in page(None, "/", post.author)
    assert LINK.format(1) in page(None, "/admin/", post.author)


def test_nothing_waits_and_the_way_is_there():
    assert LINK.format(0) in page(Role.MODERATOR, "/tags/")


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
def test_who_may_not_moderate_is_not_led_there(role):
    make_comment()
    assert "/moderation/" not in page(role, "/tags/")


def test_a_page_with_the_count_is_kept_by_nobody():
    client = Client()
    client.force_login(make_user(Role.MODERATOR))
    assert client.get("/tags/")["Cache-Control"] == "private, no-store"


def test_readers_pages_ask_no_more_and_vary_by_no_cookie():
    make_post()
    Client().get("/")
    with CaptureQueriesContext(connection) as queries:
        answer = Client().get("/")
    assert "Cookie" not in answer.get("Vary", "")
    assert not [q for q in queries if "session" in q["sql"] or "comments_comment" in q["sql"]]


def test_the_count_of_the_link_costs_four_queries_at_most():
    client = Client()
    client.force_login(make_user(Role.MODERATOR))
    client.get("/tags/")
    with CaptureQueriesContext(connection) as alone:
        Client().get("/tags/")
    with CaptureQueriesContext(connection) as signed_in:
        client.get("/tags/")
    assert len(signed_in) <= len(alone) + 4  # the session, the person, their rights, the count


def test_a_thousand_are_counted_and_no_more(monkeypatch):
    monkeypatch.setattr(counts, "MOST_LINKED", 2)
    for _n in range(4):
        make_comment()
    assert LINK.format("2+") in page(Role.MODERATOR, "/tags/")


def test_make_run_prints_where_to_moderate(capsys):
    run.announce("http://127.0.0.1:8000", None)
    assert "Moderate comments at http://127.0.0.1:8000/moderation/" in capsys.readouterr().out
