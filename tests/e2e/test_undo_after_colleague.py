"""A moderator takes many decisions back; what a colleague decided since stays and is named."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, press_more


def waiting_comments(site, path: str, scene: str) -> list[int]:
    code = (
        "from blog.models import Post; from tests.factories import make_comment;"
        f"post = Post.objects.get(path={path!r});"
        f"print(*(make_comment(post, body=f'{{n}} of three, {scene}').public_id for n in range(3)))"
    )
    return [int(pk) for pk in site.python(code).split()]


def statuses(site, ids) -> list[str]:
    status = "SELECT status FROM comments_comment WHERE public_id = ?"
    return [site.rows(status, pk)[0]["status"] for pk in ids]


def test_undo_after_colleague(view, site):
    ids = waiting_comments(site, site.make_post(), view.scene)
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    for pk in ids:
        mo.locator(f"#comment-{pk} .pick").click()
    mo.locator("#bulk").get_by_role("button", name="Trash").click()
    expect(mo.get_by_text("moved to trash").first).to_be_visible()
    assert statuses(site, ids) == ["trash"] * 3

    edith = view.staff("edith")
    edith.goto(f"/moderation/{ids[1]}/history/")
    press(edith.get_by_role("button", name="Approve"))
    assert statuses(site, ids) == ["trash", "approved", "trash"]

    # What has left the house meanwhile comes back by no undo.
    mo.goto(f"/moderation/{ids[2]}/history/")
    press_more(mo.locator(f"#comment-{ids[2]}"), "Write to the commenter")
    mo.get_by_label("Your words").fill("It was too late for this one.")
    press(mo.get_by_role("button", name="Send"))
    to = site.rows("SELECT author_email FROM comments_comment WHERE public_id = ?", ids[2])[0]
    site.wait_for_mail(to["author_email"], error="", closed_at=None)

    # Days later, and no notice with a button stands anywhere any more.
    site.pass_time(5 * 86_400)
    mo.goto(f"/moderation/{ids[0]}/history/")
    view.shot(mo, "history")
    press(mo.get_by_role("button", name="(all 3)"))
    said = mo.locator("main").inner_text()
    assert "2 comments put back. 1 mail was sent." in said
    assert "Edith approved the comment by " in said
    view.shot(mo, "left")
    assert statuses(site, ids) == ["pending", "approved", "pending"]
    batches = site.rows(
        "SELECT DISTINCT batch, reason FROM comments_decision WHERE reason = 'undo' AND comment_id"
        " IN (SELECT id FROM comments_comment WHERE public_id IN (?, ?, ?))",
        *ids,
    )
    assert len(batches) == 1
    press(mo.get_by_role("link", name="History of the comment by"))
    expect(mo.get_by_text("Edith took it out of the trash and approved it")).to_be_visible()
