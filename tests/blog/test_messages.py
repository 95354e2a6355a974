"""What the editor reads after a button, and on the form: the words of the design."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format

from blog.models import Post, Role
from tests.blog.test_two_editors import open_form
from tests.desk import AHEAD, Desk
from tests.factories import make_post
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
