"""Akismet away: one question a minute, and after its first answer all the others at once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.check import akismet as spam
from comments.models import Comment, Heartbeat
from comments.queue.card import check_words
from comments.tasks import screen
from comments.worker.sweep import sweep
from tests.factories import (
    make_comment,
    moderator,
    run_tasks,
    submit_comment,
)
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_quota")]


def paths(akismet) -> list[str]:
    return [call.path.rpartition("/")[2] for call in akismet.calls]


def texts(akismet) -> list[str]:
    asked = [call.fields.get("comment_content") for call in akismet.calls]
    return [text for text in asked if text]


def state() -> str:
    return Heartbeat.objects.get(name=Heartbeat.AKISMET).state


def screened() -> set[str]:
    return set(Comment.objects.values_list("screened", flat=True))


def minute(count: int = 1, **delta) -> None:
    """As if so many minutes had passed, with a sweep after each."""
    delta = timedelta(**(delta or {"minutes": 1}))
    for _n in range(count):
        for row in Heartbeat.objects.exclude(name=Heartbeat.QUOTA).exclude(next_at=None):
            row.next_at -= delta
            row.save()
        for comment in Comment.objects.exclude(next_check_at=None):
            Comment.objects.filter(pk=comment.pk).update(
                next_check_at=comment.next_check_at - delta
            )
        sweep()
        run_tasks()


def test_the_first_failure_ends_all_calls_but_one_a_minute(akismet, post):
    akismet.mode = "down"
    for n in range(5):
        submit_comment(post, body=f"number {n}")
    run_tasks()
    assert texts(akismet) == ["number 0"]
    sweep()
    run_tasks()
    assert len(akismet.calls) == 1
    minute(3)
    assert len(akismet.calls) == 4
    assert screened() == {"unavailable"}


def test_at_the_first_success_the_rest_follow_at_once(akismet, post):
    akismet.mode = "down"
    for n in range(5):
        submit_comment(post, body=f"number {n}")
    run_tasks()
    akismet.mode = None
    minute()
    assert screened() == {"ham"}
    assert state() == "ok"


def test_a_refused_key_is_asked_about_itself(akismet, post):
    akismet.mode = "invalid"
    for n in range(3):
        submit_comment(post, body=f"number {n}")
    run_tasks()
    assert paths(akismet) == ["comment-check", "verify-key"]
    minute(2)
    assert paths(akismet)[2:] == ["verify-key"] * 2
    akismet.mode = None
    minute()
    assert paths(akismet)[4:] == ["verify-key"] + ["comment-check"] * 3
    assert screened() == {"ham"}


def test_one_text_that_is_refused_with_a_good_key_is_no_outage_once_another_passed(akismet, post):
    akismet.next({"status": 413})
    odd, other = submit_comment(post, body="odd"), submit_comment(post, body="other")
    run_tasks()
    assert state() == "unreachable"
    akismet.next({}, {"status": 413})
    minute()
    assert texts(akismet) == ["odd", "other", "odd"]
    odd.refresh_from_db()
    other.refresh_from_db()
    assert (odd.screened, other.screened, state()) == ("unavailable", "ham", "ok")
    assert odd.failures == 1
    assert check_words(odd).startswith("Not checked yet: the request to Akismet was turned away (")


@pytest.fixture
def refuses(akismet, monkeypatch):
    """Refuses the check of these texts; the key is good."""
    take, words = type(akismet).take_step, []

    def take_step(self, call):
        refused = any(word in call.fields.get("comment_content", "") for word in words)
        return take(self, call) | ({"status": 403} if refused else {})

    monkeypatch.setattr(type(akismet), "take_step", take_step)
    return words


def test_checks_that_are_all_refused_with_a_good_key_are_an_outage(akismet, post, refuses, client):
    refuses.append("number")
    for n in range(3):
        submit_comment(post, body=f"number {n}")
    run_tasks()
    minute(3)
    assert state() == "unreachable"
    assert texts(akismet) == ["number 0", "number 1", "number 2", "number 0"]
    client.force_login(moderator())
    page = words(client.get("/moderation/"))
    assert "Requests to Akismet have been turned away since" in page
    assert "3 comments wait unchecked" in page
    assert "refused the key" not in page


def test_two_that_are_always_refused_do_not_hold_up_the_third(akismet, post, refuses):
    refuses.append("odd")
    for body in ("odd", "odd too", "ordinary"):
        submit_comment(post, body=body)
    run_tasks()
    minute(2)
    assert state() == "ok"
    assert Comment.objects.get(body="ordinary").screened == "ham"
    assert set(Comment.objects.filter(body__startswith="odd").values_list("failures")) == {(1,)}


def test_one_comment_that_always_fails_does_not_hold_up_the_others(akismet, post, monkeypatch):
    answer = type(akismet).answer

    def answer_but_not_this(self, call):
        odd = call.fields.get("comment_content") == "odd"
        return ("perhaps", {}) if odd else answer(self, call)

    monkeypatch.setattr(type(akismet), "answer", answer_but_not_this)
    for body in ("odd", "one", "two", "three"):
        submit_comment(post, body=body)
    run_tasks()
    assert state() == "unreachable"
    minute()
    odd = Comment.objects.get(body="odd")
    assert set(Comment.objects.exclude(pk=odd.pk).values_list("screened", flat=True)) == {"ham"}
    assert (state(), odd.failures, odd.screened) == ("ok", 1, "unavailable")


@pytest.mark.parametrize(("before", "minutes"), [(0, 1), (1, 5), (2, 20), (3, 60), (4, 360)])
def test_the_pauses_of_a_comment_that_fails_while_others_pass(akismet, post, before, minutes):
    now = timezone.now()
    with_others = submit_comment(post)
    run_tasks()
    Comment.objects.update(
        screened="unavailable",
        asked_at=now - timedelta(hours=1),
        failures=before,
        next_check_at=now,
    )
    akismet.next({"body": "perhaps"})
    screen(with_others, timezone.now())
    with_others.refresh_from_db()
    assert round((with_others.next_check_at - now).total_seconds() / 60) == minutes
    assert state() == "ok"


def test_retry_after_stops_all_for_so_long(akismet, post):
    akismet.next({"status": 429, "headers": {"Retry-After": "7200"}})
    for n in range(3):
        submit_comment(post, body=f"number {n}")
    run_tasks()
    asked = len(akismet.calls)
    minute(5)
    assert len(akismet.calls) == asked
    minute(minutes=116)
    assert screened() == {"ham"}


LONG = {"status": 429, "headers": {"Retry-After": "7200"}}


def meanwhile(monkeypatch, act) -> None:
    """Before what comes of the next check is recorded, another call comes and goes."""
    check = spam.check

    def slow_check(*args, **kwargs):
        monkeypatch.setattr(spam, "check", check)
        try:
            return check(*args, **kwargs)
        finally:
            act()

    monkeypatch.setattr(spam, "check", slow_check)


@pytest.mark.parametrize("older", [{}, {"drop": True}], ids=["passes", "fails"])
def test_what_an_older_call_says_shortens_no_retry_after(akismet, post, monkeypatch, older):
    akismet.next(older, LONG)
    slow, quick, third = (submit_comment(post, body=body) for body in ("slow", "quick", "third"))
    meanwhile(monkeypatch, lambda: screen(quick, timezone.now()))
    screen(slow, timezone.now())
    run_tasks()
    assert texts(akismet) == ["slow", "quick"]
    slow.refresh_from_db()
    assert slow.screened == ("unavailable" if older else "ham")
    row = Heartbeat.objects.get(name=Heartbeat.AKISMET)
    assert row.state == "unreachable"
    assert row.next_at > timezone.now() + timedelta(minutes=119)
    third.refresh_from_db()
    assert third.next_check_at == row.next_at
    minute(minutes=121)
    assert screened() == {"ham"}


def test_after_a_throttle_the_quota_is_asked(akismet, post):
    akismet.next({"status": 429})
    submit_comment(post)
    run_tasks()
    sweep()
    run_tasks()
    assert "usage-limit" not in paths(akismet)
    Heartbeat.objects.update(next_at=timezone.now())
    sweep()
    run_tasks()
    assert "usage-limit" in paths(akismet)


def test_when_nothing_waits_the_key_is_the_probe(akismet, post):
    akismet.mode = "down"
    submit_comment(post)
    run_tasks()
    Comment.objects.all().delete()
    akismet.mode = None
    minute()
    assert state() == "ok"


def test_a_comment_that_comes_meanwhile_says_when_it_is_asked_about(akismet, post):
    akismet.mode = "down"
    submit_comment(post)
    run_tasks()
    late = submit_comment(post)
    run_tasks()
    late.refresh_from_db()
    row = Heartbeat.objects.get(name=Heartbeat.AKISMET)
    assert late.next_check_at == row.next_at
    assert check_words(late).startswith("Not checked yet: Akismet did not answer (next try")
    assert len(akismet.calls) == 1


def test_given_up_after_15_days_it_is_still_pending_and_says_so(akismet, post):
    akismet.mode = "down"
    comment = submit_comment(post)
    run_tasks()
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=15, minutes=1))
    akismet.mode = None
    minute(3)
    comment.refresh_from_db()
    assert (comment.status, comment.screened) == ("pending", "unavailable")
    assert check_words(comment) == "Not checked: Akismet did not answer"


def test_what_was_not_asked_about_in_15_days_is_given_up_in_words_and_to_moderators(akismet, post):
    comment = submit_comment(post)  # and then the worker stood still
    Comment.objects.update(submitted_at=timezone.now() - timedelta(days=15, minutes=1))
    sweep()
    run_tasks()
    comment = Comment.objects.get(pk=comment.pk)
    assert [c for c in akismet.calls if c.path.endswith("comment-check")] == []
    assert check_words(comment) == "Not checked: Akismet was not asked in time"
    assert (comment.status, comment.submission) == ("pending", None)
    assert comment in Comment.objects.waiting()


def test_provisional_ham_is_ham_after_its_time_though_akismet_is_away():
    now = timezone.now()
    times = {"provisional_until": now - timedelta(minutes=1), "next_check_at": now}
    assert make_comment(**times) in Comment.objects.waiting()
    times["provisional_until"] = now + timedelta(minutes=1)
    assert make_comment(**times) not in Comment.objects.waiting()


def test_no_job_is_queued_twice(akismet, post):
    for _n in range(3):
        submit_comment(post)
    sweep()
    sweep()
    assert run_tasks() == 3
