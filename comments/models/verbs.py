"""The only writer of a comment's status; see the methods of Comment.

`comments` is the manager of all comments. `by` is the person who decides, None for the program.
"""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db.models import Case, F, Value, When
from django.utils import timezone

from blog.cache import versions
from blog.transactions import writing
from comments.models.announcement import announce
from comments.models.batch import Batch, add_first_results, done_row, require_own
from comments.models.conflict import lost_rows
from comments.models.decision import Decision
from comments.models.identifiers import new_identifier
from comments.models.querysets import may_decide_any
from comments.models.snapshot import Snapshot, without_undone
from comments.models.states import SAME_AS_SPAM, Screened, Status
from comments.models.subscription import Subscription
from comments.models.transition import KEEP, Move, close_feedback, plan, write_decisions

Verb = Batch.Verb
CHUNK = 1_000
STATUS_OF = {
    "approve": Status.APPROVED,
    "hold": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
}
VERBS = (*STATUS_OF, "restore")

# Returns the new status of a comment; None leaves it alone.
Target = Callable[[object, Snapshot], str | None]


@dataclass
class Outcome:
    """The result of a press. Each row is done, or lost to somebody who decided first."""

    batch: uuid.UUID
    done: list[dict] = field(default_factory=list)
    lost: list[dict] = field(default_factory=list)
    kept: int = 0  # the part of `done` that was looked at again and left approved

    def add(self, rows: dict, snapshot: Snapshot, moves: list[Move], version: int) -> None:
        self.done += [
            done_row(m.comment.public_id, m.status, m.comment.version, version) for m in moves
        ]
        self.kept += sum(move.reason == KEEP for move in moves)
        left = rows.keys() - {move.comment.public_id for move in moves}
        self.lost += lost_rows(left, snapshot, rows)


def decide(comments, rows: Mapping[int, int | None], verb: str, *, by, batch=None) -> Outcome:
    if verb not in VERBS:
        raise ValueError(verb)
    if not may_decide_any(by):
        raise PermissionDenied
    require_own(batch, verb, by)
    target = _to_earlier_status if verb == "restore" else _to_status(STATUS_OF[verb])
    return _decide(comments, rows, target, verb=verb, by=by, batch=batch)


def undo(comments, batch: uuid.UUID, *, by, only: int | None = None, as_batch=None) -> Outcome:
    if not may_decide_any(by):
        raise PermissionDenied
    require_own(as_batch, Verb.UNDO, by)

    def before(comment, snapshot) -> str | None:
        last = snapshot.decisions(comment)[-1]
        if last.batch != batch or comment.would_publish_unread(last, by):
            return None
        return last.old_status or None

    rows = Decision.objects.filter(batch=batch)
    rows = rows if only is None else rows.filter(comment__public_id=only)
    ids = rows.values_list("comment__public_id", flat=True)
    rows = dict.fromkeys(ids)
    return _decide(comments, rows, before, verb=Verb.UNDO, by=by, reason="undo", batch=as_batch)


def set_aside(comments, ids: Iterable[int], *, reason: str) -> Outcome:
    rows = dict.fromkeys(ids)
    return _decide(comments, rows, _to_spam_if_undecided, verb=Verb.SPAM, by=None, reason=reason)


def take_down_erased(comments, ids: Iterable[int], *, by) -> Outcome:
    rows = dict.fromkeys(ids)
    return _decide(
        comments, rows, _to_status(Status.TRASH), verb=Verb.ERASE, by=by, reason="erased"
    )


def withdraw(comments, comment) -> None:
    now = timezone.now()
    with writing():
        rows, verb = {comment.public_id: None}, Verb.WITHDRAW
        outcome = _decide(comments, rows, _to_trash, verb=verb, by=None, reason="withdrawn")
        if outcome.done:
            row = comments.filter(pk=comment.pk)
            row.update(withdrawn_at=now, next_check_at=None)
            row.drop_text()
            Subscription.objects.filter(comment=comment, ended_at=None).update(ended_at=now)


def changed_since(comments, rows: dict[int, int], *, by) -> list[dict]:
    current = _read(comments, rows, by).comments
    changed = [comment for comment in current if comment.version != rows[comment.public_id]]
    return lost_rows([comment.public_id for comment in changed], Snapshot(changed), rows)


