"""200 comments in a quarrel: five levels, long words, removed ones, on the narrowest phone."""

import re
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press, run_axe, write_comment
from tests.model_page import LONG_ADDRESS, LONG_WORD, REMOVED

DEEPEST_ANSWERED, NARROW = 3, 600


@pytest.fixture(scope="module")
def quarrel(site) -> dict:
    """The row of the post."""
    path = site.python("from tests.model_page import heat_thread; print(heat_thread().path)")
    return site.rows("SELECT * FROM blog_post WHERE path = ?", path)[0]


def comments(site, post) -> list[dict]:
    """As they were written; what a scene adds itself is left out."""
    return site.rows(
        "SELECT * FROM comments_comment WHERE post_id = ? AND body NOT LIKE 'Enough%' ORDER BY id",
        post["id"],
    )


def test_heated_thread(view, site, quarrel):
    page = view.reader()
    rows = comments(site, quarrel)
    assert len(rows) == 200
    assert {row["depth"] for row in rows} == set(range(DEEPEST_ANSWERED + 2))
    assert sum(row["status"] == "trash" for row in rows) == REMOVED
    page.goto(quarrel["path"])
    view.shot(page, "quarrel")
    expect(page.locator("#comments-title")).to_have_text(f"{200 - REMOVED} comments")
    assert page.locator(".thread > .depth-0").count() == 50
    assert page.get_by_text("Comment removed", exact=True).count() == REMOVED
    for mark in ("Author", "Staff"):
        assert page.locator(".thread").get_by_text(mark, exact=True).first.is_visible()
    assert page.get_by_text(LONG_WORD).first.is_visible()
    assert page.get_by_role("link", name=LONG_ADDRESS).first.is_visible()
    assert_answers_name_whom_they_answer(page, rows)
    for width in (view.size["width"], 320):
        page.set_viewport_size({"width": width, "height": 640})
        assert_indented(page)
        assert_nothing_is_wider(page)
    view.shot(page, "320")


def assert_answers_name_whom_they_answer(page, rows) -> None:
    by_id = {row["id"]: row for row in rows}
    named = {row["public_id"]: row for row in rows}
    shown = page.locator(".thread > .depth-3, .thread > .depth-4").all()
    assert len(shown) >= 5
    for item in shown[:5]:
        row = named[int(item.get_attribute("id").partition("-")[2])]
        said = f"in reply to {by_id[row['parent_id']]['author_name']}"
        assert said in item.locator("header").inner_text()


def assert_indented(page) -> None:
    """By where the first comment of each level begins."""
    levels = [page.locator(f".thread > .depth-{level}").first for level in range(5)]
    edges = [round(level.bounding_box()["x"]) for level in levels]
    most = 3 if page.viewport_size["width"] < NARROW else 5
    assert len(set(edges)) == most
    assert edges == sorted(edges)


def assert_nothing_is_wider(page) -> None:
    width = page.viewport_size["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    beyond = page.locator(".thread *").evaluate_all(
        "(found, width) => found.filter((element) =>"
        " element.getBoundingClientRect().right > width + 1).map((element) => element.outerHTML)",
        width,
    )
    assert beyond == []


def test_each_comment_has_a_lasting_address(view, site, quarrel):
    page = view.reader()
    roots = [row for row in comments(site, quarrel) if row["depth"] == 0]
    late = roots[-1]
    page.goto(f"{quarrel['path']}comments/{late['public_id']}/")
    place = f"{quarrel['path']}comments/page/2/#comment-{late['public_id']}"
    expect(page).to_have_url(re.compile(f"{re.escape(place)}$"))
    expect(page.locator(f"#comment-{late['public_id']}")).to_be_in_viewport()
    assert page.locator(".thread > .depth-0").count() == len(roots) - 50
    assert page.get_by_text("Page 2 of 2").is_visible()
    press(page.get_by_role("link", name="Earlier comments"))
    assert page.locator(f"#comment-{roots[0]['public_id']}").count() == 1


def test_the_deepest_level_can_be_answered(view, site, quarrel):
    rows = comments(site, quarrel)
    deepest = next(
        row for row in rows if row["depth"] == DEEPEST_ANSWERED and row["status"] == "approved"
    )
    page, body = view.reader(), f"Enough of this, {view.scene}"
    page.goto(f"{quarrel['path']}comments/{deepest['public_id']}/")
    last = page.locator(".thread > .depth-4").first
    assert last.get_by_role("link", name="Reply").count() == 0
    item = page.locator(f"#comment-{deepest['public_id']}")
    press(item.get_by_role("link", name=f"Reply to {deepest['author_name']}"))
    assert page.get_by_text(f"{deepest['author_name']} wrote:").is_visible()
    view.shot(page, "answer")
    write_comment(page, body)
    row = site.wait_for(body, status="pending", screened="ham")
    assert (row["parent_id"], row["depth"]) == (deepest["id"], DEEPEST_ANSWERED + 1)
    own = page.locator(f"#comment-{row['public_id']}")
    expect(own).to_be_in_viewport()
    assert "Saved. A moderator reads every comment" in own.inner_text()


@pytest.mark.parametrize("view", [("phone", "script")], ids="-".join, indirect=True)
def test_the_quarrel_has_no_barrier(view, quarrel):
    page = view.reader()
    page.goto(quarrel["path"])
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_quarrel_is_answered_fast(site, quarrel):
    """Twice: made by the site, and kept. The number of queries is pinned in test_queries.py."""
    site.python(
        "from blog.cache import versions; from blog.transactions import writing\n"
        f"with writing() as scopes: scopes.add(versions.of_post({quarrel['id']}))"
    )
    started = time.monotonic()
    made = site.get(quarrel["path"])
    assert time.monotonic() - started < 2
    assert site.get(quarrel["path"]) == made
    assert len(made.encode()) < 400_000
