"""A batch that its sender named: sent again after a lost answer, it says what it did, and does
nothing twice. And what a form without a name did, whose button was pressed twice."""

from uuid import UUID

from django.db.models import F, Max, Q

from comments.models.decision import Decision
from comments.models.move import KEEP


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
    lasts = _lasts(rows, by).filter(_LED[verb]).exclude(reason="undo")
    found = lasts.filter(new_version=F("comment__version"))
    found = found.values_list("comment__public_id", "old_version", "batch")
    return next((batch for name, seen, batch in found if seen == rows[name]), None)


def of_first_undo(batch: UUID, only: int | None, by) -> UUID | None:
    """The newest undo by `by` that left one of this batch, or the only one that was asked for, as
    it stood before."""
    rows = Decision.objects.filter(batch=batch)
    rows = rows if only is None else rows.filter(comment__public_id=only)
    before = dict(rows.values_list("comment__public_id", "old_status"))
    lasts = _lasts(before, by).filter(reason__in=("undo", KEEP)).exclude(batch=batch)
    found = lasts.values_list("comment__public_id", "new_status", "batch")
    return next((undo for name, status, undo in found if status == before[name]), None)


def _lasts(ids, by):
    """Of these comments the last Decisions, as far as they are of `by`; the newest first."""
    newest = Decision.objects.filter(comment__public_id__in=list(ids))
    newest = newest.order_by().values("comment")
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
    """As an answer says it: `was` is the version that was decided on."""
    return {"id": public_id, "status": status, "was": old_version, "version": version}
