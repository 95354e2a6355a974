"""History of the authors on a page, read in one query.

All reads are bounded and served by indexes (comments/models/indexes.py), so an address with 100,000
comments costs as much as one with 100.
"""

import json
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from django.db import connection
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.dates import full_date
from comments.queue.paging import moment

MOST_COUNTED = 100
# Newest comments read for each e-mail address and tab (the shown comment and one more included),
# and for each network.
READ, READ_OF_NETWORK = MOST_COUNTED + 2, 20
SHOWN = 3
# How many other names in the network tell something: one may be a household, many are a provider.
FEWEST_NEIGHBOURS, MOST_NEIGHBOURS = 2, 5

# Count, first time (for a network: the names that sent spam), names.
_FOUND = """CAST((SELECT {{array}}(COUNT(*), {first}, {{list}}(DISTINCT n.author_name))
    FROM (SELECT c.id, c.submitted_at, c.author_name FROM comments_comment c
        WHERE {same} ORDER BY c.submitted_at DESC LIMIT {most}) n) AS text)"""
_SAME_EMAIL = "LOWER(c.author_email) = LOWER(email.key) AND c.status = tabs.status"
# A second look-up only if there are more comments than are read.
_FIRST = f"""CASE WHEN COUNT(*) < {READ} THEN MIN(n.submitted_at)
    ELSE (SELECT MIN(c.submitted_at) FROM comments_comment c WHERE {_SAME_EMAIL}) END"""  # noqa: S608
_OF_EMAIL = _FOUND.format(first=_FIRST, same=_SAME_EMAIL, most=READ)
# The status is not in the index, so these few rows are read.
_SPAMMERS = """{list}(DISTINCT CASE WHEN (SELECT s.status FROM comments_comment s WHERE s.id = n.id)
    = 'spam' THEN n.author_name END)"""
_OF_NETWORK = _FOUND.format(first=_SPAMMERS, same="c.network = near.key", most=READ_OF_NETWORK)
_SQL = f"""WITH email(key) AS (VALUES {{emails}}), near(key) AS (VALUES {{networks}}),
    tabs(status) AS (VALUES ('pending'), ('approved'), ('spam'), ('trash'))
    SELECT 'email', email.key, tabs.status, {_OF_EMAIL} FROM email CROSS JOIN tabs
    UNION ALL SELECT 'network', near.key, '', {_OF_NETWORK} FROM near"""  # noqa: S608
_JSON = {
    "sqlite": {"array": "json_array", "list": "json_group_array"},
    "postgresql": {"array": "json_build_array", "list": "json_agg"},
}


@dataclass(frozen=True)
class AuthorHistory:
    is_first: bool = False
    approved: int = 0
    spam: int = 0
    first_seen: datetime | None = None
    names: list[str] = field(default_factory=list)
    neighbours: list[str] = field(default_factory=list)
    spammers: list[str] = field(default_factory=list)  # the neighbours that sent spam

    @property
    def summary(self) -> str:
        if not self.first_seen:
            return ""
        if self.is_first:
            return _("First comment from this e-mail")
        counts = {"approved": self.approved, "spam": self.spam}
        parts = counts_in_words(counts) or [_("none approved, none spam")]
        return ", ".join([*parts, first_seen_in_words(self.first_seen)])

    @property
    def more_names(self) -> int:
        return max(len(self.names) - SHOWN, 0)

    @property
    def more_neighbours(self) -> int:
        return len(self.neighbours) - len(self.shown_neighbours)

    @property
    def shown_names(self) -> list[str]:
        return self.names[:SHOWN]

    @property
    def shown_neighbours(self) -> list[str]:
        if not (self.spammers or is_telling(self.neighbours)):
            return []
        return sorted(self.neighbours, key=lambda name: name not in self.spammers)[:SHOWN]


def is_telling(neighbours: list[str]) -> bool:
    return FEWEST_NEIGHBOURS <= len(neighbours) <= MOST_NEIGHBOURS


def counts_in_words(counts: dict[str, int], cut: Collection[str] = ()) -> list[str]:
    """`cut`: of these there are more."""
    return [
        _count_in_words(kind, n, f"{n}+" if kind in cut else count_text(n))
        for kind, n in counts.items()
        if n
    ]


def _count_in_words(kind: str, n: int, text: str) -> str:
    sentences = {
        "approved": ngettext("%(n)s approved", "%(n)s approved", n),
        "pending": ngettext("%(n)s pending", "%(n)s pending", n),
        "spam": ngettext("%(n)s spam", "%(n)s spam", n),
        "trash": ngettext("%(n)s in trash", "%(n)s in trash", n),
        "withdrawn": ngettext("%(n)s withdrawn", "%(n)s withdrawn", n),
    }
    return sentences[kind] % {"n": text}


def first_seen_in_words(at: datetime) -> str:
    return _("first seen %(day)s") % {"day": full_date(at)}


def count_text(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def author_histories(comments, *, names: bool = True) -> dict[int, AuthorHistory]:
    """Records by the comment's pk. `names`: also list other names, for moderators who may read
    every comment."""
    # Not lower-cased here: SQLite and Python lower-case different letters.
    emails = {comment.author_email for comment in comments} - {""}
    networks = {comment.network for comment in comments} - {""}
    found = _read(sorted(emails), sorted(networks) if names else [])
    return {comment.pk: _author_history(comment, found, names) for comment in comments}


def _author_history(comment, found: dict, names: bool) -> AuthorHistory:
    by_tab = found.get(("email", comment.author_email), {})
    near = found.get(("network", comment.network), {})
    counts = {tab: of_tab[0] for tab, of_tab in by_tab.items()}
    approved = counts.get("approved", 0) - (comment.status == "approved")
    spam = counts.get("spam", 0) - (comment.status == "spam")
    firsts = (moment(of_tab[1]) for of_tab in by_tab.values() if of_tab[0])
    first = min(filter(None, firsts), default=None)
    also = _others(by_tab, {comment.author_name})
    neighbours = _others(near, {comment.author_name, *also})
    _count, spammers, _names = near.get("", (0, [], []))
    return AuthorHistory(
        is_first=not (approved or spam) and first == comment.submitted_at,
        approved=approved,
        spam=spam,
        first_seen=first,
        names=also if names else [],
        neighbours=neighbours,
        spammers=[name for name in neighbours if name in (spammers or ())],
    )


def _others(by_tab: dict[str, list], known: set[str]) -> list[str]:
    names = {name for _count, _first, names in by_tab.values() for name in names or ()}
    return sorted(names - known - {""})


def _read(emails: list[str], networks: list[str]) -> dict[tuple[str, str], dict[str, list]]:
    """Map (kind, key) to {tab: the values of _FOUND}. A network has one entry, under the tab ""."""
    if not (emails or networks):
        return {}
    # NULL equals no key, and VALUES may not be empty.
    wanted: dict[str, list] = {"emails": emails or [None], "networks": networks or [None]}
    places = {name: ", ".join(["(%s)"] * len(keys)) for name, keys in wanted.items()}
    found: dict[tuple[str, str], dict[str, list]] = defaultdict(dict)
    with connection.cursor() as cursor:
        sql = _SQL.format(**places, **_JSON[connection.vendor])
        cursor.execute(sql, [*wanted["emails"], *wanted["networks"]])
        for kind, key, tab, values in cursor.fetchall():
            found[kind, key][tab] = json.loads(values)
    return found
