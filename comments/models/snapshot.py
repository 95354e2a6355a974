"""Comments and their Decisions, read for one verb."""

from collections.abc import Iterable, Iterator
from functools import cached_property

from django.db.models import Q

from comments.models.decision import Decision

# Without the texts, because ten thousand comments may be decided at once.
FIELDS = (
    *("public_id", "post", "parent", "user", "user_is_staff", "author_email", "author_name"),
    *("status", "status_at", "version", "screened", "screened_at", "checks", "check_error"),
    *("believed", "edited_at", "revised_at", "revised_by", "withdrawn_at", "emptied_at"),
    "reported_at",
)


class Snapshot:
    def __init__(self, comments: Iterable):
        self.comments = list(comments)

    @classmethod
    def read(cls, comments, *, locked: bool = False) -> "Snapshot":
        rows = comments.filter(emptied_at=None).only(*FIELDS).order_by("pk")
        rows = rows.annotate(was_sent=Q(submission__isnull=False))
        return cls(rows.select_for_update() if locked else rows)

    def decisions(self, comment) -> list[Decision]:
        # Oldest first.
        return self._decisions[comment.pk]

    @cached_property
    def _decisions(self) -> dict[int, list[Decision]]:
        # One query for all comments, and none for most verbs, which ask for no Decisions.
        decisions = {comment.pk: [] for comment in self.comments}
        for decision in Decision.objects.filter(comment__in=list(decisions)).order_by("pk"):
            decisions[decision.comment_id].append(decision)
        return decisions


def without_undone(decisions: Iterable[Decision]) -> Iterator[Decision]:
    """Yields the newest first. Leaves out each undo and the decision that it reversed."""
    rows = list(decisions)
    while rows:
        row = rows.pop()
        if row.reason == "undo":
            del rows[-1:]
        else:
            yield row
