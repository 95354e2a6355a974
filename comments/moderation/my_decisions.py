"""Batches of one moderator or of all, newest first."""

import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypedDict
from uuid import UUID

from django.db.models import Count, F, Max, Q
from django.db.models.functions import Substr
from django.utils.translation import ngettext

from blog.models import User
from blog.text.markup import shown_text
from comments.dates import full_date, time_of_day
from comments.models import Batch, Comment, Decision
from comments.models.batch import BatchQuerySet
from comments.moderation import my_decisions_sentences
from comments.queue import undo_sentences

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations

PER_PAGE = 25
PER_BATCH_PAGE = 50
# How many Decisions of each batch a page reads, to tell which ones still stand.
LOOKED_AT = 100
SHOWN: tuple[str, ...] = ("public_id", "author_name", "status", "withdrawn_at", "emptied_at")
SHOWN += ("edited_at", "revised_at", "revised_by")
# A tag or an entity that Substr() cut.
UNFINISHED = re.compile(r"<[^>]*$|&[^;\s]*$")


class _Beginnings(TypedDict):
    begun: str
    typed: str


@dataclass
class Part:
    """One comment of a batch: the Decision of the batch and the last one. `user` would undo it."""

    decision: Decision
    comment: "WithAnnotations[Comment, _Beginnings]"
    last: Decision
    user: User

    @property
    def stands(self) -> bool:
        return self.last.pk == self.decision.pk

    @property
    def can_be_undone(self) -> bool:
        is_a_move = self.stands and bool(self.decision.old_status)
        return is_a_move and not self.comment.is_over and not self.is_unread

    @property
    def is_unread(self) -> bool:
        return self.stands and self.comment.would_publish_unread(self.decision, self.user)

    @property
    def move(self) -> tuple[str, str, str]:
        return self.decision.old_status, self.decision.new_status, self.decision.reason

    @property
    def way_back(self) -> str:
        return undo_sentences.undo_label({self.move})

    @property
    def text(self) -> str:
        return shown_text(UNFINISHED.sub("", self.comment.begun)) or self.comment.typed

    @property
    def sentence(self) -> str:
        return my_decisions_sentences.standing([self], 1)


@dataclass
class Row:
    """One batch. `parts`: its first comments, as far as the user may decide them; `moves`: how
    many Decisions have each (old status, new status, reason)."""

    batch: Batch
    user: User
    moves: dict[tuple[str, str, str], int]
    parts: list[Part] = field(default_factory=list)

    @property
    def count(self) -> int:
        return sum(self.moves.values())

    @property
    def way_back(self) -> str:
        if self.count > LOOKED_AT:
            return undo_sentences.undo_label(set(self.moves))
        back = [part.move for part in self.parts if part.can_be_undone]
        return undo_sentences.undo_label(set(back), len(back))

    @property
    def can_be_undone(self) -> bool:
        # A comment of a large batch that was not looked at may still stand.
        return self.count > LOOKED_AT or any(part.can_be_undone for part in self.parts)

    @property
    def first(self) -> Part | None:
        return self.parts[0] if self.parts else None

    @property
    def more(self) -> int:
        return self.count - 1

    @property
    def more_text(self) -> str:
        return f"{self.more:,}"

    @property
    def day(self) -> str:
        return full_date(self.batch.at)

    @property
    def time(self) -> str:
        return time_of_day(self.batch.at)

    @property
    def sentence(self) -> str:
        is_own = self.batch.by_id == self.user.pk
        name = None if is_own else my_decisions_sentences.name_of(self.batch.by)
        return my_decisions_sentences.press_sentence(
            self.batch.verb, set(self.moves), self.count, name
        )

    @property
    def standing(self) -> str:
        sentence = my_decisions_sentences.standing(self.parts, len(self.parts))
        looked_at = len(self.parts)
        if not looked_at or self.count <= LOOKED_AT:
            return sentence
        of_first = ngettext("Of the first %(n)d:", "Of the first %(n)d:", looked_at)
        return f"{of_first % {'n': looked_at}} {sentence}"


