"""Comments and their Decisions as a verb sees them."""

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
        """Emptied comments are left out. `locked`: until the transaction ends."""
        rows = comments.filter(emptied_at=None).only(*FIELDS).order_by("pk")
        rows = rows.annotate(was_sent=Q(submission__isnull=False))
        return cls(rows.select_for_update() if locked else rows)

    def decisions(self, comment) -> list[Decision]:
        """The newest last."""
        return self._decisions[comment.pk]

    @cached_property
    def _decisions(self) -> dict[int, list[Decision]]:
        """Read for all comments at the first question; most verbs ask none."""
        found = {comment.pk: [] for comment in self.comments}
        for decision in Decision.objects.filter(comment__in=list(found)).order_by("pk"):
            found[decision.comment_id].append(decision)
        return found


def without_undone(decisions: Iterable[Decision]) -> Iterator[Decision]:
    """The newest first. An undo takes back the last one before it: both are left out."""
    rows = list(decisions)
    while rows:
        row = rows.pop()
        if row.reason == "undo":
            del rows[-1:]
        else:
            yield row
