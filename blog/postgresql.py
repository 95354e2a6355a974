"""Times from PostgreSQL: as Django has them read, by a regular expression, a fifth of the time of
ten thousand decisions goes there."""

from datetime import UTC, datetime


def read_times_quickly(connection, **_signal) -> None:
    """On a new connection."""
    if connection.vendor == "postgresql":
        connection.connection.adapters.register_loader("timestamptz", _loader())


def _loader():
    """Made only where there is a driver of PostgreSQL."""
    from django.db.backends.postgresql.psycopg_any import BaseTzLoader

    class Loader(BaseTzLoader):
        timezone = UTC

        def load(self, data) -> datetime:
            try:
                found = datetime.fromisoformat(str(data, "ascii"))
            except ValueError:  # before Christ, or infinity
                return super().load(data)
            return found if found.tzinfo is UTC else super().load(data)

    return Loader
