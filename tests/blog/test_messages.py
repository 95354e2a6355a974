"""What the editor reads after a button, and on the form: the words of the design."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from blog.models import Post, Role
from tests.blog.test_preview import preview_address
from tests.blog.test_two_editors import open_form
from tests.desk import AHEAD, ESSAY, Desk
from tests.factories import make_post
from tests.history import restore
from tests.pages import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk(Role.EDITOR)


def message(desk, button, post=None, **fields) -> str:
    desk.type(button, post, **fields)
    page = desk.client.get("/admin/")
    return " ".join(map(str, page.context["messages"]))


def test_published_with_the_web_address(desk):
    said = message(desk, "_publish")
    assert said == f"Published. {settings.SITE_URL}{Post.objects.get().path}"


def test_scheduled_for_when_in_which_zone_and_how_long_until_then(desk):
    said = message(desk, "_schedule", **AHEAD)
    assert re.fullmatch(
        r"Scheduled for Tue 24 Nov 2099, 07:00 \(Europe/London\), in \d+ years\.", said
    )


def test_taken_down(desk):
    post = desk.typed()
    assert message(desk, "_take_down", post).endswith(
        "Taken down. Readers now see “No longer here”."
    )


def test_moved_to_trash_with_the_day(desk):
    post = desk.typed("_draft")
    day = date_format(timezone.localtime() + timedelta(days=30), "j F")
    assert message(desk, "_trash", post).endswith(f"Moved to trash. It will be deleted on {day}.")


@pytest.mark.parametrize("button", ["_publish", "_draft", "_take_down", "_private", "_trash"])
def test_nobody_reads_was_changed_successfully(desk, button):
    post = None if button in ("_publish", "_draft") else desk.typed()
    assert "successfully" not in message(desk, button, post)


# The form.


def test_the_status_says_that_changes_are_not_live(desk):
    post = make_post()
    address = f"/admin/blog/post/{post.uuid}/autosave/"
    typed = open_form(desk, post) | {"_number": "1", "body": "Other words."}
    assert desk.client.post(address, typed).json()["saved"]
    assert "Published · changes not live" in words(desk.page(post))
    assert "Published · changes not live" not in words(Desk(Role.EDITOR).page(post))


@pytest.mark.parametrize(
    ("status", "days_ago", "is_shown"),
    [
        ("published", 1, True),
        ("private", 1, True),
        ("published", -1, False),
        ("trash", 1, False),
    ],
)
def test_the_way_to_the_page_is_shown_where_one_may_read_it(desk, status, days_ago, is_shown):
    post = make_post(status=status, days_ago=days_ago, path="/2026/01/quiet/", slug="quiet")
    assert ("View on site" in words(desk.page(post))) == is_shown
    if is_shown:
        assert desk.client.get(post.path).status_code == 200


def test_a_post_that_was_taken_down_has_no_way_to_a_page(desk):
    post = desk.typed()
    desk.type("_take_down", post)
    assert "View on site" not in words(desk.page(post))


def test_a_title_of_several_lines_is_one_line_for_readers(desk):
    assert desk.typed(title="The sea\r\n  took the tram").title == "The sea took the tram"


def test_a_post_that_one_may_only_read_shows_dates_in_words():
    writer = Desk(Role.CONTRIBUTOR)
    post = make_post(author=writer.user)
    when = date_format(timezone.localtime(post.published_at), "D j M Y, H:i")
    page = words(writer.page(post))
    assert when in page and "Author: -" not in page


# Parts of the text that readers do not get as typed.

RELATIVE = (
    "[a](pictures/x.jpg) ![b](y.jpg) <a href='z.html'>c</a> [d][e] [f](/g) [h](#i) `[j](k)`\n\n"
    "- l\n\n    ```\n    [m](n)\n    ```\n\n> ```\n> [o](p)\n> ```\n\n"
    "- ```\n  [q](r)\n  ```\n\n[e]: ../s"
)
DROPPED = (
    "Readers get no link and no picture from “pictures/x.jpg”, “y.jpg”, “z.html”, “../s”: a web"
    " address begins with https:// or, on this site, with /."
)


@pytest.mark.parametrize("button", ["_draft", "_publish"])
def test_addresses_that_vanish_are_named_when_saving(desk, button):
    said = message(desk, button, body=RELATIVE, _said="_anyway")
    assert Post.objects.get().body == RELATIVE
    assert said.endswith(DROPPED) and said != DROPPED
    for address in ("pictures/x.jpg", "y.jpg", "z.html", "../s"):
        assert address not in Post.objects.get().body_html


def test_of_many_such_addresses_the_first_are_named(desk):
    said = message(desk, "_draft", body=" ".join(f"[a](b/{n})" for n in range(30)))
    assert "“b/4” and 25 more: a web address" in said and "b/5" not in said


def test_in_the_trash_nobody_needs_to_know(desk):
    post = make_post(body=RELATIVE)
    assert "Readers get" not in message(desk, "_trash", post, body=RELATIVE)


def test_a_preview_and_a_restored_text_name_them_too(desk):
    preview = desk.client.post(preview_address(uuid4()), ESSAY | {"body": RELATIVE})
    assert f"Text: {DROPPED}" in words(preview)
    post = desk.typed("_draft", body=RELATIVE)
    first = post.revisions.get()
    desk.type("_draft", post, body="Other.")
    assert restore(desk, first).status_code == 302
    assert Post.objects.get().body == RELATIVE
    assert DROPPED in words(desk.page(post))
