"""The script of the queue: how much of it goes over the wire, and that every word is translated."""

import gzip
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from blog.models import Role
from comments.queue.page import PER_PAGE
from tests.factories import make_comment, make_user, moderator
from tests.pages import html

pytestmark = pytest.mark.django_db

MOST_SCRIPT, LONGEST = 8 * 1024, 300


@pytest.fixture
def page(client) -> str:
    client.force_login(moderator())
    make_comment()
    return html(client.get("/moderation/"))


def scripts(page: str) -> list[str]:
    names = re.findall(rf'<script src="{settings.STATIC_URL}([^"]+)" defer>', page)
    return [Path(finders.find(name)).read_text() for name in names]


def test_it_takes_8_kb(page):
    found = scripts(page)
    assert len(found) > 1
    assert sum(len(gzip.compress(text.encode(), 6)) for text in found) <= MOST_SCRIPT


def test_its_files_stay_short(page):
    assert max(len(text.splitlines()) for text in scripts(page)) < LONGEST


def test_it_counts_the_rows_of_a_page_as_the_server_does(page):
    """To ask for more, and to say that what is new is more than it can bring."""
    assert "\n".join(scripts(page)).count(f".length > {PER_PAGE}") == 2


def in_script(name: str) -> str:
    """data-all-sent → allSent"""
    return re.sub(r"-(\w)", lambda match: match[1].upper(), name)


def test_the_page_has_every_word_that_the_script_says(page):
    code = "\n".join(scripts(page))
    (live,) = re.findall(r'<p [^>]*id="live"[^>]*>', page)
    given = {in_script(name) for name in re.findall(r"data-([\w-]+)=", live)}
    said = set(re.findall(r"\bwords\.(\w+)", code))
    assert said <= given
    verbs = {"approve", "hold", "spam", "trash", "restore"}
    assert given - said == verbs


@pytest.mark.parametrize("tab", ["pending", "spam"])
def test_an_empty_list_sends_too_what_was_kept(client, tab):
    client.force_login(moderator())
    page = html(client.get(f"/moderation/?tab={tab}"))
    assert 'id="live"' in page and 'id="unsent"' in page and scripts(page)


ROOMS = ["done/", "many/", "akismet/", "policy/", "privacy/", "{pk}/history/", "{pk}/reply/"]


@pytest.mark.parametrize("room", ROOMS)
def test_every_room_sends_and_counts_what_was_kept(client, room):
    client.force_login(make_user(Role.ADMINISTRATOR))
    page = html(client.get(f"/moderation/{room.format(pk=make_comment().public_id)}"))
    assert all(f'id="{name}"' in page for name in ("live", "unsent", "notes"))
    found = scripts(page)
    assert len(found) == 2 and "localStorage" in found[-1]


def test_what_is_kept_in_the_browser_is_neither_text_nor_address(page):
    code = "\n".join(scripts(page))
    (kept,) = re.findall(r"const KEPT = \[(.*?)\]", code)
    assert re.findall(r'"(\w+)"', kept) == [
        *("n", "batch", "verb", "undo", "rows", "names", "isTried")
    ]
    assert code.count("JSON.stringify(") == code.count("JSON.stringify(entry, KEPT)") == 1
