"""One press of a button in the queue, on any number of comments.

The script gives each batch an id, so that a batch that is sent again after a lost answer changes
nothing twice and returns the first result. A form gives none; after a double press it shows what
the first press did.
"""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, OuterRef, Q

from comments.models.decision import Decision
from comments.models.transition import KEEP


class OtherBatch(Exception):
    """The id is invalid, or belongs to another person's batch or to one with another verb."""


class BatchQuerySet(models.QuerySet):
    def with_decisions(self) -> Self:
        return self.filter(Exists(Decision.objects.filter(batch=OuterRef("pk"))))

    def without_decisions(self) -> Self:
        return self.filter(~Exists(Decision.objects.filter(batch=OuterRef("pk"))))


class Batch(models.Model):
    """Its Decisions have its id. Written with the first of them."""

    class Verb(models.TextChoices):
        APPROVE = "approve"
        HOLD = "hold"
        SPAM = "spam"
        TRASH = "trash"
        RESTORE = "restore"
        UNDO = "undo"
        WITHDRAW = "withdraw"
        ERASE = "erase"

    id = models.UUIDField(primary_key=True)
    # Null: the program, a comment's author, or a deleted account. Indexed by batch_by.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # Stays when the account is deleted, so that a moderator's press never looks automatic.
    by_moderator = models.BooleanField(default=False)
    verb = models.CharField(max_length=8, choices=Verb)
    at = models.DateTimeField()

    objects = BatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        # comments/moderation/my_decisions.py: one's own presses, and everyone's
        indexes = [
            models.Index(fields=["by", "at", "id"], name="batch_by"),
            models.Index(
                fields=["at", "id"], condition=Q(by_moderator=True), name="batch_by_moderators"
            ),
        ]

    def __str__(self):
        return f"{self.id}: {self.verb}"


def parse_batch_id(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        raise OtherBatch from error


def require_own(batch: UUID | None, verb: str, by) -> None:
    row = batch and Batch.objects.filter(pk=batch).first()
    if row and (row.by_id != by.pk or row.verb != verb):
        raise OtherBatch


def decided_count(batch: UUID | None, by) -> int:
    return Decision.objects.filter(batch=batch, by=by).count() if batch else 0


def find_first_press(rows: dict[int, int], verb: str, by) -> UUID | None:
    """Returns the newest batch with this verb that moved one of these comments, if it is unchanged
    since it was seen. `rows`: see Comment.decide."""
    decisions = _last_decisions(rows, by, verb).filter(new_version=F("comment__version"))
    decisions = decisions.values_list("comment__public_id", "old_version", "batch")
    return next((batch for pk, seen, batch in decisions if seen == rows[pk]), None)


def find_first_undo(batch: UUID, only: int | None, by) -> UUID | None:
    """Returns the newest undo that left a comment of this batch, or the `only` one, in its status
    from before."""
    rows = Decision.objects.filter(batch=batch)
    rows = rows if only is None else rows.filter(comment__public_id=only)
    before = dict(rows.values_list("comment__public_id", "old_status"))
    undos = _last_decisions(before, by, Batch.Verb.UNDO).exclude(batch=batch)
    undos = undos.values_list("comment__public_id", "new_status", "batch")
    return next((undo for pk, status, undo in undos if status == before[pk]), None)


def _last_decisions(ids, by, verb: str):
    # Comments whose last Decision is by this person and with this verb; the newest first.
    newest = Decision.objects.filter(comment__public_id__in=list(ids))
    newest = newest.order_by().values("comment")
    last_decisions = Decision.objects.filter(
        pk__in=newest.annotate(last=Max("pk")).values("last"), by=by
    )
    same = Batch.objects.filter(pk=OuterRef("batch"), verb=verb)
    return last_decisions.filter(Exists(same)).order_by("-pk")


def add_first_results(outcome, by) -> None:
    """Adds the results from the first time that this batch was sent. It needs no lock: the verb has
    just run again and changed nothing, because the versions had changed."""
    if not outcome.lost:
        return
    rows = Decision.objects.filter(batch=outcome.batch, by=by)
    rows = rows.annotate(public_id=F("comment__public_id"))
    before = {row.public_id: row for row in rows}
    for row in outcome.lost:
        if decision := before.get(row["id"]):
            # The old version: if the comment changed since, a new decision with it is lost.
            versions = decision.old_version or 0, decision.new_version or 0
            outcome.done.append(done_row(row["id"], decision.new_status, *versions))
            outcome.kept += decision.reason == KEEP
    outcome.lost = [row for row in outcome.lost if row["id"] not in before]


def done_row(public_id: int, status: str, old_version: int, version: int) -> dict:
    return {"id": public_id, "status": status, "was": old_version, "version": version}
