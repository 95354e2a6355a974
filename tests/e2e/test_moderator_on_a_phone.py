"""A moderator signs in, lands in the queue, sees why a comment is held, and decides."""

from playwright.sync_api import expect

from tests.e2e.conftest import write_comment


def test_moderator_on_a_phone(view, site):
    path = site.make_post(title="The ferry that was sold")
    body = f"See https://one.example.org/ and https://two.example.org/ {view.scene}"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="ham")

    mo = view.sign_in("mo")
    assert mo.url == f"{site.url}/moderation/"
    mo.goto("/moderation/?sort=newest")
    card = mo.locator(f"#comment-{row['id']}")
    view.shot(mo, "queue")
    assert "Held because" in card.inner_text()
    assert "2 links" in card.inner_text()
    assert card.locator("mark").count() >= 2
    assert "The ferry that was sold" in card.inner_text()
    assert mo.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
    button = card.get_by_role("button", name="Approve")
    assert button.bounding_box()["height"] >= (44 if view.phone else 24)
    button.click()
    expect(mo.get_by_text("approved").first).to_be_visible()
    row = site.wait_for(body, status="approved")
    assert row["version"] == 2
    stranger = view.reader()
    stranger.goto(path)
    assert stranger.locator(f"#comment-{row['id']}").is_visible()
    assert "nofollow" in stranger.get_by_role(
        "link", name="https://one.example.org/"
    ).get_attribute("rel")

    mo.goto(f"/moderation/{row['id']}/history/")
    assert "Mo approved it" in mo.locator("main").inner_text()


def test_undo_after_a_slip(view, site):
    path, body = site.make_post(), f"Please do not trash me, {view.scene}"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="ham")
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    mo.locator(f"#comment-{row['id']}").get_by_role("button", name="Trash").click()
    site.wait_for(body, status="trash")
    mo.get_by_role("button", name="Undo").first.click()
    assert site.wait_for(body, status="pending")["version"] == 3


def test_several_at_once(view, site):
    path = site.make_post()
    bodies = [f"One of three, number {n}, {view.scene}" for n in range(3)]
    for body in bodies:
        reader = view.reader()
        reader.goto(path)
        write_comment(reader, body)
        site.wait_for(body, screened="ham")
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    for body in bodies:
        mo.locator(f"#comment-{site.comment(body)['id']} [name=row][type=checkbox]").check()
    mo.locator("#bulk button[value=spam]").click()
    for body in bodies:
        site.wait_for(body, status="spam")
    ids = [site.comment(body)["id"] for body in bodies]
    batches = site.rows(
        "SELECT DISTINCT batch FROM comments_decision WHERE comment_id IN (?, ?, ?)"
        " AND batch IS NOT NULL",
        *ids,
    )
    mo.get_by_role("button", name="Undo").first.click()
    for body in bodies:
        site.wait_for(body, status="pending")
    assert len(batches) == 1
