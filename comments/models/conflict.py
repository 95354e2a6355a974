"""Describes a lost decision: who was faster, with which verb, and when."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import User
from blog.text.characters import isolated
from comments.models.batch import Batch
from comments.models.decision import Decision
from comments.models.snapshot import Snapshot

EDITED = "edited"
ITS_AUTHOR = gettext_lazy("its author")
# Reasons of the spam check. Every other automatic move is a rule of the policy.
SPAM_CHECK_REASONS = ("akismet", "same-as-spam")


def lost_rows(
    ids: Iterable[int], snapshot: Snapshot, seen: dict[int, int | None] | None = None
) -> list[dict]:
    """Returns one row for each public_id, even where the comment is deleted or not visible to the
    person. `seen` maps public_ids to the versions that the person saw."""
    ids, seen = set(ids), seen or {}
    comments = {c.public_id: c for c in snapshot.comments if c.public_id in ids}
    decisions = {name: snapshot.decisions(comment) for name, comment in comments.items()}
    verbs = _verbs(rows[-1].batch for rows in decisions.values() if rows)
    changes = {
        name: _last_change(comment, decisions[name], seen.get(name), verbs)
        for name, comment in comments.items()
    }
    users = {person for person, _at, _edited in changes.values() if isinstance(person, int)}
    names = {user.pk: isolated(user) for user in User.objects.filter(pk__in=users)} if users else {}
    return [_row(name, comments.get(name), changes.get(name), names) for name in sorted(ids)]


def lost_row(public_id: int, comment=None) -> dict:
    return lost_rows([public_id], Snapshot([comment] if comment else []))[0]


def _row(public_id: int, comment, last, names: dict) -> dict:
    person, at, verb = last or ("", None, "")
    row = {
        "id": public_id,
        "status": comment.status if comment else "",
        "version": comment.version if comment else None,
        "by": names.get(person, "") if isinstance(person, int) else person,
        "at": at,
    }
    if comment:
        row |= {"name": comment.author_name, "did": verb}
    return row | {"edited": True} if verb == EDITED else row


def _verbs(batches: Iterable[UUID | None]) -> dict[UUID, str]:
    rows = Batch.objects.filter(pk__in={batch for batch in batches if batch})
    return dict(rows.values_list("pk", "verb"))


def _last_change(
    comment, decisions: list[Decision], seen: int | None, verbs: dict[UUID, str]
) -> tuple[int | str, datetime | None, str]:
    """Returns the person (a user's id, or a label), the time and the verb."""
    last, edit = (decisions[-1] if decisions else None), comment.last_edit
    before = decisions[-2:-1] if last and _follows_unread(last, seen) else decisions[-1:]
    if before and edit and edit[1] > before[0].created_at:
        return *edit, EDITED
    if last is None:
        return "", None, ""
    if last.reason == "withdrawn":
        return str(ITS_AUTHOR), last.created_at, last.reason
    has_left = last.by_a_person and not last.by_id
    person = str(_("Someone who has left")) if has_left else last.by_id or ""
    if _is_automatic(last) and last.reason not in SPAM_CHECK_REASONS:
        person = str(_("A rule of the policy"))
    return person, last.created_at, _verb_of(last, verbs)


def _is_automatic(last) -> bool:
    return bool(last.old_status) and not last.by_a_person


def _follows_unread(last, seen: int | None) -> bool:
    # An automatic move after an edit: the person has not seen the edit.
    return bool(seen) and _is_automatic(last) and last.old_version != seen


def _verb_of(last, verbs: dict[UUID, str]) -> str:
    if not last.old_status:
        return ""
    return last.reason if last.reason in ("keep", "erased") else verbs.get(last.batch, "")
