"""A quarrel gets out of hand: a moderator edits, answers, blocks, ends the thread, closes the post;
whoever was still typing keeps the text; and the next morning all is opened again."""

import re

from playwright.sync_api import expect

from tests.e2e.conftest import press, write_comment

LATE = "I typed this for ten minutes and want it back"


def test_heated_thread_closed(view, site):
    path = site.make_post(title="Who owns the bench")
    post = site.rows("SELECT * FROM blog_post WHERE path = ?", path)[0]
    scene = view.scene
    first = write(view, site, path, f"The bench is ours, {scene}", name="Ana Reader")
    mo = view.staff("mo")
    approve_from_queue(mo, site, first)

    troll = f"troll{first['id']}@example.net"
    rude = write(
        view, site, path, f"Call me on 555 0100, {scene}", name="Bo", parent=first, email=troll
    )
    edit(view, mo, site, rude, f"Call me, {scene}")
    reply_and_approve(view, mo, site, rude, f"No telephone numbers please, {scene}")
    block_author(view, mo, site, rude, troll)
    site.pass_time(60)  # or the second comes too fast
    again = write(view, site, path, f"You cannot stop me, {scene}", name="Bo", email=troll)
    assert again["status"] == "spam" and "author" in again["held_because"]

    late = view.reader()
    late.goto(path)
    press(late.locator(f"#comment-{first['public_id']}").get_by_role("link", name="Reply"))
    fill(late, LATE)
    end_thread(view, mo, site, path, first)
    press(late.get_by_role("button", name="Post Comment"))
    expect(late.get_by_role("alert")).to_contain_text("No more replies in this thread.")
    expect(late.locator("[name=body]")).to_have_value(LATE)
    view.shot(late, "late")

    later = view.reader()
    later.goto(path)
    assert "No more replies in this thread." in later.locator(".thread").inner_text()
    assert later.locator(".thread").get_by_role("link", name="Reply").count() == 0
    fill(later, LATE)
    close_post(view, mo, site, path, post)
    press(later.get_by_role("button", name="Post Comment"))
    expect(later.get_by_role("alert")).to_contain_text("Comments on this post are closed.")
    expect(later.locator("[name=body]")).to_have_value(LATE)
    assert not site.rows("SELECT id FROM comments_comment WHERE body = ?", LATE)

    open_again(mo, site, path, post, first)
    calm = write(view, site, path, f"Good morning, {scene}", name="Cy Calm", parent=first)
    assert calm["status"] == "pending"
    assert_all_of_it_is_written_down(site, post, first)


def write(view, site, path, body, *, name, parent=None, email=""):
    """By a reader in a browser of their own; the row, once it was checked."""
    page = view.reader()
    page.goto(path)
    if parent:
        press(
            page.locator(f"#comment-{parent['public_id']}").get_by_role("link", name="Reply").first
        )
    write_comment(page, body, name=name, email=email)
    return site.wait_for(body, screened="ham")


def fill(page, body) -> None:
    page.locator("[name=body]").fill(body)
    page.locator("[name=name]").fill("Late Lou")
    page.locator("[name=email]").fill("lou@example.net")


def card(mo, row):
    """The card in the queue, with what else can be done unfolded."""
    mo.goto("/moderation/?sort=newest")
    found = mo.locator(f"#comment-{row['public_id']}")
    found.locator(".more-ways summary").click()
    expect(found.locator(".to-edit")).to_be_visible()
    return found


def approve_from_queue(mo, site, row) -> None:
    mo.goto("/moderation/?sort=newest")
    mo.locator(f"#comment-{row['public_id']}").get_by_role("button", name="Approve").click()
    site.wait_for(row["body"], status="approved")


def edit(view, mo, site, row, body) -> None:
    found = card(mo, row)
    view.shot(mo, "queue")
    link = found.locator(".to-edit")
    assert link.bounding_box()["height"] >= (44 if view.phone else 24)
    press(link)
    expect(mo.locator("[name=body]")).to_have_value(row["body"])
    mo.locator("[name=body]").fill(body)
    view.shot(mo, "edit")
    press(mo.get_by_role("button", name="Save", exact=True))
    assert "The comment by Bo is changed." in mo.locator("main").inner_text()
    assert "Edited by Mo, " in mo.locator(f"#comment-{row['public_id']}").inner_text()
    changed = site.wait_for(body, status="pending")
    assert changed["id"] == row["id"] and changed["version"] != row["version"]
    (kept,) = site.rows("SELECT * FROM comments_edit WHERE comment_id = ?", row["id"])
    assert (kept["body"], kept["by_moderator"]) == (row["body"], 1)
    mo.goto(f"/moderation/{row['public_id']}/history/")
    said = mo.locator(".history").inner_text()
    assert "Mo edited it. Before that it said:" in said
    assert row["body"] in said and "After that it said:" in said
    view.shot(mo, "history")


