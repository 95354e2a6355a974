"""What one press did.

The script names each batch, so that one that is sent again after a lost answer does nothing twice
and says what it did. A form names none; whoever presses its button twice is told what the first
press did.
"""

from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, Max, OuterRef

from comments.models.decision import Decision
from comments.models.transition import KEEP


class OtherBatch(Exception):
    """Not the name of a batch, or of one by somebody else, or of one with another verb."""


class BatchQuerySet(models.QuerySet):
    def with_decisions(self) -> Self:
        return self.filter(Exists(Decision.objects.filter(batch=OuterRef("pk"))))

    def without_decisions(self) -> Self:
        return self.filter(~Exists(Decision.objects.filter(batch=OuterRef("pk"))))


class Batch(models.Model):
    """The Decisions of one press bear its id. Written with the first of them."""

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
    # Null: the machine, a comment's author, or an account that is deleted. Indexed by batch_by.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    verb = models.CharField(max_length=8, choices=Verb)
    at = models.DateTimeField()

    objects = BatchQuerySet.as_manager()

    class Meta:
        default_permissions = ()
        # comments/moderation/my_decisions.py
        indexes = [models.Index(fields=["by", "at", "id"], name="batch_by")]

    def __str__(self):
        return f"{self.id}: {self.verb}"


def name_of(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        raise OtherBatch from error


def require_own(batch: UUID | None, verb: str, by) -> None:
    row = batch and Batch.objects.filter(pk=batch).first()
    if row and (row.by_id != by.pk or row.verb != verb):
        raise OtherBatch


def count_of(batch: UUID | None, by) -> int:
    """How many it has decided; 0 before it came first."""
    return Decision.objects.filter(batch=batch, by=by).count() if batch else 0


def of_first_press(rows: dict[int, int], verb: str, by) -> UUID | None:
    """The newest batch with this verb that moved one of them, where nothing else has happened to
    it since it was seen. `rows`: see Comment.decide."""
    found = _lasts(rows, by, verb).filter(new_version=F("comment__version"))
    found = found.values_list("comment__public_id", "old_version", "batch")
    return next((batch for name, seen, batch in found if seen == rows[name]), None)


def of_first_undo(batch: UUID, only: int | None, by) -> UUID | None:
    """The newest undo that left a comment of this batch, or the `only` one that was asked for, as
    it stood before."""
    rows = Decision.objects.filter(batch=batch)
    rows = rows if only is None else rows.filter(comment__public_id=only)
    before = dict(rows.values_list("comment__public_id", "old_status"))
    lasts = _lasts(before, by, Batch.Verb.UNDO).exclude(batch=batch)
    found = lasts.values_list("comment__public_id", "new_status", "batch")
    return next((undo for name, status, undo in found if status == before[name]), None)


def _lasts(ids, by, verb: str):
    """The last Decision on each of these comments where it is by this person and with this verb;
    the newest first."""
    newest = Decision.objects.filter(comment__public_id__in=list(ids))
    newest = newest.order_by().values("comment")
    lasts = Decision.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"), by=by)
    same = Batch.objects.filter(pk=OuterRef("batch"), verb=verb)
    return lasts.filter(Exists(same)).order_by("-pk")


def recall(outcome, by) -> None:
    """Adds what this batch did when it came first. Without a lock: the verb was tried again before,
    which changes nothing because it goes by the version that was seen."""
    if not outcome.lost:
        return
    rows = Decision.objects.filter(batch=outcome.batch, by=by)
    rows = rows.annotate(public_id=F("comment__public_id"))
    before = {row.public_id: row for row in rows}
    for row in outcome.lost:
        if decision := before.get(row["id"]):
            # Where it was decided or edited since, nobody decides on it unseen with this version.
            versions = decision.old_version or 0, decision.new_version or 0
            outcome.done.append(done_row(row["id"], decision.new_status, *versions))
            outcome.kept += decision.reason == KEEP
    outcome.lost = [row for row in outcome.lost if row["id"] not in before]


def done_row(public_id: int, status: str, old_version: int, version: int) -> dict:
    return {"id": public_id, "status": status, "was": old_version, "version": version}
