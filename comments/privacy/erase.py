"""Erase one e-mail address everywhere, and again if a restored backup brings it back."""

from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.cache import versions
from blog.transactions import writing
from comments.models import Comment, Erasure, Mail, PolicyChange, Subscription
from comments.privacy import export, purge
from comments.rules.email import normalized

CHUNK = 1000


@dataclass
class Erased:
    """How many rows were deleted, emptied and kept."""

    deleted: list[int] = field(default_factory=list)
    emptied: list[int] = field(default_factory=list)
    kept: list[int] = field(default_factory=list)
    subscriptions: int = 0
    mails: int = 0
    accounts: list[str] = field(default_factory=list)

    @property
    def sentences(self) -> list[str]:
        deleted, emptied, kept = len(self.deleted), len(self.emptied), len(self.kept)
        counted = [
            (deleted, ngettext("%(n)d comment deleted.", "%(n)d comments deleted.", deleted)),
            (
                emptied,
                ngettext(
                    "%(n)d comment emptied: it has replies, so its empty place stays.",
                    "%(n)d comments emptied: they have replies, so their empty places stay.",
                    emptied,
                ),
            ),
            (
                kept,
                ngettext(
                    "%(n)d comment kept: it is evidence. Release it to erase it.",
                    "%(n)d comments kept: they are evidence. Release them to erase them.",
                    kept,
                ),
            ),
            (
                self.subscriptions,
                ngettext(
                    "%(n)d subscription deleted.",
                    "%(n)d subscriptions deleted.",
                    self.subscriptions,
                ),
            ),
            (self.mails, ngettext("%(n)d mail deleted.", "%(n)d mails deleted.", self.mails)),
        ]
        found = [sentence % {"n": n} for n, sentence in counted if n]
        return [*(found or [_("Nothing is stored about this e-mail address.")]), *self.accounts]


def erase(email: str, *, by=None) -> Erased:
    """Remember the address first, so that the worker completes an interrupted erasure. The
    caller enqueues remove_traces, which removes the words from the index and the log."""
    now = timezone.now()
    Erasure.record(email, now)
    return _take_out(email, now, by)


def repeat() -> bool:
    """Erase again addresses that came back with a backup, and evidence that was released."""
    erased = Erasure.read_all()
    for email in _addresses() if erased else ():
        if before := erased.get(Erasure.digest_of(email)):
            _take_out(email, before, None)
    return False


def _addresses():
    for model, column in ((Comment, "author_email"), (Subscription, "email"), (Mail, "to")):
        last: str | None = ""
        while last is not None:
            rows = model.objects.filter(**{f"{column}__gt": last}).order_by(column)
            chunk = list(rows.values_list(column, flat=True).distinct()[:CHUNK])
            yield from chunk
            last = chunk[-1] if chunk else None


def _take_out(email: str, before: datetime, by) -> Erased:
    rows, erased = export.stored_rows(email), Erased()
    with writing():
        erased.mails = _count(rows["mails"].filter(created_at__lte=before))
        PolicyChange.forget(normalized(email))
        erased.subscriptions = _count(rows["subscriptions"].filter(created_at__lte=before))
    old = rows["comments"].filter(submitted_at__lte=before, emptied_at=None)
    mine = old.filter(kept_because="")
    # Delete leaves first, then their parents.
    while mine.without_replies().exists():
        purge.in_batches(mine.without_replies(), lambda ids: _delete(ids, erased))
    purge.in_batches(mine, lambda ids: _empty(ids, by, erased))
    erased.kept = list(old.values_list("pk", flat=True))
    erased.accounts = [*export.blocked(email), *export.accounts(rows["accounts"])]
    return erased


def _count(rows: QuerySet) -> int:
    return rows.delete()[1].get(rows.model._meta.label, 0)


def _delete(ids: list[int], erased: Erased) -> None:
    with writing() as scopes:
        public = Comment.objects.filter(pk__in=ids, status=Comment.Status.APPROVED)
        for post_id in set(public.values_list("post", flat=True)):
            scopes.update((versions.of_post(post_id), versions.COMMENTS))
        purge.delete(ids)
    erased.deleted += ids


def _empty(ids: list[int], by, erased: Erased) -> None:
    names = Comment.objects.filter(pk__in=ids).values_list("public_id", flat=True)
    Comment.take_down_erased(names, by=by)
    purge.empty(ids)
    erased.emptied += ids
