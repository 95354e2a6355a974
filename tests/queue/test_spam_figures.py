"""The two figures of the queue: what waits and since when; how Akismet does on this site."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment, Decision, Heartbeat, Tally
from comments.privacy import purge
from comments.queue import spam_figures
from comments.worker import sweep
from tests.factories import know_quota, make_comment, make_post, moderator
from tests.pages import words

pytestmark = pytest.mark.django_db

MONTH = timedelta(days=30)


def count() -> tuple[int, ...]:
    found = spam_figures.count(timezone.now() - MONTH)
    return tuple(found[name] for name in spam_figures.NAMES)


def said(client, tab="pending") -> str:
    return words(client.get(f"/moderation/?tab={tab}")).replace("\xa0", " ")


def test_what_waits_is_said_with_the_oldest_in_every_tab(mo):
    assert "Nothing is pending" in said(mo)
    now, post = timezone.now(), make_post()
    make_comment(post, submitted_at=now - timedelta(days=2, hours=5))
    assert "1 pending, for 2 days" in said(mo)
    make_comment(post)
    make_comment(post, status="spam", submitted_at=now - timedelta(days=9))
    for tab in ("pending", "spam", "reported"):
        assert "2 pending, the oldest for 2 days (as of " in said(mo, tab)


def test_an_author_is_told_of_what_waits_under_own_posts(client):
    make_comment(submitted_at=timezone.now() - timedelta(days=9))
    own = make_comment()
    client.force_login(own.post.author)
    assert "1 pending, for less than a minute" in said(client)


def test_what_akismet_called_spam_and_nobody_took_out_is_caught():
    make_comment(status="spam", screened="spam")
    make_comment(status="spam", screened="skipped")
    make_comment(screened="ham")
    assert count() == (1, 0, 0)


def test_what_somebody_took_out_is_a_false_alarm_until_it_is_put_back():
    comment = make_comment(status="spam", screened="spam")
    comment.approve(by=moderator())
    assert count() == (0, 0, 1)
    comment.mark_spam(by=moderator())
    assert count() == (1, 0, 0)
    comment.trash(by=moderator())
    assert count() == (1, 0, 0)


def test_late_spam_is_a_false_alarm_only_when_somebody_has_looked_again():
    comment = make_comment(status="approved", screened="spam")
    unseen = make_comment(status="approved", screened="spam")
    assert count() == (2, 0, 0)
    comment.approve(by=moderator())
    assert comment.decisions.last().reason == "keep"
    assert count() == (1, 0, 1)
    purge.delete([comment.pk, unseen.pk])
    assert count() == (1, 0, 1)


def test_the_last_word_is_the_last_also_where_the_clock_was_set_back():
    comment = make_comment(status="spam", screened="spam")
    comment.approve(by=moderator())
    comment.mark_spam(by=moderator())
    first, last = comment.decisions.filter(by=moderator())
    later = last.created_at + timedelta(hours=1)
    comment.decisions.filter(pk=first.pk).update(created_at=later)
    assert count() == (1, 0, 0)


def test_what_somebody_calls_spam_after_it_passed_is_missed():
    comment = make_comment(screened="ham")
    comment.mark_spam(by=moderator())
    assert count() == (0, 1, 0)
    comment.restore(by=moderator())
    assert count() == (0, 0, 0)


def test_what_is_older_than_a_month_does_not_count():
    old = timezone.now() - MONTH - timedelta(hours=1)
    make_comment(status="spam", screened="spam", screened_at=old, submitted_at=old)
    day = timezone.localdate(old)
    Tally.objects.create(day=day - timedelta(days=1), comments=5, caught=5)
    assert count() == (0, 0, 0)


def test_what_was_deleted_counts_on():
    made = [make_comment(status="spam", screened="spam") for _n in range(3)]
    made[0].approve(by=moderator())
    missed = make_comment(screened="ham")
    missed.mark_spam(by=moderator())
    before = count()
    assert before == (2, 1, 1)
    purge.delete([comment.pk for comment in (*made, missed)])
    assert not Comment.objects.exists()
    assert count() == before


def know(**facts) -> None:
    known = dict.fromkeys(spam_figures.NAMES, 0) | facts
    spam_figures.renew()
    Heartbeat.objects.filter(name=Heartbeat.FIGURES).update(facts=known)


def test_before_the_first_count_nothing_is_claimed(mo):
    assert "not counted yet" in said(mo)


def test_few_are_too_few_to_say(mo):
    know(caught=15, missed=2, false_alarms=2)
    assert "too few to say how good it is (caught 15, missed 2, false alarms 2; as of " in said(mo)


def test_many_are_said_with_their_hour(mo):
    know(caught=1_204, missed=3, false_alarms=2)
    assert "caught 1,204 of 1,207 spam comments, missed 3, false alarms 2 (as of " in said(mo)


def test_the_sweep_counts_once_an_hour(monkeypatch):
    know_quota()
    monkeypatch.setattr(sweep, "_rests_until", {})
    make_comment(status="spam", screened="spam")
    sweep.sweep()
    row = Heartbeat.objects.get(name=Heartbeat.FIGURES)
    assert row.facts["caught"] == 1
    make_comment(status="spam", screened="spam")
    sweep.sweep()
    assert Heartbeat.objects.get(name=Heartbeat.FIGURES).facts["caught"] == 1
    soon = timezone.now() + timedelta(minutes=61)
    monkeypatch.setattr(sweep.timezone, "now", lambda: soon)
    sweep.sweep()
    assert Heartbeat.objects.get(name=Heartbeat.FIGURES).facts["caught"] == 2


def test_a_page_counts_nothing_of_it_itself(mo):
    know(caught=50)
    with CaptureQueriesContext(connection) as queries:
        mo.get("/moderation/")
    # The number of the last decision says whether the tabs have to be counted anew.
    last = str(Decision.objects.order_by("-pk").values("pk")[:1].query)
    asked = [query["sql"].replace(last, "") for query in queries]
    assert not [sql for sql in asked if "comments_decision" in sql or "comments_tally" in sql]
