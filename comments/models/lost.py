"""What stands where somebody was faster: who it was, what they did, and when."""

from collections.abc import Iterable
from datetime import datetime

from blog.characters import isolated
from blog.models import User
from comments.models.standing import ITS_AUTHOR
from comments.models.trails import Trails


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
    who, at, edited = last or ("", None, False)
    row = {
        "id": public_id,
        "status": comment.status if comment else "",
        "version": comment.version if comment else None,
        "by": names.get(who, "") if isinstance(who, int) else who,
        "at": at,
    }
    return row | {"edited": True} if edited else row


def _last(comment, trail: list) -> tuple[int | str, datetime | None, bool]:
    """By whom (a user's id, or words), when, and whether it was an edit."""
    last, edit = (trail[-1] if trail else None), comment.last_edit
    if last and edit and edit[1] > last.created_at:
        return *edit, True
    if last and last.reason == "withdrawn":
        return str(ITS_AUTHOR), last.created_at, False
    return (last and last.by_id) or "", last and last.created_at, False
