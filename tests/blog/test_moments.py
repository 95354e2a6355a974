"""Dates of a post in the two nights when clocks change."""

from datetime import UTC, datetime

import pytest

from tests.blog.test_two_editors import open_form, send, shown
from tests.desk import Desk, errors

pytestmark = pytest.mark.django_db
TWICE = {"published_at_0": "2099-10-25", "published_at_1": "01:30"}
MISSING = {"published_at_0": "2099-03-29", "published_at_1": "01:30"}


@pytest.fixture
def desk(db):
    return Desk()


def test_a_time_that_does_not_exist_is_refused_with_the_two_nearest(desk):
    answer = desk.type("_schedule", **MISSING)
    (sentence,) = errors(answer)["published_at"]
    assert "01:30 does not exist" in sentence
    assert "The nearest times are 00:59 and 02:00." in sentence
    assert shown(answer)["published_at_1"] == "01:30"


def test_of_an_hour_that_exists_twice_one_is_asked_which(desk):
    asked = desk.type("_schedule", **TWICE)
    assert errors(asked)["published_at"] == ["This hour exists twice on that day. Choose which."]
    assert 'name="published_at_2"' in asked.content.decode()


@pytest.mark.parametrize(("which", "hour"), [("1", 0), ("2", 1)])
def test_either_of_the_two_can_be_chosen_and_stays_chosen(desk, which, hour):
    post = desk.typed("_schedule", **TWICE, published_at_2=which)
    assert post.published_at == datetime(2099, 10, 25, hour, 30, tzinfo=UTC)
    form = open_form(desk, post)
    assert form["published_at_2"] == which
    assert send(desk, post, form, "_update", title="Another title").status_code == 302
    post.refresh_from_db()
    assert post.published_at == datetime(2099, 10, 25, hour, 30, tzinfo=UTC)


def test_at_any_other_time_nothing_is_asked(desk):
    post = desk.typed("_schedule", published_at_0="2099-11-24", published_at_1="07:00")
    assert "published_at_2" not in open_form(desk, post)


def test_the_zone_stands_at_the_field(desk):
    assert "Time zone: Europe/London." in desk.page().content.decode()


@pytest.mark.parametrize(
    "parts",
    [
        {"published_at_0": "nonsense", "published_at_1": "07:00"},
        {"published_at_0": "2099-11-24", "published_at_1": "25:00"},
        {"published_at_0": "2099-11-24"},
        {"published_at_1": "07:00"},
        {"published_at_0": "0000-00-00", "published_at_1": "00:00"},
        {"published_at_0": "99999-01-01", "published_at_1": "00:00"},
    ],
)
def test_half_a_date_is_refused_at_its_field(desk, parts):
    answer = desk.type("_schedule", **parts)
    assert list(errors(answer)) == ["published_at"]


@pytest.mark.parametrize("zone", ["Europe/London", "America/New_York", "Asia/Tokyo"])
@pytest.mark.parametrize("day", ["0001-01-01", "0999-12-31", "9999-12-31"])
@pytest.mark.parametrize("field", ["published_at", "expires_at"])
def test_a_year_without_a_web_address_is_refused(desk, settings, zone, day, field):
    settings.TIME_ZONE = zone
    parts = {f"{field}_0": day, f"{field}_1": "23:59:59"}
    answer = desk.type("_publish", **parts)
    assert errors(answer)[field] == ["Give a year between 1000 and 9998."]
    assert shown(answer)[f"{field}_0"] == day
