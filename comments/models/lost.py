"""What stands where somebody was faster: who it was, what they did, and when."""

from collections.abc import Iterable
from datetime import datetime

from django.utils.translation import gettext as _

from blog.characters import isolated
from blog.models import User
from comments.models.standing import ITS_AUTHOR
from comments.models.trails import Trails

EDITED = "edited"


def lost_rows(ids: Iterable[int], comments: Iterable, trails: Trails) -> list[dict]:
    """One for each public_id, also where no comment is left or it is not theirs to see."""
    known = {comment.public_id: comment for comment in comments}
    lasts = {name: _last(comment, trails[comment.pk]) for name, comment in known.items()}
    users = {who for who, _at, _edited in lasts.values() if isinstance(who, int)}
    names = {user.pk: isolated(user) for user in User.objects.filter(pk__in=users)} if users else {}
    return [_row(name, known.get(name), lasts.get(name), names) for name in sorted(ids)]


def lost_row(public_id: int, comment=None) -> dict:
    comments = [comment] if comment else []
    return lost_rows([public_id], comments, Trails(comments))[0]


def _row(public_id: int, comment, last, names: dict) -> dict:
    who, at, did = last or ("", None, "")
    row = {
        "id": public_id,
        "status": comment.status if comment else "",
        "version": comment.version if comment else None,
        "by": names.get(who, "") if isinstance(who, int) else who,
        "at": at,
    }
    if comment:
        row |= {"name": comment.author_name, "did": did}
    return row | {"edited": True} if did == EDITED else row


def _last(comment, trail: list) -> tuple[int | str, datetime | None, str]:
    """By whom (a user's id, or words), when, and what they did."""
    last, edit = (trail[-1] if trail else None), comment.last_edit
    if last and edit and edit[1] > last.created_at:
        return *edit, EDITED
    if last is None:
        return "", None, ""
    if last.reason == "withdrawn":
        return str(ITS_AUTHOR), last.created_at, last.reason
    has_left = last.by_a_person and not last.by_id
    who = str(_("Someone who has left")) if has_left else last.by_id or ""
    return who, last.created_at, _did(last)


def _did(last) -> str:
    """The verb, or what took its place; nothing where it only came in."""
    if last.reason in ("undo", "keep", "erased") or not last.old_status:
        return last.reason if last.old_status else ""
    if last.new_status == "pending":
        return "hold" if last.old_status == "approved" else "restore"
    return {"approved": "approve"}.get(last.new_status, last.new_status)
