"""The moderation queue as moderators read it: tabs, counts, pages and cards."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Policy
from comments.queue import page as queue
from comments.queue.counts import count_text
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.pages import cards, hrefs, html, words

pytestmark = pytest.mark.django_db
SOON = timezone.now() + timedelta(days=1)


def counts(response) -> dict[str, str]:
    found = re.findall(r'data-tab="([\w-]+)".*?<b>(.*?)</b>', html(response))
    return dict(found)


def test_each_tab_holds_its_own_comments(mo):
    post = make_post()
    made = {status: make_comment(post, status=status) for status in Comment.Status.values}
    for status, comment in made.items():
        assert cards(mo.get(f"/moderation/?tab={status}")) == [comment.public_id]
    assert cards(mo.get("/moderation/")) == [made["pending"].public_id]
    assert cards(mo.get("/moderation/?tab=none-such")) == [made["pending"].public_id]


def test_the_second_look_holds_what_was_approved_before_akismet_said_spam(mo):
    late = make_comment(status="approved", screened="spam")
    make_comment(status="approved")
    early = make_comment(status="approved", screened="spam")
    Comment.objects.filter(pk=early.pk).update(screened_at=early.status_at - timedelta(hours=1))
    assert cards(mo.get("/moderation/?tab=second-look")) == [late.public_id]


def test_the_second_look_is_sorted_by_when_akismet_said_so(mo):
    """So that what is new there stands on the page to which “1 new” leads."""
    now, post = timezone.now(), make_post()
    late = {"status": "approved", "screened": "spam"}
    sent_first, sent_last = now - timedelta(days=9), now - timedelta(days=1)
    newest = make_comment(post, submitted_at=sent_first, screened_at=now, **late)
    oldest = make_comment(
        post, submitted_at=sent_last, screened_at=now - timedelta(minutes=1), **late
    )
    assert cards(mo.get("/moderation/?tab=second-look")) == [oldest.public_id, newest.public_id]
    page = mo.get("/moderation/?tab=second-look&sort=newest")
    assert cards(page) == [newest.public_id, oldest.public_id]


def test_the_tabs_say_how_many_there_are(mo):
    post = make_post()
    for status in ("pending", "pending", "spam"):
        make_comment(post, status=status)
    said = counts(mo.get("/moderation/"))
    assert said == {
        "pending": "2",
        "approved": "0",
        "spam": "1",
        "trash": "0",
        "second-look": "0",
        "reported": "0",
    }


def test_more_than_can_be_counted_quickly_is_said_so(mo, monkeypatch):
    post = make_post()
    for _n in range(4):
        make_comment(post)
    monkeypatch.setattr("comments.queue.counts.MOST_COUNTED", 4)
    assert counts(mo.get("/moderation/"))["pending"] == "4"
    monkeypatch.setattr("comments.queue.counts.MOST_COUNTED", 3)
    assert counts(mo.get("/moderation/"))["pending"] == "3+"


def test_the_words_for_very_many():
    assert count_text(10_001) == "10,000+"
    assert count_text(10_000) == "10,000"


@pytest.mark.parametrize("sort", ["oldest", "newest"])
def test_pages_neither_skip_nor_repeat_where_times_are_equal(mo, monkeypatch, sort):
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    post, noon = make_post(), timezone.now()
    times = [noon, noon, noon, noon - timedelta(hours=1), noon, noon + timedelta(microseconds=1)]
    made = [make_comment(post, submitted_at=time) for time in times]
    expected = [c.public_id for c in sorted(made, key=lambda c: (c.submitted_at, c.pk))]
    address, seen = f"/moderation/?sort={sort}", []
    while address:
        response = mo.get(address)
        seen += cards(response)
        following = [href for href in hrefs(response) if "after=" in href]
        address = following and f"/moderation/{following[-1]}"
    assert seen == (expected if sort == "oldest" else expected[::-1])


def test_what_is_decided_between_two_pages_moves_nothing(mo, monkeypatch):
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    post = make_post()
    made = [make_comment(post) for _n in range(4)]
    response = mo.get("/moderation/")
    made[0].trash(by=moderator())
    (following,) = [href for href in hrefs(response) if "after=" in href]
    assert cards(mo.get(f"/moderation/{following}")) == [made[2].public_id, made[3].public_id]


@pytest.mark.parametrize(
    "after",
    ["", "x", "_", "2026-01-01_1", "0001-01-01T00:00:00+14:00_1", "9999-12-31T23:59:59-14:00_1"]
    + ["2026-11-21T00:00:00+00:00_" + "9" * n for n in (18, 30, 5_000)],
)
def test_a_made_up_place_in_the_queue_is_no_error(mo, after):
    make_comment()
    for sort in ("oldest", "newest"):
        response = mo.get("/moderation/", {"after": after, "sort": sort})
        assert response.status_code == 200


REASONS = [
    (["links", "3"], "3 links"),
    (["links", "1"], "1 link"),
    (["words", "casino"], "contains “casino” (a word of the policy)"),
    (["network", "203.0.113.0/24"], "from the network 203.0.113.0/24 (blocked by the policy)"),
    (["age", "400"], "the post is 400 days old"),
    (["trap", "pills"], "filled in the hidden field: “pills”"),
    (["staff-name", "Mo"], "the name of somebody who works here: “Mo”"),
    (["no-origin", ""], "the browser did not say where the form came from"),
]


@pytest.mark.parametrize(("reason", "said"), REASONS)
def test_each_reason_is_said_in_words(mo, reason, said):
    make_comment(held_because=[reason])
    response = mo.get("/moderation/")
    assert "Held because" in words(response)
    assert said in words(response)
    assert "Every comment waits for a moderator" not in words(response)


def test_without_a_special_reason_it_says_that_every_comment_waits(mo):
    make_comment()
    said = words(mo.get("/moderation/"))
    assert "Every comment waits for a moderator" in said
    assert "Held because" not in said


def test_the_matched_word_is_marked_wherever_it_stands(mo):
    make_comment(
        held_because=[["words", "casino"]],
        body="The Casino & the *casino*.",
        author_name="casino <b>",
        author_email="casino@example.net",
        author_url="https://casino.example/",
    )
    page = html(mo.get("/moderation/"))
    assert "The <mark>Casino</mark> &amp; the <em><mark>casino</mark></em>." in page
    assert "<mark>casino</mark> &lt;b&gt;" in page
    assert "<mark>casino</mark>@example.net" in page
    assert "https://<mark>casino</mark>.example/" in page


@pytest.mark.parametrize(
    ("body", "marked"),
    [
        ("Buy vi**ag**ra.", "viagra"),
        ("Buy via\u200bGRA.", "via\u200bGRA"),
        ("Buy vi<b></b>agra.", "vi&lt;b&gt;&lt;/b&gt;agra"),
        ("Buy vi<!-- -->agra.", "vi&lt;!-- --&gt;agra"),
        ("Buy Ｖｉａｇｒａ.", "Ｖｉａｇｒａ"),
    ],
)
def test_a_word_that_a_reader_splits_or_disguises_is_found_and_marked(mo, body, marked):
    Policy(pk=1, hold_words="viagra").save()
    send_comment(Client(), make_post(), body=body)
    found = re.findall("<mark>(.*?)</mark>", html(mo.get("/moderation/")))
    assert "".join(found) == marked


def test_a_word_that_was_found_within_another_before_lines_had_stars_is_marked_still(mo):
    make_comment(held_because=[["words", "press"]], body="I use WordPress.", author_name="Word")
    assert "I use Word<mark>Press</mark>." in html(mo.get("/moderation/"))


def test_who_signs_with_a_name_that_looks_like_one_of_the_staff_is_looked_at(mo):
    post = make_post()
    for n, name in enumerate(("Mo\u200d Derator", "M\u043e Derator")):
        send_comment(Client(), post, name=name, ip=f"198.51.{n}.7")
    codes = [[code for code, _name in c.held_because] for c in post.comments.all()]
    assert codes == [["staff-name"], ["staff-name"]]


def test_the_links_and_the_name_of_the_staff_are_marked(mo):
    make_comment(
        held_because=[["links", "1"], ["staff-name", "Mo Derator"]],
        author_name="Mo Derator",
        body="See https://example.net/x",
    )
    page = html(mo.get("/moderation/"))
    assert re.search(r'<mark><a [^>]*href="https://example.net/x"', page)
    assert "<mark>Mo Derator</mark>" in page


def test_a_card_shows_what_it_answers_and_where(mo):
    parent = make_comment(status="approved", author_name="Zoë", body="The bell *was* heard.")
    make_comment(parent=parent)
    said = words(mo.get("/moderation/"))
    assert "In reply to Zoë: The bell was heard." in said
    assert parent.post.title in said


def test_a_long_parent_is_there_whole(mo):
    parent = make_comment(status="approved", body="word " * 100 + "the end.")
    make_comment(parent=parent)
    assert "the end." in words(mo.get("/moderation/"))


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"screened": "ham"}, "Akismet said: not spam, "),
        ({"screened": "spam"}, "Akismet said: spam, "),
        ({"screened": "spam", "screened_at": None}, "Akismet said: spam, "),
        ({"screened": "waiting", "next_check_at": SOON}, "Being checked"),
        ({"screened": "skipped", "check_error": "no-key"}, "Not checked: no Akismet key"),
        (
            {"screened": "skipped", "check_error": "no-address"},
            "Not checked: the reader's IP address is unknown",
        ),
        ({"screened": "unavailable"}, "Not checked: Akismet was not asked in time"),
        (
            {"screened": "unavailable", "check_error": "silent"},
            "Not checked: Akismet did not answer",
        ),
        ({"screened": "skipped", "user_is_staff": True}, "Written by somebody who works here"),
    ],
)
def test_the_check_is_said_in_words(mo, settings, fields, said):
    settings.AKISMET_API_KEY = "a key"
    make_comment(**fields)
    assert said in words(mo.get("/moderation/"))


def test_the_next_try_is_said(mo, akismet):
    soon = timezone.now() + timedelta(minutes=20)
    make_comment(screened="unavailable", check_error="silent", next_check_at=soon)
    said = words(mo.get("/moderation/"))
    assert "Not checked yet: Akismet did not answer (next try " in said
    assert f"{timezone.localtime(soon):%H:%M})" in said


@pytest.mark.parametrize("screened", ["waiting", "unavailable", "skipped"])
def test_without_a_verdict_the_button_says_so(mo, screened):
    make_comment(screened=screened)
    assert "Approve unchecked" in words(mo.get("/moderation/"))


def test_with_a_verdict_it_is_approved(mo):
    make_comment()
    assert "Approve unchecked" not in words(mo.get("/moderation/"))


@pytest.mark.parametrize(("tab", "days"), [("spam", 3), ("trash", 10)])
def test_spam_and_trash_say_when_they_are_deleted(mo, tab, days):
    Policy(pk=1, spam_days=3, trash_days=10).save()
    comment = make_comment(status=tab)
    day = timezone.localtime(comment.status_at + timedelta(days=days))
    said = f"{tab.capitalize()} (will be deleted on {day.day} {day:%B})"
    assert said in words(mo.get(f"/moderation/?tab={tab}"))


@pytest.mark.parametrize("most", [0, 1_000], ids=["of many", "of few"])
def test_an_author_sees_only_what_is_said_under_the_own_posts(client, monkeypatch, most):
    monkeypatch.setattr(queue, "MOST_GATHERED", most)
    own, other = make_comment(), make_comment()
    shared = make_comment()
    shared.post.bylines.create(user=own.post.author)
    client.force_login(own.post.author)
    response = client.get("/moderation/")
    assert cards(response) == [own.public_id, shared.public_id]
    assert counts(response)["pending"] == "2"
    assert client.get(f"/moderation/{other.public_id}/history/").status_code == 404


@pytest.mark.parametrize("path", ["", "1/history/"])
def test_who_is_not_signed_in_goes_to_the_login(client, path):
    response = client.get(f"/moderation/{path}")
    assert response.status_code == 302
    assert response["Location"].startswith("/login/?next=/moderation/")


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
@pytest.mark.parametrize("path", ["", "decide/", "undo/", "1/history/"])
def test_without_the_right_nothing_is_shown(client, role, path):
    client.force_login(make_user(role))
    method = client.post if path in ("decide/", "undo/") else client.get
    assert method(f"/moderation/{path}").status_code == 403


def test_the_queue_is_kept_by_no_cache(mo):
    assert "no-store" in mo.get("/moderation/")["Cache-Control"]
