"""Many at once: those that are selected, all from an author, all the spam; and the way back."""

from playwright.sync_api import expect

from tests.e2e.conftest import open_room, press, press_more
from tests.e2e.test_every_page import assert_accessible


def made(site, path: str, count: int, **fields) -> list[int]:
    code = (
        "from blog.models import Post; from tests.factories import make_comment;"
        f"post = Post.objects.get(path={path!r});"
        f"print(*(make_comment(post, **{fields!r}).public_id for n in range({count})))"
    )
    return [int(pk) for pk in site.python(code).split()]


def statuses(site, ids) -> list[str]:
    found = [site.rows("SELECT status FROM comments_comment WHERE public_id = ?", pk) for pk in ids]
    return [rows[0]["status"] if rows else "gone" for rows in found]


def batches(site, ids, status: str) -> set:
    return {
        row["batch"]
        for pk in ids
        for row in site.rows(
            "SELECT batch FROM comments_decision WHERE new_status = ? AND batch IS NOT NULL"
            " AND comment_id = (SELECT id FROM comments_comment WHERE public_id = ?)",
            status,
            pk,
        )
    }


def check(view, page, name: str) -> None:
    view.shot(page, name)
    if view.script:
        assert_accessible(page, name)
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]


def test_bulk_and_undo(view, site):
    site.forget_comments()
    path, email = site.make_post(), f"spammer{len(view.scene)}@example.net"
    ids = made(site, path, 3, author_email=email, body="Cheap tram tickets, today only.")
    others = made(site, path, 2)

    mo = view.staff("mo")
    mo.goto("/moderation/")
    for pk in others:
        mo.locator(f"#comment-{pk} .pick").click()
    mo.locator("#bulk").get_by_role("button", name="Trash").click()
    expect(mo.get_by_text("moved to trash").first).to_be_visible()
    site.wait_until(lambda: statuses(site, others) == ["trash"] * 2)

    mo.goto("/moderation/")
    # Sent after the page was made.
    (late,) = made(site, path, 1, author_email=email)
    press_more(mo.locator(f"#comment-{ids[0]}"), "More like this")
    check(view, mo, "like")
    way = mo.get_by_role("link", name=f"from the e-mail address {email}")
    assert way.inner_text().startswith("3 ")
    press(way)
    check(view, mo, "preview")
    said = mo.locator("main").inner_text()
    assert "3 comments in Pending" in said
    assert "Cheap tram tickets, today only." in said
    assert "3 comments go to Spam; a minute later Akismet is told, where it was asked." in said
    assert statuses(site, ids) == ["pending"] * 3
    press(mo.get_by_role("button", name="Spam"))
    assert "3 comments marked as spam." in mo.locator(".notice[role=status]").inner_text()
    check(view, mo, "notice")
    assert statuses(site, [*ids, late]) == ["spam"] * 3 + ["pending"]
    assert len(batches(site, ids, "spam")) == 1

    press(mo.locator(".notice[role=status]").get_by_role("button", name="Undo"))
    assert "3 comments put back." in mo.locator(".notice[role=status]").inner_text()
    assert statuses(site, ids) == ["pending"] * 3
    if view.script:  # What was undone is not done again by the same key.
        mo.keyboard.press("z")
        expect(mo.locator("#live")).to_have_text("Nothing to undo.")

    open_room(mo, "What I did")
    check(view, mo, "what-i-did")
    rows = mo.locator("ol.presses > li")
    expect(rows.nth(0)).to_contain_text("You put 3 comments back to Pending.")
    expect(rows.nth(1)).to_contain_text("You marked 3 comments as spam.")
    expect(rows.nth(1)).to_contain_text("Undone by Mo, ")
    expect(rows.nth(2)).to_contain_text("You moved 2 comments to trash.")
    press(rows.nth(0).get_by_role("button", name="Mark as spam again (all 3)"))
    assert statuses(site, ids) == ["spam"] * 3
    # A week later it is taken back all the same.
    site.pass_time(7 * 86_400)
    mo.reload()
    press(rows.nth(0).get_by_role("button", name="Back to Pending (all 3)"))
    assert statuses(site, ids) == ["pending"] * 3
    press(rows.filter(has_text="You moved 2 comments to trash.").get_by_role("button", name="Undo"))
    assert statuses(site, others) == ["pending"] * 2
    expect(rows.filter(has_text="You moved 2 comments to trash.")).to_contain_text("Undone by Mo")


def test_a_colleague_was_faster_with_one_of_them(view, site):
    site.forget_comments()
    path = site.make_post()
    ids = made(site, path, 3, network="198.51.100.0/24")
    mo = view.staff("mo")
    mo.goto("/moderation/")
    press_more(mo.locator(f"#comment-{ids[0]}"), "More like this")
    press(mo.get_by_role("link", name="from the network 198.51.100.0/24"))
    edith = view.staff("edith")
    edith.goto(f"/moderation/{ids[1]}/history/")
    press(edith.get_by_role("button", name="Approve"))
    press(mo.get_by_role("button", name="Trash"))
    said = mo.locator(".notice[role=status]").inner_text()
    assert "2 comments moved to trash." in said and "Left unchanged" in said
    assert "Edith approved the comment by " in said
    view.shot(mo, "left")
    assert statuses(site, ids) == ["trash", "approved", "trash"]

    open_room(mo, "What I did")
    row = mo.locator("ol.presses > li").first
    expect(row).to_contain_text("You moved 2 comments to trash.")
    expect(row).to_contain_text("Still stands.")


def test_empty_spam_leaves_what_came_after(view, site):
    site.forget_comments()
    path = site.make_post()
    old, (answered,) = made(site, path, 2, status="spam"), made(site, path, 1, status="spam")
    (back,) = made(site, path, 1, status="spam")
    site.python(
        "from comments.models import Comment; from tests.factories import make_comment;"
        f"make_comment(parent=Comment.objects.get(public_id={answered}), status='approved')"
    )
    mo = view.staff("mo")
    mo.goto("/moderation/?tab=spam")
    view.shot(mo, "spam")
    press(mo.get_by_role("link", name="Empty spam"))
    check(view, mo, "confirm")
    assert statuses(site, [*old, answered, back]) == ["spam"] * 4
    said = mo.locator("main").inner_text()
    assert "Delete 4 comments that were spam at " in said
    assert "They are deleted for ever, at once. Nobody can take that back" in said

    # While the page is read one comes in, and a colleague restores one.
    (new,) = made(site, path, 1, status="spam")
    edith = view.staff("edith")
    edith.goto(f"/moderation/{back}/history/")
    press(edith.get_by_role("button", name="Restore"))
    press(mo.get_by_role("button", name="Delete 4 comments that were spam at "))
    check(view, mo, "emptied")
    said = mo.locator(".notice[role=status]").inner_text()
    assert "2 comments deleted for ever." in said
    assert "1 has replies: its empty place in the thread stays." in said
    assert mo.locator(".notice[role=status] button").count() == 0
    assert statuses(site, [*old, answered, back, new]) == ["gone"] * 2 + ["spam", "pending", "spam"]
    (row,) = site.rows("SELECT * FROM comments_comment WHERE public_id = ?", answered)
    assert row["body"] == row["author_email"] == "" and row["emptied_at"]
    assert mo.locator(f"#comment-{new}").is_visible()
    assert mo.locator(".card").count() == 1
