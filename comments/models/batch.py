"""A batch that its sender named: sent again after a lost answer, it says what it did, and does
nothing twice. And what a form without a name did, whose button was pressed twice."""

from uuid import UUID

from django.db.models import F, Max, Q

from comments.models.decision import Decision
from comments.models.move import KEEP
from comments.models.sql import among


class OtherBatch(Exception):
    """No name of a batch, or that of what somebody else did, or of another verb."""


def name_of(text: str | None) -> UUID | None:
    try:
        return None if text is None else UUID(text)
    except ValueError as error:
        raise OtherBatch from error


def require_own(batch, by, *, is_undo: bool, status: str | None = None) -> None:
    """`status`: the one that the verb leads to, None where that depends on the comment."""
    if not batch:
        return
    # All of its kinds, which are few: where no row has the name, a LIMIT would read every Decision.
    rows = Decision.objects.filter(batch=batch).order_by()
    for whose, reason, new_status in rows.values_list("by", "reason", "new_status").distinct():
        # To keep again what was undone is an undo as well.
        is_fit = reason in ("undo", KEEP) if is_undo else reason != "undo"
        if whose != by.pk or not is_fit or status not in (None, new_status):
            raise OtherBatch


def count_of(batch, by) -> int:
    """How many it has decided; 0 before it came first."""
    return Decision.objects.filter(batch=batch, by=by).count() if batch else 0


def of_first_press(rows: dict[int, int], verb: str, by) -> UUID | None:
    """The newest batch that moved one of them so for `by`, and is all that happened to it since it
    was seen. `rows`, `verb`: see Verbs.decide."""
    edited = Q(comment__revised_at__gt=F("created_at")) | Q(comment__edited_at__gt=F("created_at"))
    lasts = _lasts(rows, by).filter(_LED[verb]).exclude(reason="undo").exclude(edited)
    found = lasts.values_list("comment", "comment__version", "batch")
    return next((batch for pk, version, batch in found if version == rows[pk] + 1), None)


def of_first_undo(batch: UUID, only: int | None, by) -> UUID | None:
    """The newest undo by `by` that left one of this batch, or the only one that was asked for, as
    it stood before."""
    rows = Decision.objects.filter(batch=batch)
    rows = rows if only is None else rows.filter(comment=only)
    before = dict(rows.values_list("comment", "old_status"))
    lasts = _lasts(before, by).filter(reason__in=("undo", KEEP)).exclude(batch=batch)
    found = lasts.values_list("comment", "new_status", "batch")
    return next((undo for pk, status, undo in found if status == before[pk]), None)


def _lasts(ids, by):
    """Of these comments the last Decisions, as far as they are of `by`; the newest first."""
    newest = Decision.objects.filter(comment__in=among(ids)).order_by().values("comment")
    lasts = Decision.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"), by=by)
    return lasts.order_by("-pk")


# How a Decision tells its verb. A restore to Approved cannot be told from an approval.
_LED = {
    "approve": Q(new_status="approved"),
    "hold": Q(new_status="pending", old_status="approved"),
    "spam": Q(new_status="spam"),
    "trash": Q(new_status="trash"),
    "restore": Q(new_status="pending", old_status__in=("spam", "trash")),
}


def recall(outcome, by) -> None:
    """What this batch did when it came first. The verb was tried again before: harmless, since it
    goes by the version that was seen, and so this needs no lock."""
    rows = Decision.objects.filter(batch=outcome.batch, by=by) if outcome.lost else ()
    before = {row.comment_id: row for row in rows}
    for row in outcome.lost:
        if decision := before.get(row["id"]):
            # Decided or edited since: a past version, with which nobody decides on it unseen.
            version = row["version"] - (row["at"] != decision.created_at) if row["version"] else 0
            done = {"id": row["id"], "status": decision.new_status, "version": version}
            outcome.done.append(done)
            outcome.kept += decision.reason == KEEP
    outcome.lost = [row for row in outcome.lost if row["id"] not in before]
