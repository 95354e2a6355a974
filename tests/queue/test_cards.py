"""The cards of the queue: their main button, their reasons, and the names of their buttons."""

import re
from datetime import UTC, datetime

import pytest
from django.urls import reverse

from tests.factories import make_comment, make_user
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db


def classes(page: str, where: str) -> dict[str, str]:
    """The classes of the buttons with a verb, of the cards or of the bulk form, by verb."""
    of_bulk = page.index('id="bulk"') if 'id="bulk"' in page else len(page)
    part = page[of_bulk:] if where == "bulk" else page[:of_bulk]
    return {
        verb: found
        for found, verb in re.findall(
            r'<button [^>]*class="([^"]*)" name="verb" value="(\w+)"', part
        )
    }


@pytest.mark.parametrize("tab", ["pending", "approved", "spam", "trash"])
def test_only_approve_of_a_comment_that_waits_is_green(mo, tab):
    make_comment(status=tab)
    page = html(mo.get(f"/moderation/?tab={tab}"))
    green = {verb for verb, found in classes(page, "cards").items() if "second" not in found}
    assert green == ({"approve"} if tab == "pending" else set())
    bulk = classes(page, "bulk")
    assert bulk and all("second" in found for found in bulk.values())


def test_the_buttons_carry_the_commenters_name(mo):
    make_comment(author_name="Ana & Bo")
    page = html(mo.get("/moderation/"))
    labels = re.findall(r'name="verb" value="\w+" aria-label="([^"]*)"', page)
    assert labels == [f"{verb}: comment by Ana &amp; Bo" for verb in ("Approve", "Spam", "Trash")]


@pytest.mark.parametrize("tab", ["approved", "spam", "trash"])
def test_only_what_is_held_is_called_held(mo, tab):
    make_comment(status=tab, held_because=[["links", "3"]])
    said = words(mo.get(f"/moderation/?tab={tab}"))
    assert "3 links" in said
    assert "Held because" not in said


@pytest.mark.parametrize(
    ("tab", "line"),
    [
        ("reported", "Published, and a reader complained."),
        ("second-look", "Published, but Akismet said spam afterwards."),
    ],
)
def test_a_line_says_what_comes_to_reported_and_to_second_look(mo, tab, line):
    assert line in words(mo.get(f"/moderation/?tab={tab}"))
    assert line not in words(mo.get("/moderation/"))


def test_what_acts_on_the_whole_tab_stands_with_what_acts_on_several(mo):
    make_comment(status="spam")
    page = html(mo.get("/moderation/?tab=spam"))
    head, bulk = page[: page.index("<article")], page[page.index('id="bulk"') :]
    for name in ("Act on 1 comment", "Act on some of them"):
        assert name not in head and name in bulk


def test_the_text_comes_before_what_is_known_of_its_author(mo):
    make_comment(body="It was seen from the bridge.")
    said = words(mo.get("/moderation/"))
    parts = ["It was seen", "Every comment waits", "E-mail", "IP address", "Approve"]
    places = [said.index(part, said.index("It was seen")) for part in parts]
    assert places == sorted(places)


def test_an_old_comment_has_its_year(mo, post):
    make_comment(post, status="approved", submitted_at=datetime(2023, 5, 3, 12, tzinfo=UTC))
    assert "3 May 2023, 13:00" in words(mo.get("/moderation/", {"tab": "approved"}))


def test_a_card_leads_to_the_pages_of_its_comment(client):
    comment = make_comment(author_email="ana@example.net", network="10.3.7.0/24")
    client.force_login(make_user(is_staff=True, is_superuser=True))
    found = {href.partition("?")[0] for href in hrefs(client.get("/moderation/"))}
    names = ("moderator-reply", "moderator-edit", "history", "letter", "block-author")
    for name in (*names, "block-network"):
        assert reverse(name, args=[comment.public_id]) in found
    assert reverse("closing", args=[comment.post_id]) in found