def _decide(
    comments, rows: Mapping, target: Target, *, verb: str, by, reason="", batch=None
) -> Outcome:
    """Moves each row to its target, in transactions of CHUNK rows."""
    outcome = Outcome(batch or uuid.uuid4())
    ids = sorted(rows)
    for start in range(0, len(ids), CHUNK):
        chunk = {public_id: rows[public_id] for public_id in ids[start : start + CHUNK]}
        version = new_identifier()
        with writing() as scopes:
            snapshot = _read(comments, chunk, by, locked=True)
            moves = _plan_all(snapshot, chunk, target, reason)
            if moves:
                _write_batch(outcome.batch, verb, by)
            outcome.add(chunk, snapshot, moves, version)
            close_feedback(moves)
            write_decisions(moves, by, outcome.batch, version)
            _move_all(comments, moves, version)
            announce([m.comment for m in moves if m.is_published], by=by)
            scopes.update(_cache_scopes(moves))
    if batch:
        add_first_results(outcome, by)
    return outcome


def _write_batch(pk: uuid.UUID, verb: str, by) -> None:
    # The row exists after the first chunk, or when a batch is sent again.
    batch = Batch(pk=pk, by=by, by_moderator=by is not None, verb=verb, at=timezone.now())
    Batch.objects.bulk_create([batch], ignore_conflicts=True)
    # Against purge.delete(), which does not see the Decisions of this chunk yet.
    Batch.objects.select_for_update().get(pk=pk)


def _read(comments, rows: dict, by, *, locked: bool = False) -> Snapshot:
    ids = list(comments.decidable_among(rows, by))
    return Snapshot.read(comments.filter(public_id__in=ids), locked=locked)


def _plan_all(snapshot: Snapshot, rows: dict, target: Target, reason: str) -> list[Move]:
    now, moves = timezone.now(), []
    for comment in snapshot.comments:
        is_as_seen = rows[comment.public_id] in (None, comment.version)
        status = target(comment, snapshot) if is_as_seen and not comment.is_over else None
        if status:
            moves.append(plan(comment, status, snapshot, reason, now))
    return moves


def _move_all(comments, moves: list[Move], version: int) -> None:
    groups = defaultdict(list)
    for move in moves:
        groups[move.comment.status, move.status, move.at].append(move.comment)
    for (old, new, at), moved in groups.items():
        rows = comments.filter(pk__in=[comment.pk for comment in moved])
        if any(comment.check_error == SAME_AS_SPAM for comment in moved):
            _check_again(rows, new)
        rows.update(**_changes(old, new, at), version=version)


def _check_again(rows, status: str) -> None:
    # They were set aside for another comment's text and must now be checked themselves.
    if status in (Status.PENDING, Status.APPROVED):
        rows.filter(check_error=SAME_AS_SPAM, submission__isnull=False).update(
            screened=Screened.WAITING, check_error="", next_check_at=timezone.now()
        )


def _changes(old: str, new: str, at: datetime) -> dict:
    changes = {"status": new, "status_at": at}
    if old == Status.SPAM:
        changes["discarded"] = False
    if new == Status.APPROVED:
        # Approved while the check is under way: there will be no result.
        waits = When(screened=Screened.WAITING, then=Value(Screened.UNAVAILABLE))
        changes["screened"] = Case(waits, default=F("screened"))
    return changes


def _to_earlier_status(comment, snapshot: Snapshot) -> str | None:
    if comment.status not in (Status.SPAM, Status.TRASH):
        return None
    statuses = (row.new_status for row in without_undone(snapshot.decisions(comment)))
    others = (status for status in statuses if status not in (Status.SPAM, Status.TRASH))
    return next(others, Status.PENDING)


def _to_spam_if_undecided(comment, snapshot: Snapshot) -> str | None:
    is_decided = any(row.by_a_person for row in snapshot.decisions(comment))
    return Status.SPAM if comment.status == Status.PENDING and not is_decided else None


def _to_trash(_comment, _snapshot: Snapshot) -> str:
    return Status.TRASH


def _to_status(status: str) -> Target:
    def target(comment, _snapshot) -> str | None:
        # Approving an approved comment ends its second look: it is kept.
        keeps = status == Status.APPROVED and comment.needs_second_look
        return status if keeps or comment.status != status else None

    return target


def _cache_scopes(moves: Iterable[Move]) -> set[str]:
    # A withdrawal counts even where the comment was not public: the thread shows its place.
    public = [
        m.comment
        for m in moves
        if Status.APPROVED in (m.comment.status, m.status) or m.reason == "withdrawn"
    ]
    return {versions.of_post(c.post_id) for c in public} | (
        {versions.COMMENTS} if public else set()
    )
