"""Kind, status, thread and dates of items and comments; see expected.json beside the exports."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Post
from comments.models.states import Status
from tests.transfer.exports import CASES, expected, export, item, needed
from transfer.wordpress.flaws import Remark
from transfer.wordpress.items import read_items
from transfer.wordpress.mapping import KINDS, placed, post_status, published_at

OURS = ("notes-and-shop", "threads-and-pings", "threads-and-pings-later")


def ours(name):
    needed()
    with (CASES / "ours" / f"{name}.xml").open("rb") as file:
        return list(read_items(file)), expected(CASES / "ours" / f"{name}.expected.json")


def item_with(comments="", **changes):
    (read,) = read_items(export(item(more=comments)))
    return replace(read, **changes)


def comment(number, parent=0, approved="1", kind="comment", date="2026-03-01 10:00:00"):
    return (
        f"<wp:comment><wp:comment_id>{number}</wp:comment_id>"
        f"<wp:comment_parent>{parent}</wp:comment_parent><wp:comment_type>{kind}</wp:comment_type>"
        f"<wp:comment_approved>{approved}</wp:comment_approved>"
        f"<wp:comment_date_gmt>{date}</wp:comment_date_gmt></wp:comment>"
    )


@pytest.mark.parametrize("name", OURS)
def test_items_become_what_was_written_beside_them(name):
    items, says = ours(name)
    for read, wanted in zip(items, says["items_expected"], strict=True):
        assert (read.type in KINDS) == (wanted["state"] is not None), read.id
        if read.type in KINDS:
            assert post_status(read)[0] == wanted["state"], read.id
            assert KINDS[read.type] == wanted["becomes"]


@pytest.mark.parametrize("name", OURS[:2])
def test_comments_become_what_was_written_beside_them(name):
    items, says = ours(name)
    made = {
        (read.id, each.comment.id): (each.status, each.parent, kept)
        for read in items
        if read.type in KINDS
        for kept in [placed(read)]
        for each in kept
    }
    for wanted in says["comments_expected"]:
        key = (wanted["on"], wanted["wp_id"])
        assert (key in made) == wanted["kept"], key
        if wanted["kept"]:
            status, parent, kept = made[key]
            number = None if parent is None else kept[parent].comment.id
            assert status == wanted["state"], key
            if isinstance(wanted["parent_after"], str):
                continue
            assert number == wanted["parent_after"], key


def test_comments_that_are_shown_are_those_that_were_shown():
    items, says = ours("threads-and-pings")
    shown = [
        each.comment.id
        for read in items
        if post_status(read)[0] == Post.Status.PUBLISHED and read.status != "future"
        for each in placed(read)
        if each.status == Status.APPROVED
    ]
    assert sorted(shown) == says["after_import"]["public_comments"]


@pytest.mark.parametrize(
    ("status", "password", "becomes", "remarks"),
    [
        ("publish", "", "published", []),
        ("publish", "x", "private", [Remark.PASSWORD]),
        ("draft", "x", "private", [Remark.PASSWORD]),
        ("trash", "x", "trash", []),
        ("inherit", "", "draft", [Remark.STATUS]),
        ("Publish", "", "draft", [Remark.STATUS]),
        ("", "", "draft", [Remark.STATUS]),
    ],
)
def test_what_is_not_known_to_be_public_is_not_public(status, password, becomes, remarks):
    assert post_status(item_with(status=status, password=password)) == (becomes, remarks)


@pytest.mark.parametrize("kind", ["note", "Note", "review", "order_note", "action_log", "COMMENT"])
def test_other_types_of_comments_are_not_kept(kind):
    assert placed(item_with(comment(1, kind=kind) + comment(2))) == placed(item_with(comment(2)))


@given(st.lists(st.tuples(st.integers(0, 8), st.integers(0, 9)), max_size=12))
def test_every_thread_begins_somewhere(pairs):
    read = item_with("".join(comment(number, parent) for number, parent in pairs))
    made = placed(read)
    assert len(made) == len(pairs)
    for each in made:
        place, steps = each, 0
        while place.parent is not None:
            place, steps = made[place.parent], steps + 1
            assert steps <= len(made)
    opened = sum(Remark.CIRCLE in each.remarks for each in made)
    lost = sum(Remark.PARENT in each.remarks for each in made)
    roots = sum(each.parent is None for each in made)
    assert roots == opened + lost + sum(not parent for _, parent in pairs)


def test_departures_from_the_file_are_named():
    made = placed(
        item_with(
            comment(1, parent=2) + comment(2, parent=1) + comment(3, parent=9)
            + comment(4, approved="maybe") + comment(5, date="0000-00-00 00:00:00")
            + comment(6) + comment(6) + comment(7, parent=7),
            date_gmt="2026-02-01 08:00:00",
        )
    )  # fmt: skip
    assert [each.remarks for each in made] == [
        *((Remark.CIRCLE,), (), (Remark.PARENT,), (Remark.COMMENT_STATUS,), (Remark.DATE,)),
        *((Remark.TWICE,), (Remark.TWICE,), (Remark.PARENT,)),
    ]
    assert made[4].at == datetime(2026, 2, 1, 8, tzinfo=UTC)
    assert made[3].status == Status.PENDING


NONE = "0000-00-00 00:00:00"


@pytest.mark.parametrize(
    ("gmt", "local", "published", "expected"),
    [
        ("2026-03-01 09:00:00", "2026-03-01 10:00:00", "", "2026-03-01T09:00:00+00:00"),
        (NONE, "2026-03-01 10:00:00", "", "2026-03-01T08:00:00+00:00"),
        (NONE, NONE, "Sun, 01 Mar 2026 10:00:00 +0100", "2026-03-01T09:00:00+00:00"),
        (NONE, NONE, "Mon, 30 Nov -0001 00:00:00 +0000", None),
        ("", "", "", None),
        ("2026-02-30 10:00:00", "yesterday", "x", None),
    ],
)
def test_a_post_is_dated_by_the_first_date_that_is_one(gmt, local, published, expected):
    dates = {"date_gmt": gmt, "date": local, "published": published}
    zone = {"modified_gmt": "2026-03-02 10:00:00", "modified": "2026-03-02 12:00:00"}
    at = published_at(item_with(**dates, **zone))
    assert (at.isoformat() if at else None) == expected


def test_a_comment_without_utc_is_dated_by_the_clock_of_its_post():
    local = comment(1, date=NONE).replace(
        "</wp:comment>", "<wp:comment_date>2026-03-01 12:00:00</wp:comment_date></wp:comment>"
    )
    read = item_with(local, date_gmt="2026-03-01 08:00:00", date="2026-03-01 10:00:00")
    assert placed(read)[0].at == datetime(2026, 3, 1, 10, tzinfo=UTC)
