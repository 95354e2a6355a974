"""An author takes a published comment back; the answers to it stay."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, write_comment

GONE = "Comment withdrawn by its author"


def publish(view, site, path: str, body: str):
    """A page of the reader who wrote it, and the row."""
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="ham", status="pending")
    press(
        reader.locator(f"#comment-{row['public_id']}").get_by_role(
            "link", name="Status of your comment"
        )
    )
    site.python(
        "from comments.models import Comment; from tests.factories import moderator;"
        f"Comment.objects.get(pk={row['id']}).approve(by=moderator())"
    )
    return reader, row


def test_withdraw_published(view, site):
    path, body = site.make_post(), f"I wish I had not said that, {view.scene}"
    reader, row = publish(view, site, path, body)
    site.python(
        "from comments.models import Comment; from tests.factories import make_comment;"
        f"make_comment(parent=Comment.objects.get(pk={row['id']}), status='approved',"
        "body='I answer all the same.')"
    )
    reader.reload()
    assert "Published. See it in the discussion." in reader.locator("main").inner_text()
    stranger = view.reader()
    stranger.goto(path)
    expect(stranger.get_by_text(body)).to_be_visible()

    reader.get_by_text("Withdraw it", exact=True).click()
    view.shot(reader, "asks")
    press(reader.get_by_role("button", name="Withdraw this comment"))
    said = reader.locator("main").inner_text()
    assert "You withdrew this comment." in said and body not in said
    view.shot(reader, "withdrawn")

    stranger.goto(path)
    assert body not in stranger.content()
    expect(stranger.get_by_text(GONE)).to_be_visible()
    expect(stranger.get_by_text("I answer all the same.")).to_be_visible()
    view.shot(stranger, "discussion")
    found = site.rows("SELECT * FROM comments_comment WHERE id = ?", row["id"])[0]
    assert (found["status"], found["body"], found["submission"]) == ("trash", "", None)
    assert found["withdrawn_at"]
    last = site.rows(
        "SELECT * FROM comments_decision WHERE comment_id = ? ORDER BY id DESC", row["id"]
    )[0]
    assert (last["reason"], last["new_status"], last["by_id"]) == ("withdrawn", "trash", None)

    mo = view.staff("mo")
    mo.goto(f"/moderation/{row['public_id']}/history/")
    expect(mo.get_by_text("Its author withdrew it")).to_be_visible()
    assert mo.get_by_role("button", name="Approve").count() == 0
    view.shot(mo, "history")


def test_edit_while_it_waits(view, site):
    path, body = site.make_post(), f"It was at for o'clock, {view.scene}"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="ham", status="pending")
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    card = mo.locator(f"#comment-{row['public_id']}")
    expect(card.get_by_text(body)).to_be_visible()

    press(
        reader.locator(f"#comment-{row['public_id']}").get_by_role(
            "link", name="Status of your comment"
        )
    )
    reader.get_by_text("Edit it", exact=True).click()
    view.shot(reader, "edits")
    reader.locator("[name=body]").fill(body.replace("for", "four"))
    press(reader.get_by_role("button", name="Save the new text"))
    assert "four o'clock" in reader.locator("article").inner_text()

    card.get_by_role("button", name="Approve").click()
    expect(mo.get_by_text("was edited by its author").first).to_be_visible()
    view.shot(mo, "too-late")
    assert site.comment("four o'clock, " + view.scene)["status"] == "pending"
    press(mo.get_by_role("link", name="History").first)
    assert "four o'clock" in mo.locator(f"#comment-{row['public_id']}").inner_text()
    site.wait_for("four o'clock, " + view.scene, screened="ham")
    assert "edit" in [call.fields.get("recheck_reason") for call in site.akismet.calls]
