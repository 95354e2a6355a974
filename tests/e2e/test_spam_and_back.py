"""A comment that Akismet calls spam is found by a moderator, and Akismet is told."""

import time

from playwright.sync_api import expect

from tests.e2e.conftest import write_comment


def wait_until_told(site, pk: int) -> bool:
    for _attempt in range(100):
        if site.rows(
            "SELECT 1 FROM comments_decision WHERE comment_id = ? AND feedback_sent_at", pk
        ):
            return True
        time.sleep(0.1)
    return False


def test_spam_and_back(view, site):
    path, body = site.make_post(), f"The casino next to the depot has closed, {view.scene}"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, status="spam")
    reader.reload()
    own = reader.locator(f"#comment-{row['public_id']}")
    assert "Saved, but our spam filter set it aside. A moderator can still publish" in (
        own.inner_text()
    )
    view.shot(reader, "set-aside")

    mo = view.staff("mo")
    mo.goto("/moderation/?tab=spam&sort=newest")
    card = mo.locator(f"#comment-{row['public_id']}")
    assert "The stand-in, not Akismet, said: spam" in card.inner_text()
    view.shot(mo, "spam-tab")
    card.get_by_role("button", name="Approve").click()
    expect(mo.get_by_text("approved").first).to_be_visible()
    assert site.wait_for(body, status="approved")["believed"] == "spam"
    decisions = site.rows(
        "SELECT * FROM comments_decision WHERE comment_id = ? ORDER BY id", row["id"]
    )
    assert [d["new_status"] for d in decisions] == ["pending", "spam", "approved"]
    assert [d["by_a_person"] for d in decisions] == [0, 0, 1]

    site.pass_time(61)
    site.sweep()
    site.wait_for(body, believed="ham")
    assert wait_until_told(site, row["id"])
    calls = [call for call in site.akismet.calls if body in str(call.pairs)]
    assert [call.path for call in calls] == ["/1.1/comment-check", "/1.1/submit-ham"]
    assert set(calls[0].pairs) < set(calls[1].pairs)
    reader.goto(path)
    assert "set it aside" not in reader.content()
    stranger = view.reader()
    stranger.goto(path)
    assert stranger.get_by_text(body).is_visible()
