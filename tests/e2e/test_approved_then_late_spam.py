"""Approved unchecked; the verdict comes late: it overrides nobody and is looked at again."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, write_comment


def test_approved_then_late_spam(view, site):
    path, body = site.make_post(), f"Late, but a casino all the same, {view.scene}"
    site.akismet.mode = "down"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="unavailable")
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    card = mo.locator(f"#comment-{row['public_id']}")
    card.get_by_role("button", name="Approve unchecked").click()
    site.wait_for(body, status="approved")

    site.akismet.mode = None
    site.pass_time(60)
    site.sweep()
    row = site.wait_for(body, screened="spam", status="approved")
    assert view.scene in site.get(path)
    mo.goto("/moderation/?tab=second-look&sort=newest")
    expect(card).to_contain_text("said: spam")
    view.shot(mo, "second-look")
    mo.goto(f"/moderation/{row['public_id']}/history/")
    expect(mo.locator("main")).to_contain_text("Mo approved it (without an answer from Akismet)")
    mo.goto("/moderation/?tab=second-look&sort=newest")
    card.get_by_role("button", name="Spam").click()
    site.wait_for(body, status="spam")
    assert view.scene not in site.get(path)
    decisions = site.rows(
        "SELECT new_status, by_a_person FROM comments_decision WHERE comment_id = ? ORDER BY id",
        row["id"],
    )
    found = [(d["new_status"], d["by_a_person"]) for d in decisions]
    assert found == [("pending", 0), ("approved", 1), ("spam", 1)]
    # Akismet thinks so already: there is nothing to tell it.
    site.pass_time(61)
    site.sweep()
    site.wait_for(body, believed="spam")
    assert not [c for c in site.akismet.calls if "submit" in c.path and body in str(c.pairs)]
    press(mo.get_by_role("link", name="Second look"))
    expect(mo.locator(f"#comment-{row['public_id']}")).to_have_count(0)
