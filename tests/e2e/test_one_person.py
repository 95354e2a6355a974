"""A moderator looks at all that one person wrote, and decides on it at once."""

from playwright.sync_api import expect

from tests.e2e.conftest import open_room, press
from tests.e2e.test_every_page import assert_accessible

MAKE = """
from datetime import timedelta
from django.utils import timezone
from tests.factories import make_comment, make_post
post, week = make_post(), timezone.now() - timedelta(days=7)
fields = {{"author_email": "{email}", "network": "10.98.{number}.0/24", "ip": "10.98.{number}.7"}}
make_comment(post, status="approved", submitted_at=week, author_name="A. M.", **fields)
make_comment(post, status="spam", author_name="Cheap Watches", **fields)
for body in ("The lamp was lit.", "And lit again."):
    make_comment(post, author_name="Ada Moran", body=body, **fields)
make_comment(post, body="Somebody else.")
"""


def statuses(site, email: str) -> list[str]:
    rows = site.rows(
        "SELECT status FROM comments_comment WHERE author_email = ? ORDER BY id", email
    )
    return [row["status"] for row in rows]


def test_one_person(view, site):
    site.forget_comments()
    number = sum(map(ord, view.scene)) % 200
    email = f"ada{number}@example.net"
    site.python(MAKE.format(email=email, number=number))
    mo = view.staff("mo")
    mo.goto("/moderation/")
    card = mo.locator("article.card").filter(has_text="The lamp was lit.")
    press(card.get_by_role("link", name="Ada Moran: all comments by this address"))
    head = mo.locator(".author-head")
    expect(head.get_by_role("heading", level=1)).to_contain_text(f"Ada Moran {email}")
    said = " ".join(head.inner_text().split())
    assert "1 approved, 2 pending, 1 spam, first seen " in said
    assert "Also wrote as Cheap Watches, A. M." in said
    expect(mo.locator("article.card")).to_have_count(4)
    assert "Somebody else." not in mo.locator("main").inner_text()
    look_at(view, mo, "person")

    press(head.get_by_role("link", name="Block the author"))
    press(mo.get_by_role("button", name="Block this author"))
    expect(mo.locator(".notice[role=status]")).to_contain_text(f"Blocked: {email}.")
    expect(head.get_by_role("link", name="Author blocked")).to_be_visible()
    expect(head.get_by_role("link", name="Block the author")).to_have_count(0)

    press(head.get_by_role("link", name="Act on all 4"))
    expect(mo.get_by_text(f"from the e-mail address {email}")).to_be_visible()
    expect(mo.get_by_text("The lamp was lit.")).to_be_visible()
    look_at(view, mo, "preview")
    press(mo.get_by_role("button", name="Spam"))
    assert statuses(site, email) == ["spam"] * 4

    open_room(mo, "What I did")
    press(mo.get_by_role("link", name="Everyone"))
    row = mo.locator("ol.presses > li").first
    expect(row).to_contain_text("You marked 3 comments as spam.")
    look_at(view, mo, "everyone")
    press(row.get_by_role("button", name="Undo"))
    assert statuses(site, email) == ["approved", "spam", "pending", "pending"]


def look_at(view, page, name: str) -> None:
    view.shot(page, name)
    if view.script:
        assert_accessible(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
