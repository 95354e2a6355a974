"""A reader reports a comment; a moderator looks again, keeps it, and keeps another as evidence."""

from playwright.sync_api import expect

from tests.e2e.conftest import press, press_more
from tests.e2e.waiting_room import decisions


def public_comment(site, path: str, body: str) -> int:
    code = (
        "from blog.models import Post; from tests.factories import make_comment;"
        f"post = Post.objects.get(path={path!r});"
        f"print(make_comment(post, status='approved', body={body!r}).public_id)"
    )
    return int(site.python(code))


def test_report_and_keep(view, site):
    path, body = site.make_post(), f"Only fools wait for that tram, {view.scene}"
    pk = public_comment(site, path, body)
    reader = view.reader()
    reader.goto(path)
    press(reader.locator(f"#comment-{pk}").get_by_role("link", name="Report"))
    expect(reader.get_by_text(body)).to_be_visible()
    reader.get_by_label("What is wrong with it?").fill("It calls us fools.")
    view.shot(reader, "form")
    press(reader.get_by_role("button", name="Report this comment"))
    said = reader.locator("main").inner_text()
    assert "Thank you: a moderator will look at this comment again." in said
    view.shot(reader, "thanks")
    press(reader.get_by_role("link", name="Back to the discussion"))
    expect(reader.get_by_text(body)).to_be_visible()

    mo = view.staff("mo")
    mo.goto("/moderation/?tab=reported")
    card = mo.locator(f"#comment-{pk}")
    assert "reported by a reader: “It calls us fools.”" in card.inner_text()
    view.shot(mo, "reported")
    press_more(card, "Keep as evidence")
    mo.get_by_label("Why is it kept?").fill("The author asked.")
    press(mo.get_by_role("button", name="Keep as evidence"))
    expect(mo.get_by_text("Mo kept it as evidence:")).to_be_visible()
    view.shot(mo, "evidence")

    mo.goto("/moderation/?tab=reported")
    assert "Kept as evidence: The author asked." in card.inner_text()
    card.get_by_role("button", name="Keep: comment by").click()
    expect(mo.get_by_text("kept.").first).to_be_visible()
    view.shot(mo, "kept")
    mo.goto("/moderation/?tab=reported")
    assert mo.locator(f"#comment-{pk}").count() == 0
    row = site.comment(body)
    assert (row["status"], row["kept_because"]) == ("approved", "The author asked.")
    last = decisions(site, [pk])[-1]
    assert (last["reason"], last["old_status"], last["new_status"]) == (
        "keep",
        "approved",
        "approved",
    )
    (report,) = site.rows("SELECT * FROM comments_report WHERE comment_id = ?", row["id"])
    assert report["words"] == "It calls us fools."

    mo.goto(f"/moderation/{pk}/history/")
    press(mo.get_by_role("button", name="Release"))
    assert site.comment(body)["kept_because"] == ""
