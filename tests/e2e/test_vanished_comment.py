"""All that makes a comment vanish elsewhere: here it is found again, or its text is in the box."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import press, write_comment
from tests.e2e.test_comment_without_script import WAITS
from tests.e2e.waiting_room import decisions

SET_ASIDE = "Saved, but our spam filter set it aside. A moderator can still publish it"


def post_button(page):
    return page.get_by_role("button", name="Post Comment")


def said(page) -> str:
    return page.get_by_role("alert").inner_text()


def typed(page) -> str:
    return page.locator("[name=body]").input_value()


def test_vanished_comment(view, site):
    path, body = site.make_post(), f"I was there, and I can prove it. {view.scene}"
    page = view.reader()
    page.goto(path)
    write_comment(page, body)
    row = site.wait_for(body, screened="ham")
    own = f"#comment-{row['public_id']}"
    assert row["status"] == "pending" and decisions(site, [row["public_id"]]) == []
    assert WAITS in page.locator(own).inner_text()
    status_link = page.locator(own).get_by_role("link").get_attribute("href")

    page.reload()
    assert WAITS in page.locator(own).inner_text()
    page.goto("/")
    page.go_back()
    assert WAITS in page.locator(own).inner_text()
    second_tab = page.context.new_page()
    second_tab.goto(path)
    assert WAITS in second_tab.locator(own).inner_text()

    site.pass_time(86_400)
    page.goto(path)
    assert WAITS in page.locator(own).inner_text()
    assert re.search(r"since \w+day \d\d:\d\d", page.locator(own).inner_text())

    page.context.clear_cookies()
    page.goto(path)
    assert page.locator(own).count() == 0
    assert body not in page.content()
    page.goto(f"{path}?c={row['public_id']}")
    assert page.get_by_text("Your comment is saved and waits for a moderator.").is_visible()
    assert body not in page.content()
    page.goto(status_link)
    assert WAITS in page.locator("main").inner_text()
    assert body in page.locator("main").inner_text()
    view.shot(page, "status")
    assert site.comment(body)["status"] == "pending"


def test_vanished_by_a_double_click(view, site):
    path, body = site.make_post(), f"Click, click. {view.scene}"
    page = view.reader()
    page.goto(path)
    page.locator("[name=body]").fill(body)
    page.locator("[name=name]").fill("Ana Reader")
    page.locator("[name=email]").fill(f"ana{len(view.scene)}.click@example.net")
    # The second click takes the place of the first, which is no failure.
    post_button(page).dblclick(no_wait_after=True)
    expect(page).to_have_url(re.compile(r"\?c="), timeout=30_000)
    own = f"#comment-{site.comment(body)['public_id']}"
    assert page.url.endswith(own)
    assert WAITS in page.locator(own).inner_text()

    page.goto(path)
    write_comment(page, body, email=f"ANA{len(view.scene)}.click@example.net")
    assert page.url.endswith(f"#comment-{site.comment(body)['public_id']}")
    assert WAITS in page.locator(own).inner_text()


def test_vanished_because_it_was_wrongly_flagged(view, site):
    path, body = site.make_post(), f"The casino next to the depot has closed. {view.scene}"
    email = f"ana{len(view.scene)}.flagged@example.net"
    page = view.reader()
    page.goto(path)
    write_comment(page, body, email=email)
    first = site.wait_for(body, status="spam")
    page.reload()
    assert SET_ASIDE in page.locator(f"#comment-{first['public_id']}").inner_text()

    site.pass_time(60)
    write_comment(page, body, email=email)
    rows = site.rows("SELECT public_id FROM comments_comment WHERE body = ? ORDER BY id", body)
    assert len(rows) == 2 and page.url.endswith(f"#comment-{rows[1]['public_id']}")
    again = page.locator(f"#comment-{rows[1]['public_id']}").inner_text()
    assert WAITS in again or SET_ASIDE in again
    assert SET_ASIDE in page.locator(f"#comment-{rows[0]['public_id']}").inner_text()


def test_vanished_because_it_was_refused(view, site):
    path, long = site.make_post(), f"Too long, {view.scene}. ".ljust(5_001, "x")
    page, email = view.reader(), f"ana{len(view.scene)}.refused@example.net"
    page.goto(path)
    write_comment(page, long, email=email)
    assert "At most 5,000 characters can be sent; this text has 5,001." in said(page)
    assert typed(page) == long
    view.shot(page, "too-long")
    page.go_back()
    assert page.url == f"{site.url}{path}" and typed(page) == long
    page.locator("[name=body]").fill(long[:-1])
    press(post_button(page))
    assert WAITS in page.locator(f"#comment-{site.comment(long[:-1])['public_id']}").inner_text()

    second = f"One more thing. {view.scene}"
    write_comment(page, second, email=email)
    assert re.search(r"You can send it in \d+ seconds?\. Your text is below\.", said(page))
    assert typed(page) == second
    view.shot(page, "too-fast")
    assert site.rows("SELECT 1 FROM comments_comment WHERE body = ?", second) == []
    site.pass_time(15)
    press(post_button(page))
    assert WAITS in page.locator(f"#comment-{site.comment(second)['public_id']}").inner_text()

    site.pass_time(15)
    third = f"And another. {view.scene}"
    site.rows("UPDATE blog_post SET comments_open = 0 WHERE path = ?", path)
    write_comment(page, third, email=email)
    assert "Comments on this post are closed." in said(page)
    assert typed(page) == third
    assert site.rows("SELECT 1 FROM comments_comment WHERE body = ?", third) == []


def test_vanished_because_its_parent_was_taken_down(view, site):
    parent = site.python(
        "from tests.factories import make_comment; c = make_comment(status='approved');"
        "print(c.public_id, c.post.path)"
    )
    pk, path = parent.split()
    page, body = view.reader(), f"I do not agree. {view.scene}"
    page.goto(path)
    press(page.locator(f"#comment-{pk}").get_by_role("link", name="Reply"))
    site.python(
        "from tests.factories import moderator; from comments.models import Comment;"
        f"Comment.objects.get(public_id={pk}).hold(by=moderator())"
    )
    write_comment(page, body)
    assert "The comment that you answer is not public." in said(page)
    assert typed(page) == body
    assert site.rows("SELECT 1 FROM comments_comment WHERE body = ?", body) == []
    view.shot(page, "parent-gone")
