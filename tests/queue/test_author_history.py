"""What a card says of its author, for a page of cards at once."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment
from comments.queue import author_history
from tests.factories import make_comment, make_post
from tests.pages import html, words

pytestmark = pytest.mark.django_db

MAY = datetime(2025, 5, 3, 12, tzinfo=UTC)


def of(comment, **options):
    return author_history.author_histories([comment], **options)[comment.pk]


def by_ana(status="pending", **fields) -> Comment:
    fields = {"author_name": "Ana", "author_email": "ana@example.com"} | fields
    return make_comment(status=status, **fields)


def test_the_first_of_an_address_is_said_so(mo):
    by_ana()
    assert "First comment from this e-mail" in words(mo.get("/moderation/"))


def test_the_address_is_one_in_whatever_letters():
    first = by_ana("spam", author_email="ana@BÜCHER.example")
    assert of(by_ana(author_email=first.author_email)).spam == 1
    assert of(by_ana(author_email="ANA@BÜCHER.example")).spam == 1


def test_the_second_is_not_the_first(mo):
    by_ana(submitted_at=MAY)
    assert of(by_ana()).summary == "none approved, none spam, first seen 3 May 2025"


def test_approved_and_spam_are_counted_without_the_one_that_is_shown(mo):
    by_ana("approved", submitted_at=MAY)
    by_ana("approved", author_email="ANA@example.com")
    by_ana("spam")
    by_ana("trash")
    make_comment(status="spam")
    assert of(by_ana()).summary == "2 approved, 1 spam, first seen 3 May 2025"
    assert of(by_ana("spam")).summary == "2 approved, 1 spam, first seen 3 May 2025"
    assert of(by_ana("approved")).summary == "2 approved, 2 spam, first seen 3 May 2025"
    assert "2 approved, 2 spam, first seen 3 May 2025" in words(mo.get("/moderation/?tab=approved"))


@pytest.mark.parametrize("tab", Comment.Status.values)
def test_it_is_known_since_the_first_of_all_tabs(tab):
    by_ana(tab, submitted_at=MAY)
    for status in Comment.Status.values:
        by_ana(status)
    one = of(by_ana())
    assert (one.first_seen, one.is_first) == (MAY, False)


def test_its_other_names_are_listed(mo):
    for name in ("Zed", "Ben", "Cleo", "Dora", "Ben", "Ana"):
        by_ana("spam", author_name=name, network="")
    one = of(by_ana(network=""))
    assert (one.shown_names, one.more_names) == (["Ben", "Cleo", "Dora"], 1)
    assert "Also as Ben , Cleo , Dora and 1 more" in words(mo.get("/moderation/"))


def test_the_other_names_of_the_network_are_listed(mo):
    by_ana("spam", author_name="Anna")
    make_comment(author_name="Bob", status="spam")
    make_comment(author_name="Eve", ip="198.51.100.7", network="198.51.100.0/24")
    one = of(by_ana())
    assert (one.names, one.neighbours) == (["Anna"], ["Bob"])
    assert "From the same network Bob" in words(mo.get("/moderation/"))


@pytest.mark.parametrize(("count", "is_said"), [(1, False), (2, True), (5, True), (6, False)])
def test_the_network_is_said_of_two_to_five_other_names(mo, count, is_said):
    for n in range(count):
        make_comment(author_name=f"Name {n}")
    one = of(by_ana())
    assert len(one.neighbours) == count
    assert bool(one.shown_neighbours) is is_said
    assert ("From the same network Name 0" in words(mo.get("/moderation/?q=ana"))) is is_said


def test_the_network_is_said_where_one_of_its_names_sent_spam_and_that_name_first(mo):
    for n in range(8):
        make_comment(author_name=f"Name {n}")
    make_comment(author_name="Zed", status="spam")
    one = of(by_ana())
    assert one.shown_neighbours == ["Zed", "Name 0", "Name 1"] and one.more_neighbours == 6
    said = words(mo.get("/moderation/?q=ana"))
    assert "From the same network Zed (spam), Name 0 , Name 1 and 6 more" in said


def test_ones_own_spam_says_nothing_of_the_network():
    make_comment(author_name="Bob")
    assert of(by_ana("spam")).shown_neighbours == []


def test_without_address_and_network_nothing_is_said(mo):
    for _n in range(2):
        make_comment(author_email="", network="", ip=None, submitted_at=MAY)
    found = author_history.author_histories(Comment.objects.all())
    assert [one.summary for one in found.values()] == ["", ""]
    assert [one.names + one.neighbours for one in found.values()] == [[], []]
    assert "So far" not in words(mo.get("/moderation/"))


def test_a_stub_is_nobodys(mo):
    emptied = by_ana("spam")
    Comment.objects.filter(pk=emptied.pk).empty()
    assert of(by_ana()).summary == "First comment from this e-mail"


def test_a_name_is_escaped_and_does_not_turn_the_line(mo):
    by_ana("spam", author_name="<b>\u202eevil", network="")
    by_ana(network="")
    assert "<bdi>&lt;b&gt;\u202eevil</bdi>" in html(mo.get("/moderation/"))


def test_who_decides_on_own_posts_only_reads_no_names_of_others(client):
    post = make_post()
    by_ana("spam", author_name="Bob")
    by_ana(post=post)
    client.force_login(post.author)
    said = words(client.get("/moderation/"))
    assert "1 spam" in said
    assert "Bob" not in said


def many(count: int, **fields) -> None:
    now, post = timezone.now(), make_post()
    Comment.objects.bulk_create(
        Comment(
            post=post,
            author_name=f"Name {n}",
            status="spam",
            submitted_at=now - timedelta(minutes=n),
            status_at=now,
            **fields,
        )
        for n in range(count)
    )


def test_very_many_are_said_so_and_not_counted_out():
    many(150, author_email="ana@example.com", network="203.0.113.0/24")
    one = of(by_ana())
    assert one.summary.startswith("100+ spam, first seen ")
    assert len(one.names) == author_history.READ
    many(100, author_email="bob@example.com")
    assert of(make_comment(author_email="bob@example.com")).summary.startswith("100 spam")


def test_of_very_many_the_first_is_known_and_the_newest_names():
    many(author_history.READ, author_email="ana@example.com", author_url="https://ana.example")
    by_ana("spam", author_name="Oldest", submitted_at=MAY)
    by_ana("spam", author_name="Newest")
    one = of(by_ana(network=""))
    assert one.first_seen == MAY and "Newest" in one.names and "Oldest" not in one.names


def test_a_page_asks_once_however_many_there_are():
    post = make_post()
    made = [
        make_comment(post, network=f"10.0.{n}.0/24", author_email=f"r{n}@x.example")
        for n in range(50)
    ]
    with CaptureQueriesContext(connection) as queries:
        found = author_history.author_histories(made)
    assert len(queries) == 1
    assert {one.summary for one in found.values()} == {"First comment from this e-mail"}
    with CaptureQueriesContext(connection) as queries:
        assert author_history.author_histories([]) == {}
    assert len(queries) == 0


@pytest.mark.parametrize(
    ("ago", "said"),
    [
        (timedelta(seconds=20), "waits for less than a minute"),
        (timedelta(minutes=1, seconds=30), "waits for 1 minute"),
        (timedelta(hours=3, minutes=40), "waits for 3 hours"),
        (timedelta(days=2, hours=9), "waits for 2 days"),
    ],
)
def test_how_long_it_waits_is_said(mo, ago, said):
    make_comment(submitted_at=timezone.now() - ago)
    make_comment(status="approved", submitted_at=timezone.now() - ago)
    assert f"({said})" in words(mo.get("/moderation/")).replace("\xa0", " ")
    assert "(waits for" not in words(mo.get("/moderation/?tab=approved"))
