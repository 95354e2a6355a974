"""The only writer of a comment's status."""

import uuid
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import Case, F, Value, When
from django.utils import timezone

from blog import edition
from blog.writing import writing
from comments.models.announcement import announce
from comments.models.batch import done_row, recall, require_own
from comments.models.decision import Decision
from comments.models.identifiers import new_identifier
from comments.models.lost import lost_rows
from comments.models.move import KEEP, Move, close_feedback, planned, record
from comments.models.snapshot import Snapshot, without_undone

CHUNK = 1_000
STATUS_OF = {"approve": "approved", "hold": "pending", "spam": "spam", "trash": "trash"}
VERBS = (*STATUS_OF, "restore")


@dataclass
class Outcome:
    """What became of each row: moved, or lost to whoever decided first."""

    batch: uuid.UUID
    done: list[dict] = field(default_factory=list)
    lost: list[dict] = field(default_factory=list)
    kept: int = 0  # of those done: looked at again and left approved

    def add(self, rows: dict, snapshot: Snapshot, won: list[Move], version: int) -> None:
        self.done += [
            done_row(m.comment.public_id, m.status, m.comment.version, version) for m in won
        ]
        self.kept += sum(move.reason == KEEP for move in won)
        left = rows.keys() - {move.comment.public_id for move in won}
        self.lost += lost_rows(left, snapshot, rows)


class Verbs(models.Model):
    """The verbs that move a comment. `by` is who does it; a verb of one comment goes by what the
    instance saw, so it loses to whoever was faster. PermissionDenied where `by` may not decide."""

    class Meta:
        abstract = True

    def approve(self, *, by) -> Outcome:
        """Or keeps: approved again is what was approved and asks for a second look."""
        return self._do("approve", by)

    def hold(self, *, by) -> Outcome:
        return self._do("hold", by)

    def mark_spam(self, *, by) -> Outcome:
        return self._do("spam", by)

    def trash(self, *, by) -> Outcome:
        return self._do("trash", by)

    def restore(self, *, by) -> Outcome:
        """Back to where it stood before it went to spam or trash."""
        return self._do("restore", by)

    def _do(self, verb: str, by) -> Outcome:
        outcome = self.decide({self.public_id: self.version}, verb, by=by)
        self.refresh_from_db(
            fields=["status", "status_at", "version", "screened", "check_error", "next_check_at"]
        )
        return outcome

    def set_aside(self, *, reason: str) -> Outcome:
        """The machine's one move: to spam, while it waits and no person has decided."""
        return self.set_aside_all([self.public_id], reason=reason)

    @classmethod
    def set_aside_all(cls, ids: list[int], *, reason: str) -> Outcome:
        return cls._decide(dict.fromkeys(ids), _to_spam_unread, by=None, reason=reason)

    @classmethod
    def take_down_erased(cls, ids: list[int], *, by) -> Outcome:
        """Before they are emptied; the place of an answered comment stays in its thread."""
        return cls._decide(dict.fromkeys(ids), _to("trash"), by=by, reason="erased")

    @classmethod
    def decide(cls, rows: dict[int, int | None], verb: str, *, by, batch=None) -> Outcome:
        """`rows`: public_id → the version that the person saw, None for whatever stands. `batch`:
        the name that its sender gave it; see comments/models/batch.py."""
        if verb not in VERBS:
            raise ValueError(verb)
        _require_right(by)
        require_own(batch, by, is_undo=False, status=STATUS_OF.get(verb))
        target = _to_former if verb == "restore" else _to(STATUS_OF[verb])
        return cls._decide(rows, target, by=by, reason="", batch=batch)

    @classmethod
    def undo(cls, batch: uuid.UUID, *, by, only: int | None = None, as_batch=None) -> Outcome:
        """Takes a batch back, or `only` one comment of it (its public_id), where its Decision is
        still the last; an undo is a batch too. Nothing goes public again with words that `by` has
        not read."""
        _require_right(by)
        require_own(as_batch, by, is_undo=True)

        def before(comment, snapshot):
            last = snapshot.decisions(comment)[-1]
            if last.batch != batch or comment.would_publish_unread(last, by):
                return None
            return last.old_status or None

        rows = Decision.objects.filter(batch=batch)
        rows = rows if only is None else rows.filter(comment__public_id=only)
        ids = rows.values_list("comment__public_id", flat=True)
        return cls._decide(dict.fromkeys(ids), before, by=by, reason="undo", batch=as_batch)

    @classmethod
    def moved_on(cls, rows: dict[int, int], *, by) -> list[dict]:
        """Those that no longer stand as the person saw them, as a lost decision tells it."""
        shown = cls._read(rows, by).comments
        found = [comment for comment in shown if comment.version != rows[comment.public_id]]
        return lost_rows([comment.public_id for comment in found], Snapshot(found), rows)

    @classmethod
    def _decide(cls, rows: dict, target: Callable, *, by, reason: str, batch=None) -> Outcome:
        """Moves each row to `target(comment, snapshot)`, in transactions of 1,000."""
        outcome = Outcome(batch or uuid.uuid4())
        ids = sorted(rows)
        for start in range(0, len(ids), CHUNK):
            chunk = {public_id: rows[public_id] for public_id in ids[start : start + CHUNK]}
            version = new_identifier()
            with writing() as scopes:
                snapshot = cls._read(chunk, by, locked=True)
                won = _planned(snapshot, chunk, target, reason)
                outcome.add(chunk, snapshot, won, version)
                close_feedback(won)
                record(won, by, outcome.batch, version)
                cls._move_all(won, version)
                announce([m.comment for m in won if m.is_published], by=by)
                scopes.update(_touched(won))
        if batch:
            recall(outcome, by)
        return outcome

    @classmethod
    def _read(cls, rows: dict, by, *, locked: bool = False) -> Snapshot:
        ids = list(cls.objects.decidable_among(rows, by))
        return Snapshot.read(cls.objects.filter(public_id__in=ids), locked=locked)

    @classmethod
    def _move_all(cls, won: list[Move], version: int) -> None:
        """By one UPDATE for each change; all get the same version, which none had before."""
        groups = defaultdict(list)
        for move in won:
            groups[move.comment.status, move.status, move.at].append(move.comment)
        for group, moved in groups.items():
            cls._move(moved, *group, version)

    @classmethod
    def _move(cls, comments: list, old: str, new: str, at: datetime, version: int) -> None:
        rows = cls.objects.filter(pk__in=[comment.pk for comment in comments])
        is_same = any(comment.check_error == cls.SAME for comment in comments)
        if is_same and new in (cls.Status.PENDING, cls.Status.APPROVED):
            # It was set aside because another comment has the same text: now it is checked itself.
            rows.filter(check_error=cls.SAME, submission__isnull=False).update(
                screened=cls.Screened.WAITING, check_error="", next_check_at=timezone.now()
            )
        changes = {"status": new, "status_at": at, "version": version}
        if old == cls.Status.SPAM:
            changes["discarded"] = False
        if new == cls.Status.APPROVED:
            # Approved while the check is under way: it has no result any more.
            waits = When(screened=cls.Screened.WAITING, then=Value(cls.Screened.UNAVAILABLE))
            changes["screened"] = Case(waits, default=F("screened"))
        rows.update(**changes)


