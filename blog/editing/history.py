"""The revisions of a post, newest first, by stretches of work: what one person did without a long
pause."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from blog.editing.compare import words_changed
from blog.models import Post, Revision

PAUSE = timedelta(minutes=30)
PUBLISHED = Post.Status.PUBLISHED
FOLDED = (Revision.Kind.WORKING_COPY, Revision.Kind.ASIDE)


@dataclass(frozen=True)
class Stretch:
    rows: list[Revision]  # newest first
    before: Revision | None  # what the post was when it began

    @property
    def last(self) -> Revision:
        """The text that came of it."""
        return next(filter(_is_saved, self.rows), self.rows[0])


@dataclass(frozen=True)
class Entry:
    """A revision as the list shows it."""

    row: Revision
    goes_out_at: datetime | None  # where it is published, now or later
    is_current: bool
    is_read: bool  # by readers, now
    waved_through: str


@dataclass(frozen=True)
class ShownStretch:
    stretch: Stretch
    words: int
    entries: list[Entry]
    folded: list[Entry]


def rows_of(post: Post) -> list[Revision]:
    """Without the texts themselves, which may be megabytes."""
    return list(post.revisions.defer("fields").select_related("editor"))


def stretches(rows: Sequence[Revision]) -> list[Stretch]:
    groups: list[list[Revision]] = []
    for row in rows:
        if groups and _goes_on(groups[-1][-1], row):
            groups[-1].append(row)
        else:
            groups.append([row])
    found: list[Stretch] = []
    before = None
    for group in reversed(groups):
        found.append(Stretch(group, before))
        before = next(filter(_is_saved, group), before)
    return found[::-1]


def began_at(row: Revision) -> datetime:
    return min(row.begun_at, row.created_at)


def shown(post: Post, page: Iterable[Stretch], rows: Sequence[Revision]) -> list[ShownStretch]:
    """Look up what the list says of these stretches; `rows` are all of the post."""
    page = list(page)
    ids = {row.pk for stretch in page for row in stretch.rows}
    words, dates = _words(page), _dates(ids)
    current = current_of(post, rows)
    is_visible = post.is_visible(timezone.now())

    def entry(row: Revision) -> Entry:
        is_current = row == current
        is_read = is_current and is_visible
        return Entry(row, dates.get(row.pk), is_current, is_read, _waved_through(row))

    return [
        ShownStretch(
            stretch,
            words[stretch.last.pk],
            [entry(row) for row in stretch.rows if row.kind not in FOLDED],
            [entry(row) for row in stretch.rows if row.kind in FOLDED],
        )
        for stretch in page
    ]


def current_of(post: Post, rows: Iterable[Revision]) -> Revision | None:
    """None if the post was changed without a revision, as at the shell."""
    newest = next(filter(_is_saved, rows), None)
    return newest if newest and newest.version == post.version else None


def open_suggestions(post: Post) -> list[Revision]:
    """Nobody has restored or put away these."""
    waiting = post.revisions.filter(kind=Revision.Kind.SUGGESTION, verb="")
    return list(waiting.defer("fields").select_related("editor"))


def _is_saved(row: Revision) -> bool:
    return row.kind not in Revision.AS_TYPED


def _goes_on(later: Revision, earlier: Revision) -> bool:
    same = later.editor_id == earlier.editor_id
    return same and began_at(later) - earlier.created_at < PAUSE


def _words(page: list[Stretch]) -> dict[int, int]:
    ends = {row.pk for each in page for row in (each.last, each.before) if row}
    bodies = dict(Revision.objects.filter(pk__in=ends).values_of("body"))
    return {
        each.last.pk: words_changed(
            (bodies.get(each.before.pk) if each.before else None) or "",
            bodies.get(each.last.pk) or "",
        )
        for each in page
    }


def _dates(ids: Iterable[int]) -> dict[int, datetime | None]:
    rows = Revision.objects.filter(pk__in=ids).values_of("status", "published_at")
    return {pk: parse_datetime(date or "") for pk, status, date in rows if status == PUBLISHED}


def _waved_through(row: Revision) -> str:
    """Return the note about findings that somebody published anyway."""
    return row.note if row.verb in ("publish", "update") else ""
