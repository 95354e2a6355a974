"""Which kept pages a change touches.

A scope is `site`, `comments` or `post:<id>`, and for the queue `removed`. Its row holds a random
62-bit value, new with each change: never a sequence or a time, because a later number may commit
first and a restored backup must not repeat one.
"""

import secrets

from django.db import connection, models

SITE = "site"
COMMENTS = "comments"
# Comments that went, which no Decision tells.
REMOVED = "removed"


def of_post(post_id: int) -> str:
    return f"post:{post_id}"


class Edition(models.Model):
    scope = models.CharField(max_length=40, primary_key=True)
    value = models.BigIntegerField()

    def __str__(self):
        return self.scope


def change(scopes) -> None:
    """All in one statement, sorted: one UPDATE a scope deadlocked in 218 of 240 transactions. As it
    stands: most decisions end with this, and bulk_create takes longer than the statement."""
    if not scopes:
        return
    rows = ", ".join(["(%s, %s)"] * len(scopes))
    sql = (
        f"INSERT INTO {Edition._meta.db_table} (scope, value) VALUES {rows}"  # noqa: S608
        " ON CONFLICT (scope) DO UPDATE SET value = excluded.value"
    )
    with connection.cursor() as cursor:
        cursor.execute(sql, [part for s in sorted(scopes) for part in (s, secrets.randbits(62))])


def read(*scopes: str) -> dict[str, int]:
    """The values now; 0 for a scope that never changed. Each page of the site begins with this, and
    to write the statement took longer than to ask."""
    places = ", ".join(["%s"] * len(scopes))
    sql = f"SELECT scope, value FROM {Edition._meta.db_table} WHERE scope IN ({places})"  # noqa: S608
    with connection.cursor() as cursor:
        cursor.execute(sql, scopes)
        found = dict(cursor.fetchall())
    return {scope: found.get(scope, 0) for scope in scopes}


_kept: dict[str, tuple[int, object]] = {}


def kept(name: str, now: int, load):
    """What `load()` gave under the `site` edition `now`, kept in this process."""
    edition, value = _kept.get(name, (None, None))
    if edition != now:
        value = load()
        _kept[name] = (now, value)
    return value
