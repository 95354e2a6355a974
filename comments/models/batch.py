"""A batch that its sender named: sent again after a lost answer, it says what it did, and does
nothing twice. And what a form without a name did, whose button was pressed twice."""

from uuid import UUID

from django.db.models import Max

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


def of_first_press(rows: dict[int, int], status: str | None, by) -> UUID | None:
    """What moved them for `by` since they were seen, and is all that happened since. `rows`,
    `status`: see Verbs.decide and require_own."""
    lasts = _lasts(rows, by).values_list("comment", "new_status", "comment__version", "batch")
    return _one(
        batch
        for pk, new_status, version, batch in lasts
        if version == rows[pk] + 1 and status in (None, new_status)
    )


def of_first_undo(batch: UUID, only: int | None, by) -> UUID | None:
    """What took this batch, or one comment of it, back for `by` and is the last of these."""
    rows = Decision.objects.filter(batch=batch)
    rows = rows if only is None else rows.filter(comment=only)
    before = dict(rows.values_list("comment", "old_status"))
    lasts = _lasts(before, by).filter(reason="undo").values_list("comment", "new_status", "batch")
    return _one(undo for pk, status, undo in lasts if status == before[pk] and undo != batch)


def _lasts(ids, by):
    """Of these comments the last Decisions, as far as they are of `by`."""
    newest = Decision.objects.filter(comment__in=among(ids)).order_by().values("comment")
    return Decision.objects.filter(pk__in=newest.annotate(last=Max("pk")).values("last"), by=by)


def _one(batches) -> UUID | None:
    found = set(batches)
    return found.pop() if len(found) == 1 else None


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
