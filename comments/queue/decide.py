"""One press in the queue, and its undo.

The script names each batch, see comments/models/batch.py. A form names none: a second click on its
button gets the result of the first.
"""

from uuid import UUID

from comments.models import Comment
from comments.models.batch import find_first_press, find_first_undo
from comments.models.verbs import Outcome


def decide_once(rows: dict[int, int], verb: str, *, by, batch: UUID | None = None) -> Outcome:
    outcome = Comment.decide(rows, verb, by=by, batch=batch)
    if outcome.done or batch:
        return outcome
    first = find_first_press(rows, verb, by)
    return Comment.decide(rows, verb, by=by, batch=first) if first else outcome


def undo_once(batch: UUID, *, by, only: int | None, as_batch: UUID | None) -> Outcome:
    outcome = Comment.undo(batch, by=by, only=only, as_batch=as_batch)
    if outcome.done or as_batch:
        return outcome
    first = find_first_undo(batch, only, by)
    return Comment.undo(batch, by=by, only=only, as_batch=first) if first else outcome
