"""A moderator signs in, lands in the queue, sees why a comment is held, and decides."""

from playwright.sync_api import expect

from tests.e2e.conftest import write_comment
from tests.e2e.waiting_room import decisions


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
    card = mo.locator(f"#comment-{row['public_id']}")
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
    site.wait_for(body, status="approved")
    assert_moved(site, row, 1)
    stranger = view.reader()
    stranger.goto(path)
    assert stranger.locator(f"#comment-{row['public_id']}").is_visible()
    assert "nofollow" in stranger.get_by_role(
        "link", name="https://one.example.org/"
    ).get_attribute("rel")

    mo.goto(f"/moderation/{row['public_id']}/history/")
    assert "Mo approved it" in mo.locator("main").inner_text()


def test_undo_after_a_slip(view, site):
    path, body = site.make_post(), f"Please do not trash me, {view.scene}"
    reader = view.reader()
    reader.goto(path)
    write_comment(reader, body)
    row = site.wait_for(body, screened="ham")
    mo = view.staff("mo")
    mo.goto("/moderation/?sort=newest")
    mo.locator(f"#comment-{row['public_id']}").get_by_role("button", name="Trash").click()
    site.wait_for(body, status="trash")
    mo.get_by_role("button", name="Undo").first.click()
    site.wait_for(body, status="pending")
    assert_moved(site, row, 2)


def assert_moved(site, row: dict, times: int) -> None:
    """So often since `row` was read, each time from the version that the last one left."""
    moves = decisions(site, [row["public_id"]])
    versions = [row["version"], *(move["new_version"] for move in moves)]
    assert [move["old_version"] for move in moves] == versions[:-1]
    assert len(set(versions)) == times + 1
    assert site.comment(row["body"])["version"] == versions[-1]


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
        mo.locator(f"#comment-{site.comment(body)['public_id']} [name=row][type=checkbox]").check()
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
