"""A batch that its sender named: sent again after a lost answer, it says what it did, and does
nothing twice."""

from uuid import UUID

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
        is_same = (reason == "undo") == is_undo and status in (None, new_status)
        if whose != by.pk or not is_same:
            raise OtherBatch


def count_of(batch, by) -> int:
    """How many it has decided; 0 before it came first."""
    return Decision.objects.filter(batch=batch, by=by).count() if batch else 0


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