def _require_right(by) -> None:
    if not (by.has_perm("comments.decide_comment") or by.has_perm("comments.decide_own")):
        raise PermissionDenied


def _planned(snapshot: Snapshot, rows: dict, target: Callable, reason: str) -> list[Move]:
    """The moves of those that stand as the person saw them."""
    now, won = timezone.now(), []
    for comment in snapshot.comments:
        is_as_seen = rows[comment.public_id] in (None, comment.version)
        status = target(comment, snapshot) if is_as_seen and not comment.is_over else None
        if status:
            won.append(planned(comment, status, snapshot, reason, now))
    return won


def _to_former(comment, snapshot) -> str | None:
    """See also Verbs.restore."""
    if comment.status not in ("spam", "trash"):
        return None
    stood = (row.new_status for row in without_undone(snapshot.decisions(comment)))
    return next((status for status in stood if status not in ("spam", "trash")), "pending")


def _to_spam_unread(comment, snapshot) -> str | None:
    is_decided = any(row.by_a_person for row in snapshot.decisions(comment))
    if comment.status != "pending" or is_decided:
        return None
    return "spam"


def _to(status: str) -> Callable:
    """To what it is already only where an approved one is looked at again and kept."""

    def target(comment, _snapshot) -> str | None:
        keeps = status == "approved" and comment.asks_again
        return status if keeps or comment.status != status else None

    return target


def _touched(won: Iterable[Move]) -> set[str]:
    """Withdrawn counts, public or not: the line in the place of what was answered changes."""
    public = [
        m.comment
        for m in won
        if "approved" in (m.comment.status, m.status) or m.reason == "withdrawn"
    ]
    return {edition.of_post(c.post_id) for c in public} | ({edition.COMMENTS} if public else set())
