"""A wave: so many checks an hour, and the same text is asked about once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.models import Comment, Heartbeat, Policy
from comments.queue.card import check_words
from comments.queue.decision_sentences import decision_sentence
from comments.rules.holding import Rules
from comments.tasks import probe
from comments.worker.sweep import sweep
from tests.factories import (
    make_comment,
    moderator,
    run_tasks,
    submit_comment,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("known_quota")]

SPAM = "Cheap casino, tonight only"


def asked(akismet) -> list[str]:
    found = [call.fields.get("comment_content") for call in akismet.calls]
    return [text for text in found if text]


def pass_an_hour() -> None:
    row = Heartbeat.objects.get(name=Heartbeat.AKISMET)
    row.facts["calls"] = {str(int(m) - 61): n for m, n in row.facts["calls"].items()}
    row.save()


def test_so_many_checks_an_hour_the_oldest_first(akismet, post):
    Policy(pk=1, checks_an_hour=3).save()
    for n in range(7):
        submit_comment(post, body=f"number {n}")
    run_tasks()
    sweep()
    run_tasks()
    assert asked(akismet) == ["number 0", "number 1", "number 2"]
    waiting = Comment.objects.get(body="number 3")
    assert (
        check_words(waiting) == "Not checked yet: this site's limit of 3 checks an hour is reached"
    )
    submit_comment(post, body="late")
    pass_an_hour()
    run_tasks()  # the late one's own job, ahead of the sweep
    sweep()
    run_tasks()
    assert asked(akismet)[3:] == ["number 3", "number 4", "number 5"]


def test_a_call_counts_for_a_whole_hour():
    now, row = timezone.now(), Heartbeat(name=Heartbeat.AKISMET)
    row.count_call(now)
    row.count_call(now + timedelta(minutes=10))
    assert row.calls_in_hour(now + timedelta(minutes=59)) == 2
    assert row.calls_in_hour(now + timedelta(minutes=65)) == 1
    assert row.calls_in_hour(now + timedelta(minutes=72)) == 0


def test_probes_and_second_tries_count_too(akismet, post):
    Policy(pk=1, checks_an_hour=2).save()
    akismet.next({"status": 500}, {"status": 500})
    submit_comment(post)
    run_tasks()
    for n in range(1, 4):
        probe(timezone.now() + timedelta(minutes=n))
    assert len(asked(akismet)) == 2


def test_the_same_text_becomes_spam_without_a_call(akismet, post):
    first = submit_comment(post, body=SPAM)
    run_tasks()
    again = submit_comment(post, body="  cheap CASINO,\n tonight   only ")
    run_tasks()
    again.refresh_from_db()
    first.refresh_from_db()
    assert len(asked(akismet)) == 1
    decision = again.decisions.last()
    assert (again.status, decision.by, decision.reason) == ("spam", None, "same-as-spam")
    assert (again.screened, again.believed, again.checks) == ("skipped", "", 0)
    time = f"{timezone.localtime(first.screened_at):%H:%M}"
    assert check_words(again) == f"Not asked: the same text was called spam at {time}"
    assert "(the same text had been called spam)" in decision_sentence(decision)


@pytest.mark.parametrize(
    "why", [{"trap": "https://pills.example"}, {"rules": Rules(block_words=("casino",))}], ids=str
)
def test_a_wave_that_lies_in_spam_already_costs_one_call_too(akismet, post, why):
    first, *others = (submit_comment(post, body=SPAM, **why) for _n in range(4))
    run_tasks()
    sweep()
    assert asked(akismet) == [SPAM]
    first.refresh_from_db()
    for comment in others:
        comment.refresh_from_db()
        assert (comment.status, comment.screened) == ("spam", "skipped")
        assert (comment.decisions.count(), comment.next_check_at) == (1, None)
        assert check_words(comment).startswith("Not asked: the same text was called spam at")
    others[0].restore(by=moderator())
    run_tasks()
    sweep()
    run_tasks()
    assert asked(akismet) == [SPAM, SPAM]


def test_restored_when_nobody_can_be_asked_any_more_it_says_why_it_was_not():
    same = {"screened": "skipped", "check_error": Comment.SAME, "submission": None}
    comment = make_comment(status="spam", **same)
    comment.restore(by=moderator())
    comment = Comment.objects.get(pk=comment.pk)
    assert comment.status == "pending"
    assert check_words(comment).startswith("Not asked: the same text was called spam at")
    assert comment in Comment.objects.waiting()


def test_a_restored_comment_is_asked_about_itself(akismet, post):
    submit_comment(post, body=SPAM)
    run_tasks()
    again = submit_comment(post, body=SPAM)
    run_tasks()
    again.refresh_from_db()
    again.restore(by=moderator())
    assert (again.status, check_words(again)) == ("pending", "Being checked")
    akismet.verdict = "false"
    sweep()
    run_tasks()
    again.refresh_from_db()
    assert (again.status, again.screened) == ("pending", "ham")
    assert len(asked(akismet)) == 2


@pytest.mark.parametrize("verb", ["approve", "restore"])
def test_a_person_who_found_the_first_to_be_no_spam_ends_it(akismet, post, verb):
    first = submit_comment(post, body=SPAM)
    run_tasks()
    first.refresh_from_db()
    getattr(first, verb)(by=moderator())
    submit_comment(post, body=SPAM)
    run_tasks()
    assert len(asked(akismet)) == 2


def test_what_a_person_called_spam_is_no_measure(akismet, post):
    first = submit_comment(post, body="Only my opinion")
    run_tasks()
    first.refresh_from_db()
    first.mark_spam(by=moderator())
    second = submit_comment(post, body="Only my opinion")
    run_tasks()
    second.refresh_from_db()
    assert (second.status, second.screened) == ("pending", "ham")


def test_after_24_hours_it_is_asked_again(akismet, post):
    submit_comment(post, body=SPAM)
    run_tasks()
    Comment.objects.update(screened_at=timezone.now() - timedelta(hours=24, minutes=1))
    submit_comment(post, body=SPAM)
    run_tasks()
    assert len(asked(akismet)) == 2


def test_those_that_wait_already_are_set_aside_by_the_sweep(akismet, post):
    Policy(pk=1, checks_an_hour=1).save()
    submit_comment(post, body=SPAM)
    rest = [submit_comment(post, body=SPAM) for _n in range(5)]
    own = submit_comment(post, body="A reader's own")
    own.hold(by=moderator())
    run_tasks()
    sweep()
    assert Comment.objects.filter(status="spam").count() == 1 + len(rest)
    assert Comment.objects.get(pk=own.pk).status == "pending"
    assert asked(akismet) == [SPAM]


def test_what_a_person_has_decided_stays_where_it_is(akismet, post):
    Policy(pk=1, checks_an_hour=1).save()
    submit_comment(post, body=SPAM)
    approved = submit_comment(post, body=SPAM)
    approved.approve(by=moderator())
    run_tasks()
    sweep()
    run_tasks()
    assert Comment.objects.get(pk=approved.pk).status == "approved"
