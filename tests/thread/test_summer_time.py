"""When summer time ends an hour comes twice; then the zone is said with the time."""

from datetime import UTC, datetime

import pytest

from comments.dates import clock, time_of_day
from tests.factories import make_comment, make_post, moderator
from tests.pages import words

FIRST, SECOND = datetime(2025, 10, 26, 0, 30, tzinfo=UTC), datetime(2025, 10, 26, 1, 30, tzinfo=UTC)


def test_only_the_hour_that_comes_twice_has_its_zone():
    assert [time_of_day(moment) for moment in (FIRST, SECOND)] == ["01:30 BST", "01:30 GMT"]
    before, after = FIRST.replace(hour=23, day=25), SECOND.replace(hour=2)
    assert [time_of_day(moment) for moment in (before, after)] == ["00:30", "02:30"]


def test_it_is_said_in_every_form():
    assert clock(SECOND) == "26 October, 01:30 GMT"


@pytest.mark.django_db
def test_two_comments_an_hour_apart_read_differently(client):
    post = make_post(published_at=FIRST.replace(day=1))
    for moment in (FIRST, SECOND):
        make_comment(post, status="approved", submitted_at=moment)
        make_comment(post, submitted_at=moment)
    page = words(client.get(post.path))
    assert "26 Oct 2025, 01:30 BST" in page and "26 Oct 2025, 01:30 GMT" in page
    client.force_login(moderator())
    queue = words(client.get("/moderation/"))
    assert "01:30 BST" in queue and "01:30 GMT" in queue
