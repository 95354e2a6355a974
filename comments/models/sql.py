"""What statements of our own are made of: of a decision Django takes longer to write them than the
database to answer."""

from collections.abc import Iterable
from datetime import UTC
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL


def listed(ids: Iterable[int]) -> str:
    """For IN: to hand over a thousand as parameters takes longer than to find the rows."""
    return ", ".join(str(int(pk)) for pk in ids) or "NULL"


def among(ids: Iterable[int]) -> RawSQL:
    """The same for `pk__in`."""
    return RawSQL(listed(ids), [])  # noqa: S611


def read(columns: tuple[str, ...], rest: str) -> list:
    """The rows of these columns, as Django would give them: SQLite has neither zones nor UUIDs."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {', '.join(columns)} {rest}")
        rows = cursor.fetchall()
    if connection.vendor != "sqlite":
        return rows
    times = [place for place, column in enumerate(columns) if column.endswith("_at")]
    uuids = [place for place, column in enumerate(columns) if column == "batch"]
    rows = [list(row) for row in rows]
    for row in rows:
        for place in times:
            row[place] = row[place] and row[place].replace(tzinfo=UTC)
        for place in uuids:
            row[place] = row[place] and UUID(row[place])
    return rows


def stored(model, values: dict) -> dict[str, object]:
    """By its column each value, as the database has it."""
    fields = {model._meta.get_field(name): value for name, value in values.items()}
    return {f.column: f.get_db_prep_save(value, connection) for f, value in fields.items()}
