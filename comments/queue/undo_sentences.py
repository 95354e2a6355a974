"""Labels of the button that undoes a batch, which may itself be an undo."""

from uuid import UUID

from django.db.models import Count
from django.utils.translation import gettext as _

from comments.models import Comment, Decision

# (old status, new status, reason) of each Decision in a batch.
Moves = set[tuple[str, str, str]]


def batch_label(batch: UUID | str) -> str:
    found = count_moves(batch)
    return undo_label(set(found), sum(found.values())) if found else ""


def count_moves(batch: UUID | str) -> dict[tuple[str, str, str], int]:
    rows = Decision.objects.filter(batch=batch).order_by()
    moves = rows.values_list("old_status", "new_status", "reason").annotate(n=Count("pk"))
    return {(old, new, reason): n for old, new, reason, n in moves}


def undo_label(moves: Moves, count: int = 1) -> str:
    does = _redo_label(moves) if _is_undo(moves) else _undo_label(moves)
    return _("%(does)s (all %(n)s)") % {"does": does, "n": f"{count:,}"} if count > 1 else does


def _is_undo(moves: Moves) -> bool:
    return all(reason == "undo" for _old, _new, reason in moves)


def _undo_label(moves: Moves) -> str:
    former = {old for old, _new, _reason in moves}
    if all(reason == "keep" for _old, _new, reason in moves):
        return _("Undo: to be looked at again")
    if len(former) > 1:
        return _("Undo: back to where they were")
    return _("Undo: back to %(tab)s") % {"tab": Comment.Status(*former).label}


def _redo_label(moves: Moves) -> str:
    former = {old for old, _new, _reason in moves}
    if all(old == new for old, new, _reason in moves):
        return _("Keep again")
    if len(former) > 1:
        return _("Back to where they were before the undo")
    again = {
        "approved": _("Approve again"),
        "spam": _("Mark as spam again"),
        "trash": _("Move to trash again"),
        "pending": _("Back to Pending"),
    }
    return again[former.pop()]
