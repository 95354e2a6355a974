"""What Akismet is told when a person corrects it: late, once, and from the original request."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.check import feedback
from comments.models import Comment, Decision, Heartbeat
from comments.queue.decision_sentences import report_sentence
from comments.worker.sweep import sweep
from tests.factories import moderator, run_tasks, submit_comment
from tests.pages import words

pytestmark = pytest.mark.django_db


def reports(akismet):
    return [call for call in akismet.calls if "submit" in call.path]


def pass_time(**delta):
    """As if everything had happened so much earlier."""
    for decision in Decision.objects.all():
        decision.created_at -= timedelta(**delta)
        if decision.feedback_claimed_at:
            decision.feedback_claimed_at -= timedelta(**delta)
        decision.save()
    for comment in Comment.objects.all():
        comment.status_at -= timedelta(**delta)
        comment.save(update_fields=["status_at"])
    for row in Heartbeat.objects.exclude(name=Heartbeat.QUOTA).exclude(next_at=None):
        row.next_at -= timedelta(**delta)
        row.save()


def later(**delta):
    pass_time(**(delta or {"seconds": 61}))
    sweep()
    run_tasks()


def test_found_in_spam_and_approved_is_told_as_ham(akismet, flagged):
    flagged.approve(by=moderator())
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]


def test_it_repeats_the_original_request(akismet, flagged):
    flagged.approve(by=moderator())
    later()
    check, report = akismet.calls[0], reports(akismet)[0]
    more = {("reporter", "mo-derator"), ("comment_check_response", "true")}
    assert set(report.pairs) == set(check.pairs) | more


def test_found_in_the_trash_where_it_lay_as_spam_and_approved_is_told_as_ham(akismet, flagged):
    flagged.trash(by=moderator())
    flagged.approve(by=moderator())
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]


def test_what_is_told_of_a_status_that_is_older_waits_a_minute_too(akismet, passed):
    comment = late_spam(akismet, passed)
    batch = comment.mark_spam(by=moderator()).batch
    Decision.objects.update(feedback_claimed_at=timezone.now(), feedback_sent_at=timezone.now())
    pass_time(minutes=5)
    Comment.undo(batch, by=moderator())
    sweep()
    run_tasks()
    assert reports(akismet) == []
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]


def test_marked_as_spam_is_told_as_spam(akismet, passed):
    passed.mark_spam(by=moderator())
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-spam"]


def test_nothing_leaves_within_a_minute(akismet, flagged):
    flagged.approve(by=moderator())
    later(seconds=30)
    assert reports(akismet) == []


def test_undone_within_a_minute_nothing_is_ever_told(akismet, flagged):
    batch = flagged.approve(by=moderator()).batch
    Comment.undo(batch, by=moderator())
    later()
    assert reports(akismet) == []
    assert not Decision.objects.to_report(timezone.now()).exists()


def late_spam(akismet, comment):
    """Approved, and called spam by a verdict that came after it."""
    comment.approve(by=moderator())
    Comment.objects.update(screened="spam", believed="spam", screened_at=timezone.now())
    return Comment.objects.get(pk=comment.pk)


def test_spam_of_a_second_look_that_is_undone_within_a_minute_tells_nothing(akismet, passed):
    batch = late_spam(akismet, passed).mark_spam(by=moderator()).batch
    Comment.undo(batch, by=moderator())
    later()
    assert reports(akismet) == []


def test_undone_after_it_was_told_the_opposite_is_told(akismet, passed):
    batch = passed.mark_spam(by=moderator()).batch
    later()
    Comment.undo(batch, by=moderator())
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-spam", "/1.1/submit-ham"]


def test_an_undo_of_a_second_thought_leaves_the_first_to_be_told(akismet, passed):
    passed.mark_spam(by=moderator())
    batch = passed.approve(by=moderator()).batch
    Comment.undo(batch, by=moderator())
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-spam"]


def test_the_history_names_the_decision_for_which_it_was_told(akismet, passed):
    comment = late_spam(akismet, passed)
    comment.mark_spam(by=moderator())
    comment.approve(by=moderator())
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]
    told = [(row.new_status, report_sentence(row)) for row in comment.decisions.all()]
    assert told[-2:] == [("spam", ""), ("approved", "Akismet was told: not spam")]


def test_changed_after_it_the_opposite_is_told_once(akismet, flagged):
    flagged.approve(by=moderator())
    later()
    flagged.mark_spam(by=moderator())
    later()
    later()
    paths = [call.path for call in reports(akismet)]
    assert paths == ["/1.1/submit-ham", "/1.1/submit-spam"]


def test_approving_what_waited_tells_nothing(akismet, passed):
    passed.approve(by=moderator())
    later()
    assert reports(akismet) == []


def test_trash_tells_nothing(akismet, passed):
    passed.trash(by=moderator())
    later()
    assert reports(akismet) == []


def test_the_machines_own_move_tells_nothing(akismet, flagged):
    later()
    assert reports(akismet) == []


def test_a_failed_report_is_repeated_until_it_is_sent(akismet, flagged):
    flagged.approve(by=moderator())
    akismet.next({"status": 503})
    later()
    assert Comment.objects.get(pk=flagged.pk).believed == "spam"
    later(minutes=5)
    later(minutes=5)
    assert len(reports(akismet)) == 2
    assert Comment.objects.get(pk=flagged.pk).believed == "ham"


def test_the_report_of_a_killed_sender_is_repeated(akismet, flagged):
    flagged.approve(by=moderator())
    pass_time(seconds=61)
    claimed = timezone.now() - timedelta(minutes=6)
    Decision.objects.exclude(feedback="").update(feedback_claimed_at=claimed)
    Comment.objects.update(believed="ham")
    sweep()
    run_tasks()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]


def test_two_senders_tell_it_once(akismet, flagged):
    flagged.approve(by=moderator())
    pass_time(seconds=61)
    decision = Decision.objects.exclude(feedback="").get()
    feedback.report(decision, timezone.now())
    feedback.report(decision, timezone.now())
    assert len(reports(akismet)) == 1


def test_a_report_waits_while_akismet_is_away_and_follows_when_it_is_back(akismet, flagged):
    akismet.mode = "down"
    submit_comment(flagged.post)
    run_tasks()
    flagged.approve(by=moderator())
    later()
    assert reports(akismet) == []
    akismet.mode = None
    later()
    later()
    assert [call.path for call in reports(akismet)] == ["/1.1/submit-ham"]


def history_of(client, comment) -> str:
    client.force_login(moderator())
    return words(client.get(f"/moderation/{comment.public_id}/history/"))


def test_the_history_says_what_akismet_was_told(akismet, client, flagged):
    flagged.approve(by=moderator())
    assert "Akismet will be told" in history_of(client, flagged)
    later()
    assert "Akismet was told: not spam" in history_of(client, flagged)


def test_after_15_days_it_is_too_old_to_report_and_the_row_is_closed(akismet, client, flagged):
    flagged.approve(by=moderator())
    old = timezone.now() - timedelta(days=15, minutes=1)
    Comment.objects.update(submitted_at=old)
    sweep()
    later()
    assert Comment.objects.get().submission is None
    row = Decision.objects.exclude(feedback="").get()
    assert row.feedback_sent_at and not row.feedback_claimed_at
    assert reports(akismet) == []
    assert "too old to report to Akismet" in history_of(client, flagged)


def test_what_is_decided_after_15_days_is_too_old_at_once(akismet, client, passed):
    Comment.objects.update(
        submitted_at=timezone.now() - timedelta(days=15, minutes=1), submission=None
    )
    passed.refresh_from_db()
    passed.mark_spam(by=moderator())
    assert "too old to report to Akismet" in history_of(client, passed)


def test_what_was_undone_is_not_called_too_old(akismet, client, flagged):
    Comment.undo(flagged.approve(by=moderator()).batch, by=moderator())
    later()
    assert "report" not in history_of(client, flagged)


def test_one_refused_report_says_nothing_of_a_good_key(akismet, flagged):
    flagged.approve(by=moderator())
    akismet.next({"status": 403})
    later()
    assert [call.path for call in akismet.calls[-2:]] == ["/1.1/submit-ham", "/1.1/verify-key"]
    assert Heartbeat.objects.get(name="akismet").is_ok
    later(minutes=5)
    assert Comment.objects.get().believed == "ham"


def test_a_report_that_is_refused_with_the_key_says_so(akismet, flagged):
    flagged.approve(by=moderator())
    akismet.mode = "invalid"
    later()
    assert Heartbeat.objects.get(name="akismet").state == "refused"


def test_a_report_that_fails_alone_is_no_outage(akismet, flagged):
    flagged.approve(by=moderator())
    akismet.next({"status": 500})
    later()
    later()  # the probe
    akismet.next({"status": 500})
    later(minutes=5)
    assert Heartbeat.objects.get(name="akismet").is_ok
    later(minutes=5)
    assert len(reports(akismet)) == 3
    assert Comment.objects.get().believed == "ham"
