"""All comments of one tab that meet the same criteria.

    query ─▶ Criteria.parse ─▶ find(user) ─▶ Found: ids and versions, at most MOST + 1

`Criteria.of_screen` makes the criteria of a page of the queue. Comments that came into the tab or
were edited after the page was made are left out.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from datetime import datetime
from functools import cached_property

from django.db.models import Q
from django.utils import timezone
from django.utils.html import escape

from comments import dates
from comments.models import Comment
from comments.models.states import Status
from comments.models.verbs import STATUS_OF
from comments.queue import criteria_fields, hits
from comments.queue.filters import Filters
from comments.queue.hold_reasons import IN_COLUMNS, held_by
from comments.queue.page import AGAIN, ALL, CAME_AT, in_tab
from comments.rules.links import has_link

MOST = 10_000
# How many of the newest comments of the tab are read without an index, and how many Decisions to
# find comments that others decided meanwhile.
READ = 20_000


@dataclass(frozen=True)
class Criteria:
    """A comment must meet all of them."""

    tab: str
    before: datetime
    # Only comments sent until then: the next READ comments, after the newest.
    until: datetime | None = None
    author: str = ""
    network: str = ""
    text: str = ""
    link: str = ""
    reason: str = ""
    # The filters of the queue.
    q: str = ""
    post: str = ""
    # "1" for the whole tab, if no other criterion is set.
    all: str = ""

    @classmethod
    def parse(cls, data) -> "Criteria":
        """Parse a query or a form. Unknown fields raise Unclear."""
        typed = {name: data.get(name, "").strip() for name in data}
        tab, before, until = (typed.pop(name, "") for name in ("tab", "before", "until"))
        now = timezone.now()
        if tab == ALL and set(filter(typed.get, typed)) <= {"all"}:
            raise criteria_fields.Unclear(criteria_fields.NOTHING_IN_COMMON)
        return cls(
            criteria_fields.tab(tab),
            criteria_fields.moment(before, now),
            criteria_fields.moment(until, now) if until else None,
            **criteria_fields.parse_criteria(typed),
        )

    @classmethod
    def of_screen(cls, tab: str, before: datetime, filters: Filters) -> "Criteria":
        post = "" if filters.post is None else str(filters.post)
        screen = cls(
            tab, before, author=filters.author, reason=filters.reason, q=filters.q, post=post
        )
        return screen if filters else replace(screen, all="1")

    @cached_property
    def filters(self) -> Filters:
        return Filters(q=self.q, post=int(self.post) if self.post else None)

    @property
    def values(self) -> dict[str, str]:
        names = [f.name for f in fields(self)[3:] if getattr(self, f.name)]
        return {name: getattr(self, name) for name in names}

    @property
    def params(self) -> dict[str, str]:
        """A query or hidden fields from which parse() makes equal Criteria."""
        until = {"until": dates.stamp(self.until)} if self.until else {}
        return {"tab": self.tab, "before": dates.stamp(self.before), **until, **self.values}

    @property
    def newest(self) -> datetime:
        return min(self.before, self.until or self.before)

    @property
    def has_index(self) -> bool:
        """Return whether an index serves it, beside what hits.py finds."""
        served, looked = self.filters.conditions
        has_looked = self.link or self.reason or looked or self.filters.is_in_index
        if self.tab in AGAIN or not has_looked:
            return True
        return bool(self.author or self.network or self.text or served)

    def alike(self, comments):
        """Filter as far as SQL can; `is_met` does the rest, and hits.py what it finds."""
        comments = comments.filter(*self.filters.conditions)
        if self.author:
            comments = comments.by_email(self.author)
        if self.network:
            comments = comments.filter(network=self.network)
        if self.text:
            comments = comments.with_text(self.text)
        if self.link:
            comments = comments.filter(_may_link(self.link))
        code, _colon, _detail = self.reason.partition(":")
        return comments.filter(held_by(code)) if code else comments

    def is_met(self, body_html: str, author_url: str, reasons: list) -> bool:
        if self.link and not has_link(body_html, author_url, self.link):
            return False
        code, colon, detail = self.reason.partition(":")
        if not code or code in IN_COLUMNS:
            return True
        return any(c == code and (not colon or d == detail) for c, d in reasons)


def _may_link(link: str) -> Q:
    in_html = escape(link) if "://" in link else f"//{link}"
    in_url = link if "://" in link else f"//{link}"
    # In a link with a user name, the host follows "@" instead of the slashes.
    linked = Q(body_html__icontains=in_html) | Q(author_url__icontains=in_url)
    return linked if "://" in link else linked | Q(body_html__icontains=f"@{link}")


@dataclass(frozen=True)
class Found:
    """Newest first. `since`: only comments sent after it were looked at; None: all."""

    rows: list[tuple[int, int]]
    since: datetime | None = None

    @property
    def has_more(self) -> bool:
        return len(self.rows) > MOST

    @property
    def versions(self) -> dict[int, int]:
        return dict(self.rows[:MOST])


def find(criteria: Criteria, user, verb: str = "") -> Found:
    """`verb`: only comments that are not yet where it moves them, which the tab All has too."""
    alike, since = comments_alike(criteria, user)
    if criteria.tab == ALL and verb:
        alike = alike.exclude(status=STATUS_OF[verb])
    return Found(list(rows_meeting(criteria, alike.exclude(edited_since(criteria)))), since)


def count_statuses(found: Found) -> Counter:
    rows = Comment.objects.filter(public_id__in=list(found.versions))
    return Counter(rows.values_list("status", flat=True))


def count(criteria: Criteria, user) -> tuple[int, datetime | None]:
    alike, since = comments_alike(criteria, user)
    return alike.exclude(edited_since(criteria)).order_by()[: MOST + 1].count(), since


def comments_alike(criteria: Criteria, user):
    in_time = in_tab(criteria.tab, user).filter(submitted_at__lte=criteria.newest)
    found = hits.find(criteria.filters, READ)
    are_few = found is not None and not found.is_cut
    since = None if are_few or criteria.has_index else _oldest_read(in_time, criteria.tab)
    if criteria.tab == ALL:
        in_time = in_time.filter(status__in=Status.values)  # which the index begins with
    if since:
        in_time = in_time.filter(submitted_at__gt=since)
    # Not comments that came into the tab since: the page did not show them.
    came_at = CAME_AT.get(criteria.tab, "status_at")
    before = {"status_at__lte": criteria.before, f"{came_at}__lte": criteria.before}
    alike = criteria.alike(in_time.filter(**before))
    if found:
        alike = alike.filter(hits.of_ids(found.pks)) if are_few else only_hits(criteria, alike)
    return alike.order_by("-submitted_at", "-pk"), since


def only_hits(criteria: Criteria, rows):
    if not criteria.filters.is_in_index:
        return rows
    pks = list(rows.order_by().values_list("pk", flat=True))
    return rows.filter(hits.of_ids(hits.among(criteria.filters, pks)))


def edited_since(criteria: Criteria) -> Q:
    before = criteria.before
    return Q(edited_at__gt=before) | Q(revised_at__gt=before)


def _oldest_read(in_time, tab: str) -> datetime | None:
    # No index of times has all comments.
    order = ("-pk",) if tab == ALL else ("-submitted_at", "-pk")
    times = in_time.order_by(*order).values_list("submitted_at", flat=True)
    return next(iter(times[READ : READ + 1]), None)


def rows_meeting(criteria: Criteria, comments) -> Iterator[tuple[int, int]]:
    if not (criteria.link or criteria.reason):
        yield from comments.values_list("public_id", "version")[: MOST + 1]
        return
    names = ("public_id", "version", "body_html", "author_url", "held_because")
    count = 0
    for public_id, version, *texts in comments.values_list(*names).iterator(chunk_size=500):
        if criteria.is_met(*texts):
            yield public_id, version
            count += 1
        if count > MOST:
            return


def alike_to(comment, before: datetime) -> list[Criteria]:
    return [
        Criteria(comment.status, before, None, **{name: value})
        for name, value in criteria_fields.shared_criteria(comment)
        if value
    ]
