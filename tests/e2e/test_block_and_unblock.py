"""A troll is blocked in one page with all that waits from them, and let in again from a card; and
two people change the policy at a time."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, press_more
from tests.e2e.test_every_page import assert_accessible


def looked_at(view, page, name: str) -> None:
    """Its picture, by day and by night, and what axe says of it."""
    for scheme in ("dark", "light"):
        page.emulate_media(color_scheme=scheme)
        view.shot(page, f"{name}-{scheme}")
    assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
    if view.script:
        assert_accessible(page, name)


def test_troll_blocked_with_all_that_waits(view, site):
    troll = f"troll-{view.scene}@example.net".replace("[", "-").replace("]", "").lower()
    pk = site.python(
        "from tests.factories import make_comment, make_post; post = make_post();"
        f"fields = {{'author_email': {troll!r}, 'body': 'You are all asleep.'}};"
        "make_comment(post, status='approved', **fields);"
        "print([make_comment(post, **fields) for _n in range(3)][0].public_id)"
    )
    mo, queue = view.staff("mo"), f"/moderation/?author={troll}"
    mo.goto(queue)
    press_more(mo.locator(f"#comment-{pk}"), "Block the author")
    box = mo.get_by_label(f"Also mark the 3 waiting comments from {troll} as spam")
    expect(box).not_to_be_checked()
    assert "Not touched: 1 published comment." in mo.locator("main").inner_text()
    box.check()
    looked_at(view, mo, "block")
    press(mo.get_by_role("button", name="Block this author"))
    expect(mo.get_by_text("3 comments marked as spam.")).to_be_visible()
    statuses = site.rows("SELECT status FROM comments_comment WHERE author_email = ?", troll)
    assert sorted(row["status"] for row in statuses) == ["approved"] + ["spam"] * 3
    press(mo.get_by_role("button", name="Undo").first)

    mo.goto(queue)
    looked_at(view, mo, "blocked")
    press(mo.locator(f"#comment-{pk}").get_by_role("link", name="Author blocked"))
    assert mo.url.endswith("#line")
    looked_at(view, mo, "line")
    press(mo.get_by_role("button", name="Unblock: take this line out"))
    assert mo.url.startswith(f"{site.url}{queue.split('=')[0]}")
    expect(mo.get_by_text(f"Unblocked: {troll}.")).to_be_visible()
    assert mo.get_by_text("Author blocked").count() == 0


def test_policy_changed_by_two_at_a_time(view, site):
    site.python(
        "from comments.models import Policy; Policy.change({'hold_words': 'casino'}, by=None)"
    )
    mo, edith = view.staff("mo"), view.staff("edith")
    for person in (mo, edith):
        person.goto("/moderation/policy/")
    edith.get_by_label("Words that mark a comment").fill("*casino\nbingo")
    edith.get_by_label("Links that mark a comment").fill("5")
    press(edith.get_by_role("button", name="Save policy"))
    mo.get_by_label("Words that mark a comment").fill("casino*\npoker")
    press(mo.get_by_role("button", name="Save policy"))
    alert = mo.get_by_role("alert")
    expect(alert).to_contain_text("Edith changed “casino” to “*casino”, you to “casino*”.")
    looked_at(view, mo, "both")
    expect(mo.get_by_label("Words that mark a comment")).to_have_value("casino*\nbingo\npoker")
    expect(mo.get_by_label("Links that mark a comment")).to_have_value("5")
    press(mo.get_by_role("button", name="Save policy"))
    expect(mo.get_by_text("The policy is saved.")).to_be_visible()
    (row,) = site.rows("SELECT hold_words, link_limit FROM comments_policy")
    assert (row["hold_words"].split(), row["link_limit"]) == (["casino*", "bingo", "poker"], 5)

    mo.get_by_label("Words that mark a comment").fill("press\n*oo*\nbook")
    mo.locator("[name=try-body]").fill("A b<b></b>ook on WordPress, good ｂｏｏｋ.")
    press(mo.get_by_role("button", name="Try it"))
    looked_at(view, mo, "stars")
    site.python(
        "from comments.models import Policy;"
        "Policy.change({'hold_words': '', 'link_limit': 2}, by=None)"
    )
