"""A time comes out of the database as it went in, in UTC."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from django.db import DataError, connection

from comments.models import Comment
from tests.factories import make_comment

pytestmark = pytest.mark.django_db
NEPAL = timezone(timedelta(hours=5, minutes=45))


@pytest.mark.parametrize(
    "at",
    [
        datetime(2026, 11, 27, 4, 5, 6, 789_012, UTC),
        datetime(2026, 11, 27, 4, 5, 6, 7_000, UTC),
        datetime(2026, 11, 27, tzinfo=UTC),
        datetime(1, 1, 1, tzinfo=UTC),
        datetime(9999, 12, 31, 23, 59, 59, 999_999, UTC),
        datetime(2026, 11, 27, 4, 5, 6, tzinfo=NEPAL),
    ],
    ids=str,
)
def test_it_comes_out_as_it_went_in(at):
    found = Comment.objects.get(pk=make_comment(submitted_at=at).pk).submitted_at
    assert found == at and found.tzinfo is UTC


@pytest.mark.skipif(connection.vendor != "postgresql", reason="only PostgreSQL has such times")
def test_what_python_has_no_time_for_is_an_error_of_the_driver():
    with connection.cursor() as cursor:
        cursor.execute("SELECT timestamptz '2026-11-27 12:00+05:45'")
        assert cursor.fetchone()[0] == datetime(2026, 11, 27, 6, 15, tzinfo=UTC)
        for never in ("infinity", "0044-03-15 12:00+00 BC"):
            cursor.execute("SELECT timestamptz %s", [never])
            with pytest.raises(DataError):
                cursor.fetchone()
