"""The queue's filters: by reason, post and author, with each other and with what is typed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment
from comments.queue import page as queue
from comments.queue.hold_reasons import IN_COLUMNS, IN_COMMON, REASONS
from comments.rules.holding import Reason
from tests.factories import make_comment, make_post
from tests.pages import hrefs, html, words
from tests.queue.test_search import cards, find

pytestmark = pytest.mark.django_db


def test_a_post_without_comments_in_the_tab_is_named_by_its_title(mo):
    public, draft = make_post(title="The last tram"), make_post(status="draft")
    assert "post The last tram" in words(mo.get("/moderation/", {"post": public.pk}))
    assert f"post number {draft.pk}" in words(mo.get("/moderation/", {"post": draft.pk}))


def test_what_is_too_wide_is_named_all_the_same(mo):
    assert "Shown: network 0.0.0.0/0" in words(mo.get("/moderation/", {"q": "0.0.0.0/0"}))


def test_no_words_are_in_no_title(mo):
    make_post(title="The last tram")
    assert "in the title" in words(mo.get("/moderation/", {"q": "tram"}))
    assert "in the title" not in words(mo.get("/moderation/", {"q": '"'}))


HELD = ["links", "words", "network", "author", "age", "trap", "no-origin", "staff-name", "edited"]


@pytest.mark.parametrize("tab", ["pending", "spam"])
@pytest.mark.parametrize("reason", HELD)
def test_each_reason_finds_its_own(mo, reason, tab):
    made = {code: make_comment(status=tab, held_because=[[code, "3"]]) for code in HELD}
    two = make_comment(status=tab, held_because=[["age", "400"], [reason, "3"]])
    make_comment(status=tab)
    expected = [made[reason].public_id, two.public_id]
    assert find(mo, "", tab, reason=reason) == expected


def test_what_a_reason_says_is_not_taken_for_a_reason(mo):
    make_comment(held_because=[["words", 'a ["trap", x']], body='["trap", ')
    assert find(mo, "", reason="trap") == []


def test_the_reasons_of_the_check_find_their_own(mo):
    soon = timezone.now() + timedelta(minutes=5)
    unchecked = make_comment(screened="unavailable")
    waiting = make_comment(screened="waiting")
    make_comment(screened="skipped", user_is_staff=True)
    provisional = make_comment(provisional_until=soon, next_check_at=soon)
    make_comment(provisional_until=timezone.now(), next_check_at=soon)
    same = make_comment(status="spam", screened="skipped", check_error="same-as-spam")
    assert find(mo, "", reason="not-checked") == [unchecked.public_id, waiting.public_id]
    assert find(mo, "", reason="provisional") == [provisional.public_id]
    assert find(mo, "", "spam", reason="same-as-spam") == [same.public_id]


@pytest.mark.parametrize(
    ("reason", "tab", "fields", "said"),
    [
        ("not-checked", "pending", {"screened": "waiting"}, "Not checked: Akismet was not"),
        ("not-checked", "pending", {"screened": "unavailable"}, "Not checked: Akismet was not"),
        ("not-checked", "pending", {"check_error": "no-key"}, "Not checked: no Akismet key"),
        ("same-as-spam", "spam", {"check_error": "same-as-spam"}, "Not asked: the same text was"),
    ],
)
def test_a_check_without_a_verdict_is_said_once_and_found_by_its_reason(
    mo, reason, tab, fields, said
):
    make_comment(status=tab)
    made = make_comment(status=tab, **{"screened": "skipped"} | fields)
    response = mo.get("/moderation/", {"tab": tab, "reason": reason})
    assert cards(response) == [made.public_id]
    assert words(response).count(said) == 1
    assert "Held because" not in words(response)


def test_what_was_reported_is_found_among_the_approved(mo):
    later = timezone.now() + timedelta(minutes=1)
    reported = make_comment(status="approved", reported_at=later)
    make_comment(status="approved", reported_at=timezone.now() - timedelta(days=1))
    make_comment(status="approved")
    assert find(mo, "", "approved", reason="reported") == [reported.public_id]
    assert find(mo, "", "reported", reason="reported") == [reported.public_id]


def test_an_unknown_reason_or_post_is_no_filter(mo):
    made = make_comment()
    given = [{"reason": "none-such"}, {"post": "x"}, {"post": "-1"}, {"post": "9" * 30}]
    for filters in given:
        assert find(mo, "", **filters) == [made.public_id]
    assert find(mo, "", post="9" * 18) == []


def test_a_post_has_its_own(mo):
    post = make_post(title="On bells")
    mine = [make_comment(post) for _n in range(2)]
    make_comment(post, status="spam")
    make_comment()
    response = mo.get("/moderation/", {"post": post.pk})
    assert cards(response) == [comment.public_id for comment in mine]
    assert "Shown: post On bells" in words(response)


def test_filters_are_taken_together(mo):
    post = make_post()
    fields = {"author_email": "ana@example.com", "body": "tram", "held_because": [["links", "2"]]}
    made = make_comment(post, **fields)
    make_comment(**fields)
    for other in ({"author_email": "x@example.com"}, {"body": "no"}, {"held_because": []}):
        make_comment(post, **(fields | other))
    asked = {"reason": "links", "post": post.pk, "author": "ana@example.com"}
    assert find(mo, "tram", **asked) == [made.public_id]
    assert find(mo, "203.0.113.0/24", **asked)[0] == made.public_id
    assert find(mo, "ana@example.com", author="x@example.com") == []


@pytest.mark.parametrize("sort", ["oldest", "newest"])
@pytest.mark.parametrize("tab", ["pending", "spam", "reported", "second-look"])
def test_what_no_index_serves_is_looked_for_in_so_many_at_a_time(mo, monkeypatch, tab, sort):
    monkeypatch.setattr(queue, "LOOKED_AT", 4)
    post, noon = make_post(), timezone.now()
    fields = {
        "reported": {"status": "approved", "reported_at": noon + timedelta(minutes=1)},
        "second-look": {"status": "approved", "screened": "spam"},
    }.get(tab, {"status": tab})
    made = [
        make_comment(post, held_because=[["links", "2"]] if n in (1, 9) else [], **fields)
        for n in range(11)
    ]
    address = f"/moderation/?tab={tab}&sort={sort}&reason=links"
    pages, seen = 0, []
    while address:
        response, pages = mo.get(address), pages + 1
        seen += cards(response)
        following = [href for href in hrefs(response) if "after=" in href]
        if following:
            assert "4 comments were looked at for this page; there are more" in words(response)
            assert "Look at the next 4" in words(response)
        address = following and f"/moderation/{following[-1]}"
    assert pages == 3
    assert seen == [made[n].public_id for n in ((1, 9) if sort == "oldest" else (9, 1))]


def test_a_page_that_is_full_says_nothing_of_what_was_looked_at(mo, monkeypatch):
    monkeypatch.setattr(queue, "LOOKED_AT", 4)
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    for _n in range(8):
        make_comment(held_because=[["links", "2"]])
    response = mo.get("/moderation/?reason=links")
    assert len(cards(response)) == 2
    assert "looked at" not in words(response)
    assert "Next page" in words(response)


def test_the_links_of_the_page_keep_the_filters(mo):
    make_comment(body="tram", held_because=[["links", "2"]])
    page = mo.get("/moderation/", {"q": "tram", "reason": "links"})
    links = [href for href in hrefs(page) if href.startswith("?")]
    assert len(links) >= len(queue.TABS) + 1
    assert all("q=tram" in href and "reason=links" in href for href in links)
    assert 'value="tram"' in html(page)
    assert re.search(r'<option value="links" selected>', html(page))


def test_all_is_one_link_away_and_nothing_found_is_said(mo):
    make_comment(status="spam")
    page = mo.get("/moderation/", {"q": "nobody@example.org", "tab": "spam"})
    assert "Nothing found in this tab." in words(page)
    assert "/moderation/?tab=spam" in hrefs(page)
    assert "Shown: e-mail nobody@example.org" in words(page)
    assert "Shown:" not in words(mo.get("/moderation/?tab=spam"))


def test_what_was_typed_comes_back_escaped(mo):
    page = html(mo.get("/moderation/", {"q": '"><script>x</script>', "author": "<b>@x.de"}))
    assert "<script>x" not in page and "<b>@x" not in page
    assert "&lt;script&gt;x&lt;/script&gt;" in page


def test_a_card_leads_to_all_of_its_author_network_and_post(mo):
    comment = make_comment(author_email="a+b&c@example.com")
    make_comment(ip="198.51.100.7", network="198.51.100.0/24")
    ways = [href for href in hrefs(mo.get("/moderation/")) if href.startswith("/moderation/?tab=")]
    own = [
        way
        for way in ways
        if "author=a" in way or "113.0" in way or f"post={comment.post_id}" in way
    ]
    # By the name, and three below More.
    assert len(own) == 4
    for way in own:
        assert cards(mo.get(way)) == [comment.public_id], way


def test_a_comment_without_address_or_network_has_no_way_to_them(mo):
    make_comment(author_email="", ip=None, network="")
    page = html(mo.get("/moderation/"))
    assert "All on this post" in page
    assert "All from this e-mail" not in page and "All from this network" not in page


def test_each_reason_has_its_words_alone_and_in_common():
    assert set(REASONS) == set(IN_COMMON) == {*map(str, Reason), Comment.SAME}
    assert all(str(words) for words in [*REASONS.values(), *IN_COMMON.values()])
    assert set(HELD) < set(REASONS)
    assert set(IN_COLUMNS) < set(REASONS) and not set(HELD) & set(IN_COLUMNS)


@pytest.mark.parametrize("q", ["ana@example.com", "203.0.113.7", "tram", "🔔"])
def test_a_search_asks_11_times_at_most_however_much_is_found(mo, django_assert_max_num_queries, q):
    for _n in range(20):
        make_comment(author_email="ana@example.com", body="tram 🔔")
    find(mo, q)
    for more in ({}, {"reason": "links"}):
        with django_assert_max_num_queries(11):
            find(mo, q, **more)


@pytest.mark.parametrize("status", ["draft", "private"])
def test_no_title_of_what_nobody_else_may_read_is_named(mo, status):
    make_post(title="A scoop for tomorrow", status=status)
    make_post(title="The scoop of yesterday")
    said = words(mo.get("/moderation/?q=scoop"))
    assert "The scoop of yesterday" in said and "A scoop for tomorrow" not in said
