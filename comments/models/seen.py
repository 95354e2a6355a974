"""Comments as they stand when they are decided on."""

from collections import namedtuple
from collections.abc import Iterable
from datetime import UTC

from django.db import connection

from comments.models.sql import listed
from comments.models.standing import Standing

# What a decision goes by; `was_sent` stands for the submission.
COLUMNS = ("id", "post_id", "parent_id", "user_id", "user_is_staff", "author_email")
COLUMNS += ("status", "status_at", "version", "screened", "screened_at", "checks", "check_error")
COLUMNS += ("believed", "edited_at", "revised_at", "revised_by_id", "withdrawn_at")
COLUMNS += ("emptied_at", "reported_at")
_TIMES = [place for place, column in enumerate(COLUMNS) if column.endswith("_at")]
_SQL = f"""SELECT {", ".join(COLUMNS)}, submission IS NOT NULL FROM comments_comment
    WHERE id IN ({{ids}}) AND emptied_at IS NULL ORDER BY id {{lock}}"""  # noqa: S608


class Seen(namedtuple("Seen", ("pk", *COLUMNS[1:], "was_sent")), Standing):
    """Without its texts: a Comment takes five times as long to make, and ten thousand are decided
    at once."""

    @classmethod
    def read(cls, ids: Iterable[int], *, locked: bool = False) -> list["Seen"]:
        """By id; a stub is none. `locked`: until the transaction ends."""
        lock = "FOR UPDATE" if locked and connection.features.has_select_for_update else ""
        with connection.cursor() as cursor:
            cursor.execute(_SQL.format(ids=listed(ids), lock=lock))
            rows = cursor.fetchall()
        if connection.vendor == "sqlite":
            rows = map(_aware, rows)
        return [cls(*row) for row in rows]


def _aware(row: tuple) -> list:
    """SQLite keeps no zone."""
    found = list(row)
    for place in _TIMES:
        if found[place]:
            found[place] = found[place].replace(tzinfo=UTC)
    return found
