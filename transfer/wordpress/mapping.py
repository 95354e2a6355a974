"""Maps an item and its comments to our kind, status, thread and dates. Pure.

What is not known to be public is not public, and each departure from the file has a Remark.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from blog.models import Post
from comments.models.states import Status
from transfer.wordpress.flaws import Remark
from transfer.wordpress.items import Comment, Item

KINDS = {"post": Post.Kind.POST, "page": Post.Kind.PAGE}
POST_STATUSES = {
    "publish": Post.Status.PUBLISHED,
    "future": Post.Status.PUBLISHED,  # its date is still to come
    "draft": Post.Status.DRAFT,
    "auto-draft": Post.Status.DRAFT,
    "pending": Post.Status.REVIEW,
    "private": Post.Status.PRIVATE,
    "trash": Post.Status.TRASH,
}
COMMENT_STATUSES = {
    "1": Status.APPROVED,
    "0": Status.PENDING,
    "spam": Status.SPAM,
    "trash": Status.TRASH,
    "post-trashed": Status.TRASH,
}
# WordPress and its plugins keep editors' notes, orders and logs as comments of other types, and
# "approved".
COMMENT_TYPES = {"", "comment", "pingback", "trackback"}


# WordPress writes 0000-00-00 like this in the date of a feed.
NO_YEAR = re.compile(r"-\d{4}\s+\d\d:")


@dataclass(frozen=True)
class Placed:
    """A comment of an item, with what becomes of it. `parent` is its place in the list."""

    comment: Comment
    status: Status
    parent: int | None
    at: datetime | None
    remarks: tuple[Remark, ...] = ()


def post_status(item: Item) -> tuple[Post.Status, list[Remark]]:
    status = POST_STATUSES.get(item.status)
    if status is None:
        return Post.Status.DRAFT, [Remark.STATUS]
    if item.password and status != Post.Status.TRASH:
        return Post.Status.PRIVATE, [Remark.PASSWORD]
    return status, []


def is_kept(comment: Comment) -> bool:
    return comment.type in COMMENT_TYPES


def placed(item: Item) -> list[Placed]:
    """The comments that are kept, each with its parent among them."""
    kept = [comment for comment in item.comments if is_kept(comment)]
    counts = Counter(comment.id for comment in kept)
    parents, parent_remarks = _parents(kept)
    made = []
    for place, comment in enumerate(kept):
        status = COMMENT_STATUSES.get(comment.approved)
        remarks = [] if status else [Remark.COMMENT_STATUS]
        remarks += [Remark.TWICE] if counts[comment.id] > 1 else []
        at = moment(comment.date_gmt, comment.date, _offset(item))
        remarks += [] if at else [Remark.DATE]
        remarks += [parent_remarks[place]] if place in parent_remarks else []
        at = at or published_at(item)
        status = status or Status.PENDING
        made.append(Placed(comment, status, parents[place], at, tuple(remarks)))
    return made


def _parents(comments: Sequence[Comment]) -> tuple[list[int | None], dict[int, Remark]]:
    """The place of each one's parent. Where there is none, or a circle, the comment begins a
    thread."""
    first = {comment.id: place for place, comment in reversed([*enumerate(comments)])}
    parents: list[int | None] = []
    remarks: dict[int, Remark] = {}
    for place, comment in enumerate(comments):
        parent = first.get(comment.parent) if comment.parent else None
        if comment.parent and (parent is None or parent == place):
            remarks[place] = Remark.PARENT
            parent = None
        parents.append(parent)
    for place in _in_circles(parents):
        parents[place] = None
        remarks[place] = Remark.CIRCLE
    return parents, remarks


def _in_circles(parents: Sequence[int | None]) -> list[int]:
    """One place of each circle."""
    found = []
    seen_from: dict[int, int] = {}
    for start in range(len(parents)):
        place: int | None = start
        while place is not None and place not in seen_from:
            seen_from[place] = start
            place = parents[place]
        if place is not None and seen_from[place] == start:
            found.append(place)
    return found


# Dates.


def moment(gmt: str, local: str, offset: timedelta) -> datetime | None:
    """0000-00-00 is WordPress's word for none."""
    if at := _read(gmt):
        return at
    at = _read(local)
    try:
        return at - offset if at else None
    except OverflowError:
        return None


def published_at(item: Item) -> datetime | None:
    if at := moment(item.date_gmt, item.date, _offset(item)):
        return at
    if NO_YEAR.search(item.published):
        return None
    try:
        return parsedate_to_datetime(item.published).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


def _offset(item: Item) -> timedelta:
    """Between the clock of the site and UTC when the item was dated."""
    for gmt, local in ((item.date_gmt, item.date), (item.modified_gmt, item.modified)):
        utc, there = _read(gmt), _read(local)
        if utc and there:
            return there - utc
    return timedelta()


def _read(text: str) -> datetime | None:
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=UTC)
    except ValueError:
        return None