def reply_and_approve(view, mo, site, row, body) -> None:
    link = card(mo, row).locator(".to-reply")
    expect(link).to_contain_text("Reply and approve")
    press(link)
    mo.locator("[name=body]").fill(body)
    view.shot(mo, "reply")
    press(mo.get_by_role("button", name="Reply and approve"))
    assert "The comment by Bo and your reply are published." in mo.locator("main").inner_text()
    made = site.wait_for(body, status="approved")
    assert (made["parent_id"], made["author_name"]) == (row["id"], "Mo")
    (stands,) = site.rows("SELECT * FROM comments_comment WHERE id = ?", row["id"])
    assert stands["status"] == "approved"


def block_author(view, mo, site, row, email) -> None:
    mo.goto(f"/moderation/{row['public_id']}/history/")
    mo.locator(".more-ways summary").click()
    press(mo.get_by_role("link", name="Block the author"))
    said = mo.locator("main").inner_text()
    assert email in said and "1 comment of the last 30 days would have gone to Spam" in said
    assert "Comments that are here already do not change" in said
    view.shot(mo, "block")
    press(mo.get_by_role("button", name="Block this author"))
    assert f"Blocked: {email}." in mo.locator("main").inner_text()
    (policy,) = site.rows("SELECT * FROM comments_policy")
    assert email in policy["addresses"].split("\n")
    mo.goto(f"/moderation/{row['public_id']}/history/")
    assert "Author blocked" in mo.locator(".card").inner_text()


def end_thread(view, mo, site, path, first) -> None:
    """From the public page, where each comment has its way to the queue."""
    mo.goto(path)
    view.shot(mo, "public")
    press(mo.locator(f"#comment-{first['public_id']}").get_by_role("link", name="Moderate").first)
    mo.locator(".more-ways summary").click()
    press(mo.get_by_role("link", name="Close comments or this thread"))
    press(mo.get_by_role("button", name="No more replies in this thread"))
    assert "Mo ended the thread of Ana Reader" in mo.locator("main").inner_text()
    assert site.wait_for(first["body"])["locked_at"]
    view.shot(mo, "closing")


def close_post(view, mo, site, path, post) -> None:
    mo.goto(path)
    press(mo.get_by_role("link", name="Close comments"))
    press(mo.get_by_role("button", name="Close comments on this post"))
    said = mo.locator("main").inner_text()
    assert "Comments on this post are closed." in said
    assert "Mo closed comments on this post" in said
    (row,) = site.rows("SELECT comments_open FROM blog_post WHERE id = ?", post["id"])
    assert row["comments_open"] == 0


def open_again(mo, site, path, post, first) -> None:
    mo.goto(path)
    press(mo.get_by_role("link", name="Open comments again"))
    press(mo.get_by_role("button", name="Open again"))
    assert "Comments on this post are open again." in mo.locator("main").inner_text()
    press(mo.get_by_role("link", name=re.compile(r"^Ana Reader, \d+ \w+ \d{4}, \d\d:\d\d$")))
    press(mo.get_by_role("button", name="Allow replies again"))
    assert "Replies in this thread are allowed again." in mo.locator("main").inner_text()
    (row,) = site.rows("SELECT comments_open FROM blog_post WHERE id = ?", post["id"])
    assert row["comments_open"] == 1


def assert_all_of_it_is_written_down(site, post, first) -> None:
    rows = site.rows(
        "SELECT thread_id, opens, username FROM comments_closing"
        " JOIN blog_user ON blog_user.id = by_id WHERE post_id = ? ORDER BY comments_closing.id",
        post["id"],
    )
    thread = first["id"]
    assert [(row["thread_id"], row["opens"], row["username"]) for row in rows] == [
        (thread, 0, "mo"),
        (None, 0, "mo"),
        (None, 1, "mo"),
        (thread, 1, "mo"),
    ]
