"""An editor schedules a post for an hour that clocks skip, and for one that they repeat."""

from datetime import UTC, date, datetime, timedelta

from tests.e2e.conftest import press
from tests.e2e.editor import BODY, look, open_new

ZONE = "Europe/London"


def last_sunday(month: int) -> date:
    day = date(date.today().year + 1, month, 31)
    return day - timedelta(days=day.isoweekday() % 7)


def schedule(page, day: date, time: str) -> None:
    page.locator("[name=published_at_0]").fill(day.isoformat())
    page.locator("[name=published_at_1]").fill(time)
    press(page.get_by_role("button", name="Schedule"))


def test_scheduled_over_clock_change(view, site):
    title, text = f"At half past one {view.scene[-20:]}", "The tram came.\n\nNobody got in."
    page = open_new(view)
    page.get_by_label("Title").fill(title)
    page.locator(BODY).fill(text)
    assert page.get_by_text(f"Time zone: {ZONE}.").first.is_visible()

    schedule(page, last_sunday(3), "01:30")
    assert page.get_by_text(f"Clocks go forward on that day in {ZONE}").is_visible()
    assert page.get_by_text("The nearest times are 00:59 and 02:00.").is_visible()
    assert page.locator(BODY).input_value() == text
    look(view, page, "missing")
    assert site.rows("SELECT * FROM blog_post WHERE title = ? AND status <> 'draft'", title) == []

    day = last_sunday(10)
    schedule(page, day, "01:30")
    assert page.get_by_text("This hour exists twice on that day. Choose which.").is_visible()
    assert page.locator(BODY).input_value() == text
    look(view, page, "twice")
    page.get_by_label("Which of the two:").select_option("the second time")
    press(page.get_by_role("button", name="Schedule"))
    assert page.get_by_text(f"Scheduled: Sun {day.day} Oct {day.year}, 01:30").first.is_visible()
    view.shot(page, "scheduled")
    (post,) = site.rows("SELECT * FROM blog_post WHERE title = ?", title)
    stored = datetime.fromisoformat(post["published_at"]).replace(tzinfo=UTC)
    assert stored == datetime(day.year, day.month, day.day, 1, 30, tzinfo=UTC)

    # The form shows which it is, and saved again it stays.
    assert page.get_by_label("Which of the two:").input_value() == "2"
    press(page.get_by_role("button", name="Update scheduled post"))
    (again,) = site.rows("SELECT * FROM blog_post WHERE title = ?", title)
    assert again["published_at"] == post["published_at"]
