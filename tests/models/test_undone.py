"""What was undone counts for nothing: not for a restore, not for a second look, not for Akismet."""

from uuid import uuid4

import pytest
from django.utils import timezone

from comments.models import Comment, Report
from comments.worker.sweep import sweep
from tests.check.test_feedback import late_spam, later, reports
from tests.factories import make_comment, moderator, run_tasks

pytestmark = pytest.mark.django_db
HAM, SPAM = "/1.1/submit-ham", "/1.1/submit-spam"


def do(comment, *verbs):
    """One after the other; the batch of the last."""
    by = moderator()
    for verb in verbs:
        if verb == "undo":
            outcome = Comment.undo(comment.decisions.last().batch, by=by)
        else:
            outcome = getattr(Comment.objects.get(pk=comment.pk), verb)(by=by)
        assert outcome.done, verb
    comment.refresh_from_db()
    return outcome.batch


def told(akismet) -> list[str]:
    return [call.path for call in reports(akismet)]


@pytest.mark.parametrize(
    ("verbs", "status"),
    [
        (["mark_spam", "approve", "undo", "restore"], "pending"),
        (["trash", "approve", "undo", "restore"], "pending"),
        (["trash", "approve", "undo", "undo", "trash", "restore"], "approved"),
        (["approve", "hold", "undo", "trash", "restore"], "approved"),
        (["approve", "undo", "trash", "restore"], "pending"),
    ],
)
def test_a_restore_does_not_lead_to_what_was_undone(verbs, status):
    comment = make_comment()
    do(comment, *verbs)
    assert comment.status == status
    public = Comment.objects.public(timezone.now()).filter(pk=comment.pk)
    assert public.exists() == (status == "approved")


def test_a_report_stands_again_also_where_akismet_was_told(akismet, passed):
    passed.approve(by=moderator())
    Report.submit(passed, "bad", "203.0.113.0/24")
    do(passed, "mark_spam")
    later()
    do(passed, "undo")
    assert (passed.status, passed.is_reported) == ("approved", True)
    sweep()
    run_tasks()
    assert told(akismet) == [SPAM], "not within the minute"
    later()
    assert told(akismet) == [SPAM, HAM]


def test_so_does_a_late_verdict_after_a_keep(akismet, passed):
    late_spam(akismet, passed)
    do(passed, "approve")
    later()
    do(passed, "undo")
    later()
    passed.refresh_from_db()
    assert passed.has_late_spam and told(akismet) == [HAM]


def test_nobody_said_ham_where_spam_was_undone(akismet, passed):
    late_spam(akismet, passed)
    later()
    do(passed, "mark_spam")
    later()  # Closed unsent: Akismet had said so itself.
    do(passed, "undo")
    later()
    passed.refresh_from_db()
    assert passed.has_late_spam and told(akismet) == []


@pytest.mark.parametrize("back", ["undo", "restore"])
def test_a_correction_outlives_a_minute_in_the_trash(akismet, flagged, back):
    do(flagged, "approve", "trash")
    later()
    do(flagged, back)
    later()
    assert flagged.status == "approved" and told(akismet) == [HAM]


def test_what_an_undo_took_out_of_spam_is_told_when_it_is_approved(akismet, flagged):
    do(flagged, "undo")  # Of what Akismet did.
    later()
    assert (flagged.status, told(akismet)) == ("pending", [])
    do(flagged, "approve")
    later()
    assert told(akismet) == [HAM]


def test_found_in_the_trash_undone_and_done_again_is_told(akismet, flagged):
    do(flagged, "trash", "approve", "undo", "undo")
    later()
    assert flagged.status == "approved" and told(akismet) == [HAM]


def test_to_keep_again_what_was_undone_is_answered_twice(akismet, passed):
    late_spam(akismet, passed)
    undo, name = do(passed, "approve", "undo"), uuid4()
    first, again = (Comment.undo(undo, by=moderator(), as_batch=name) for _n in range(2))
    assert first.done == again.done != []
