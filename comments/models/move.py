"""One change of status, planned under the lock: to what, since when, what it tells Akismet."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.utils import timezone

from comments.models.decision import Decision
from comments.models.sql import among
from comments.moderation import feedback_of_move, feedback_owed

KEEP = "keep"
# What people do who are no moderators at work: the author, and whoever erases an address.
BY_HAND = ("withdrawn", "erased")


@dataclass(frozen=True)
class Move:
    """A comment as it was seen, and to what, why and since when it stands."""

    comment: object
    status: str
    reason: str
    at: datetime
    # Where it stood before it lay in the trash, which says nothing of spam.
    stood: str
    undone: object = None  # a row of its trail

    @property
    def is_published(self) -> bool:
        return self.status == "approved" != self.comment.status

    @property
    def takes_back_feedback(self) -> bool:
        """Akismet was not told yet of what is undone, and so is told of neither."""
        row = self.undone
        return bool(row and row.feedback) and not (row.feedback_claimed_at or row.feedback_sent_at)

    def facts(self, by) -> tuple[tuple[str, object], ...]:
        """What its Decision says, without whose and when."""
        comment = self.comment
        unchecked = self.status == "approved" and comment.is_unchecked
        return (
            ("old_status", comment.status),
            ("new_status", self.status),
            ("by_a_person", by is not None or self.reason in BY_HAND),
            ("reason", self.reason or ("unchecked" if unchecked else "")),
            ("feedback", self._feedback() if by and comment.is_known else ""),
        )

    def _feedback(self) -> str:
        if self.takes_back_feedback:
            return ""
        if self.reason == KEEP:
            return feedback_owed(self.comment.believed, self.status)
        return feedback_of_move(self.stood, self.status)


def planned(comment, status: str, trails, reason: str, now: datetime) -> Move:
    # What was known before is no news after it, also where the clock was set back since.
    now = max(now, comment.reported_at or now, comment.screened_at or now)
    # The last of its trail says where it stands.
    stood = comment.status
    if stood == "trash":
        trail = reversed(trails[comment.pk])
        stood = next((row.new_status for row in trail if row.new_status != "trash"), "")
    undone = trails[comment.pk][-1] if reason == "undo" else None
    takes_back_keep = undone is not None and undone.reason == KEEP
    if status == comment.status and reason not in BY_HAND and not takes_back_keep:
        return Move(comment, status, KEEP, now, stood)
    asks = comment.reported_at or comment.screened == "spam"
    # Where Akismet was told of it already, it hears of the undo a minute from now.
    is_as_before = undone and status == "approved" and asks and not undone.feedback_claimed_at
    at = _approved_since(trails[comment.pk]) if is_as_before else now
    return Move(comment, status, reason, at, stood, undone)


def _approved_since(trail) -> datetime:
    """Before what is undone now: it asks for a second look again, as if nobody had decided."""
    since = []
    for row in trail:
        if row.reason == "undo" and row.new_status == "approved":
            since.pop()
        else:
            since.append(row.created_at)
    return since[-2]


def close_feedback(won: list[Move]) -> None:
    """Decision.report() claims under the lock of the comment, as the trail was read."""
    if unsent := [move.undone.pk for move in won if move.takes_back_feedback]:
        Decision.objects.filter(pk__in=among(unsent)).update(feedback_sent_at=timezone.now())


def record(won: list[Move], by, batch: UUID) -> None:
    """A Decision of each, one statement for all that say the same."""
    groups = defaultdict(list)
    for move in won:
        groups[move.facts(by)].append(move.comment.pk)
    same = {"by": by and by.pk, "batch": batch, "created_at": timezone.now()}
    for facts, ids in groups.items():
        Decision.write(ids, **dict(facts), **same)
