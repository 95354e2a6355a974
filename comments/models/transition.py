"""Plans one change of status under the lock: its time, and the feedback for Akismet."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from comments.models.decision import Decision
from comments.models.snapshot import Snapshot, without_undone
from comments.rules.holding import feedback_for_move, missing_feedback

KEEP = "keep"
# Reasons of moves that a person made although `by` is None: the author, or an erasure.
BY_HAND = ("withdrawn", "erased")


@dataclass(frozen=True)
class Move:
    """A planned change. `comment` is still as it was before."""

    comment: object
    status: str
    reason: str
    at: datetime
    # The status before it went to the trash, since trash says nothing about spam.
    status_before_trash: str
    undone: Decision | None = None
    # After an undo or a restore from the trash: the last valid feedback, sent or not.
    last_feedback: str = ""

    @property
    def is_published(self) -> bool:
        return self.status == "approved" != self.comment.status

    @property
    def takes_back_feedback(self) -> bool:
        # Akismet was not told of the undone decision yet, so it hears of neither.
        row = self.undone
        return bool(row and row.feedback) and not (row.feedback_claimed_at or row.feedback_sent_at)

    def decision(self, by, batch: UUID, version: int, now: datetime) -> Decision:
        comment = self.comment
        unchecked = self.status == "approved" and comment.is_unchecked
        return Decision(
            comment_id=comment.pk,
            by=by,
            by_a_person=by is not None or self.reason in BY_HAND,
            old_status=comment.status,
            new_status=self.status,
            reason=self.reason or ("unchecked" if unchecked else ""),
            old_version=comment.version,
            new_version=version,
            batch=batch,
            created_at=now,
            feedback=self._feedback() if by and _is_known_to_akismet(comment) else "",
        )

    def _feedback(self) -> str:
        if self.takes_back_feedback:
            return ""
        missing = missing_feedback(self.comment.believed, self.status)
        if self.reason == KEEP:
            return missing
        # Unsent feedback was closed when the comment went to the trash, so it is due again.
        if missing == self.last_feedback and (self.undone or self.comment.status == "trash"):
            return missing
        if self.undone:
            return missing if self.undone.feedback_claimed_at else ""
        # Also from pending: an undo may have put a comment there that Akismet called spam.
        approved = missing if self.status == "approved" else ""
        return feedback_for_move(self.status_before_trash, self.status) or approved


def _is_known_to_akismet(comment) -> bool:
    # Akismet was or will be asked about it, so it can be corrected.
    return comment.was_sent and (comment.checks > 0 or bool(settings.AKISMET_API_KEY))


def plan(comment, status: str, snapshot: Snapshot, reason: str, now: datetime) -> Move:
    # Not earlier than its report or verdict, even if the clock was set back since.
    now = max(now, comment.reported_at or now, comment.screened_at or now)
    undone = snapshot.decisions(comment)[-1] if reason == "undo" else None
    takes_back_keep = undone is not None and undone.reason == KEEP
    if status == comment.status and reason not in BY_HAND and not takes_back_keep:
        return Move(comment, status, KEEP, now, comment.status)
    if undone is None and comment.status != "trash":
        return Move(comment, status, reason, now, comment.status)
    before = snapshot.decisions(comment)
    rows = list(without_undone(before[:-1] if undone else before))
    status_before_trash = next((row.new_status for row in rows if row.new_status != "trash"), "")
    last_feedback = next((row.feedback for row in rows if row.feedback), "")
    at = now
    if undone and status == "approved" and (comment.reported_at or comment.screened == "spam"):
        # It needs a second look again, so it gets the date of the earlier decision.
        at = rows[0].created_at
    return Move(comment, status, reason, at, status_before_trash, undone, last_feedback)


def close_feedback(moves: list[Move]) -> None:
    # feedback.report() claims under the same lock of the comment.
    if unsent := [move.undone.pk for move in moves if move.takes_back_feedback]:
        Decision.objects.filter(pk__in=unsent).update(feedback_sent_at=timezone.now())


def write_decisions(moves: list[Move], by, batch: UUID, version: int) -> None:
    now = timezone.now()
    Decision.objects.bulk_create([move.decision(by, batch, version, now) for move in moves])
