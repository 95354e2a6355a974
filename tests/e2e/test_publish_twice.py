"""Publish is clicked twice on the page of a new post, and once more after Back."""

from playwright.sync_api import expect

from tests.e2e.conftest import press
from tests.e2e.editor import BODY, open_new

PUBLISHED = "Published. "


def posts(site, title: str) -> list[dict]:
    return site.rows("SELECT * FROM blog_post WHERE title = ?", title)


def publish_button(page):
    return page.get_by_role("button", name="Publish", exact=True)


def test_publish_twice(view, site):
    title = f"Once only {view.scene[-25:]}"
    page = open_new(view)
    page.get_by_label("Title").fill(title)
    page.locator(BODY).fill("The tram came.\n\nNobody got in.")
    publish_button(page).dblclick()
    expect(page.get_by_text(PUBLISHED).first).to_be_visible()
    (post,) = posts(site, title)
    assert post["status"] == "published"
    view.shot(page, "published")

    page.go_back()
    if "/add/" in page.url:
        # Not asked for anew: it is as it was left.
        assert page.get_by_label("Title").input_value() == title
        press(publish_button(page))
        expect(page.get_by_text(PUBLISHED).first).to_be_visible()
    assert page.url.endswith(f"/{post['id']}/change/")
    assert page.locator(BODY).input_value() == "The tram came.\n\nNobody got in."
    assert posts(site, title) == [post]
    assert published(site, post) == 1


def test_enter_does_not_publish_what_the_checklist_stopped(view, site):
    title = f"TK {view.scene[-25:]}"
    page = open_new(view)
    page.get_by_label("Title").fill(title)
    page.locator(BODY).fill("The tram came.\n\nNobody got in.")
    press(publish_button(page))
    assert page.get_by_role("button", name="Publish anyway").is_visible()
    # The title has two lines: there Enter begins the second.
    field = page.locator("input[type=text]:visible").first
    with page.expect_navigation():
        field.press("Enter")
    assert page.get_by_text("Saved as a draft.").is_visible()
    assert [row["status"] for row in posts(site, title)] == ["draft"]


def published(site, post: dict) -> int:
    """How often the revisions say so."""
    rows = site.rows("SELECT verb FROM blog_revision WHERE post_id = ?", post["id"])
    return [row["verb"] for row in rows].count("publish")
