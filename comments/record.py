"""What is known of the authors of a page's comments, in one statement however many there are.

From the indexes alone (comments/models/lookups.py), and never more of them than is said: an address
with 100,000 comments costs as much as one with a hundred.
"""

import json
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from django.db import connection
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from comments.keyset import moment
from comments.notice import whole_day

MOST_COUNTED = 100
# Of so many comments, the newest, the names are read; so many are shown.
READ, SHOWN = 20, 3

_COUNT = """(SELECT COUNT(*) FROM (SELECT 1 FROM comments_comment c
    WHERE LOWER(c.author_email) = LOWER(k.key) AND c.status = '{}' LIMIT {}) n)"""
_FIRST = """(SELECT MIN(c.submitted_at) FROM comments_comment c
    WHERE LOWER(c.author_email) = LOWER(k.key))"""
_NAMES = """(SELECT {}(DISTINCT n.author_name) FROM (SELECT c.author_name FROM comments_comment c
    WHERE {} ORDER BY c.submitted_at DESC LIMIT {}) n)"""
_LIST = {"sqlite": "json_group_array", "postgresql": "json_agg"}
_KEYS = "WITH k(key) AS (VALUES {}) SELECT {} FROM k"


@dataclass(frozen=True)
class Record:
    is_first: bool = False
    approved: int = 0
    spam: int = 0
    first_seen: datetime | None = None
    names: list[str] = field(default_factory=list)
    neighbours: list[str] = field(default_factory=list)

    @property
    def words(self) -> str:
        """Of the e-mail address."""
        if not self.first_seen:
            return ""
        if self.is_first:
            return _("First comment from this address")
        said = _counted(self.approved, self.spam, get_language())
        return said.replace("%(day)s", whole_day(self.first_seen))

    @property
    def more_names(self) -> int:
        return max(len(self.names) - SHOWN, 0)

    @property
    def more_neighbours(self) -> int:
        return max(len(self.neighbours) - SHOWN, 0)

    @property
    def shown_names(self) -> list[str]:
        return self.names[:SHOWN]

    @property
    def shown_neighbours(self) -> list[str]:
        return self.neighbours[:SHOWN]


@lru_cache(maxsize=1000)
def _counted(approved: int, spam: int, _language: str) -> str:
    said = []
    if approved:
        words = ngettext("%(n)s approved", "%(n)s approved", approved)
        said.append(words % {"n": count_words(approved)})
    if spam:
        words = ngettext("%(n)s spam", "%(n)s spam", spam)
        said.append(words % {"n": count_words(spam)})
    return ", ".join([*(said or [_("none approved, none spam")]), _("first seen %(day)s")])


def count_words(count: int) -> str:
    return f"{MOST_COUNTED}+" if count > MOST_COUNTED else str(count)


def records(comments, *, names: bool = True) -> dict[int, Record]:
    """By the comment's id. `names`: for those who may read every comment."""
    emails = {comment.author_email.lower() for comment in comments} - {""}
    networks = {comment.network for comment in comments} - {""}
    found = _read(sorted(emails), sorted(networks) if names else [])
    return {comment.pk: _record(comment, found, names) for comment in comments}


def _record(comment, found: dict, names: bool) -> Record:
    email, network = ("email", comment.author_email.lower()), ("network", comment.network)
    approved, spam, first, as_names = found.get(email, (0, 0, None, []))
    approved -= comment.status == "approved"
    spam -= comment.status == "spam"
    also = _others(as_names, {comment.author_name})
    near = _others(found.get(network, (0, 0, None, []))[3], {comment.author_name, *also})
    return Record(
        is_first=not (approved or spam) and first == comment.submitted_at,
        approved=approved,
        spam=spam,
        first_seen=first,
        names=also if names else [],
        neighbours=near,
    )


def _others(names: list[str], known: set[str]) -> list[str]:
    return sorted(name for name in names if name and name not in known)


def _read(emails: list[str], networks: list[str]) -> dict:
    """(kind, key) → approved, spam, first seen, names."""
    parts = [(_of_emails(), emails), (_of_networks(), networks)]
    parts = [(columns, keys) for columns, keys in parts if keys]
    if not parts:
        return {}
    selects = (
        _KEYS.format(", ".join(["(%s)"] * len(keys)), columns).join(("SELECT * FROM (", f") p{n}"))
        for n, (columns, keys) in enumerate(parts)
    )
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join(selects), [key for _columns, keys in parts for key in keys]
        )
        rows = cursor.fetchall()
    return {
        (kind, key): (approved, spam, moment(first), json.loads(names or "[]"))
        for kind, key, approved, spam, first, names in rows
    }


def _of_emails() -> str:
    approved, spam = (_COUNT.format(status, MOST_COUNTED + 2) for status in ("approved", "spam"))
    names = _names("LOWER(c.author_email) = LOWER(k.key)")
    return f"'email' AS kind, k.key, {approved} AS a, {spam} AS s, {_FIRST} AS f, {names} AS n"


def _of_networks() -> str:
    none = "CAST(NULL AS timestamp with time zone)" if connection.vendor == "postgresql" else "NULL"
    return f"'network', k.key, 0, 0, {none}, {_names('c.network = k.key')}"


def _names(condition: str) -> str:
    listed = _NAMES.format(_LIST[connection.vendor], condition, READ)
    return f"CAST({listed} AS text)"