def read_page(
    user: User, after: UUID | None = None, *, everyone: bool = False
) -> tuple[list[Row], UUID | None]:
    """Return a page of batches, and the id of its last batch if there are more. An unknown
    `after` gives the first page."""
    batches = _of_everyone() if everyone else Batch.objects.filter(by=user)
    last = after and batches.filter(pk=after).first()
    batches = batches.with_decisions().select_related("by").order_by("-at", "-pk")
    if last:
        # The time twice: no database uses an index for a condition inside an OR.
        before = Q(at__lt=last.at) | Q(pk__lt=last.pk)
        batches = batches.filter(before, at__lte=last.at)
    found = list(batches[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    rows = [row for row in _rows(shown, user) if row.parts or sees_all(user)]
    return rows, shown[-1].pk if len(found) > PER_PAGE else None


def _of_everyone() -> BatchQuerySet:
    return Batch.objects.filter(by_moderator=True)


def sees_all(user: User) -> bool:
    return user.has_perm("comments.decide_comment")


def _rows(batches: list[Batch], user) -> list[Row]:
    if not batches:
        return []
    ids = [batch.pk for batch in batches]
    counted = Decision.objects.filter(batch__in=ids).order_by()
    rows = counted.values_list("batch", "old_status", "new_status", "reason")
    moves: dict[UUID, dict[tuple[str, str, str], int]] = defaultdict(dict)
    for pk, old, new, reason, n in rows.annotate(n=Count("pk")):
        moves[pk][old, new, reason] = n
    parts = defaultdict(list)
    for part in _parts(_first_of(ids), user):
        parts[part.decision.batch].append(part)
    return [Row(batch, user, moves[batch.pk], parts[batch.pk]) for batch in batches]


def _first_of(batches: list[UUID]) -> list[Decision]:
    """The first LOOKED_AT Decisions of each batch. Raw SQL, because on SQLite Django makes no
    UNION of slices; a window function would read all 10,000 rows of a large batch."""
    firsts = [_of(batch)[:LOOKED_AT].query.sql_with_params() for batch in batches]
    selects = [f"SELECT * FROM ({sql}) t{n}" for n, (sql, _p) in enumerate(firsts)]  # noqa: S608
    params = [value for _sql, values in firsts for value in values]
    return sorted(Decision.objects.raw(" UNION ALL ".join(selects), params), key=lambda d: d.pk)


def _of(batch: UUID):
    return Decision.objects.filter(batch=batch).order_by("pk")


def _parts(decisions: list[Decision], user) -> list[Part]:
    """Return parts whose comment the user may decide, each with its last Decision. Two queries."""
    ids = [decision.comment_id for decision in decisions]
    comments = Comment.objects.decidable_by(user).filter(pk__in=ids)
    found = comments.only(*SHOWN).annotate(
        post_title=F("post__title"),
        begun=Substr("body_html", 1, 600),
        typed=Substr("body", 1, 120),
    )
    seen = {comment.pk: comment for comment in found}
    lasts = Decision.objects.filter(comment__in=list(seen)).order_by().values("comment")
    newest = Decision.objects.filter(pk__in=lasts.annotate(last=Max("pk")).values("last"))
    last = {row.comment_id: row for row in newest.select_related("by")}
    return [
        Part(d, seen[d.comment_id], last[d.comment_id], user)
        for d in decisions
        if d.comment_id in last
    ]


def read_batch(user, pk: UUID, after: int = 0) -> tuple[Row | None, list[Part], int | None]:
    """Return one batch, its comments after the public_id `after`, and the public_id of the last
    one if there are more. A colleague's batch is for those who may decide every comment."""
    batches = _of_everyone() if sees_all(user) else Batch.objects.filter(by=user)
    batch = batches.filter(pk=pk).with_decisions().select_related("by").first()
    if batch is None:
        return None, [], None
    (row,) = _rows([batch], user)
    mine = _of(pk).select_related("comment")
    last = mine.filter(comment__public_id=after).last()
    decisions = list(mine.filter(pk__gt=last.pk if last else 0)[: PER_BATCH_PAGE + 1])
    shown = decisions[:PER_BATCH_PAGE]
    more = len(decisions) > PER_BATCH_PAGE
    return row, _parts(shown, user), shown[-1].comment.public_id if more else None
