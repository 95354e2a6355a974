"""A moderator's whole job without JavaScript: by links and forms, on a phone and a desktop."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import VIEWS, open_room, press, write_comment
from tests.e2e.test_bulk_and_undo import made, statuses
from tests.site import PASSWORD

without_script = pytest.mark.parametrize(
    "view", [(device, "no-script") for device in VIEWS], ids="-".join, indirect=True
)


def card(page, pk: int):
    return page.locator(f"#comment-{pk}")


def decide(page, pk: int, button: str, said: str) -> None:
    press(card(page, pk).get_by_role("button", name=f"{button}: comment by "))
    expect(page.locator(".notice[role=status]")).to_contain_text(said)
    assert card(page, pk).count() == 0


def open_tab(page, name: str) -> None:
    press(page.locator(".tabs").get_by_role("link", name=name))
    expect(page.locator(".tabs [aria-current]")).to_contain_text(name)


@without_script
def test_no_script_whole_job(view, site):
    site.forget_comments()
    path = site.make_post(title="The tram that never came")
    reader, body = view.reader(), f"The bell was heard at ten. {view.scene}"
    reader.goto(path)
    write_comment(reader, body)
    first = site.wait_for(body, screened="ham")["public_id"]
    ids = made(site, path, 6, body="Cheap tram tickets.", network="198.51.100.0/24")
    held = made(site, path, 1, held_because=[["links", "2"]])[0]
    lying = made(site, path, 2, status="spam")

    mo = log_in(view, site)
    read(view, mo, first, body, held)
    decide_one_by_one(view, site, mo, path, body, [first, held, *ids])
    decide_several(site, mo, ids)
    take_back(view, site, mo, ids, held)
    act_on_many(view, site, mo, ids)
    empty_spam(view, site, mo, [*ids, *lying], held)
    change_policy(site, mo, view.scene)
    sign_out(mo)
    assert site.comment(body)["status"] == "approved"
    left = site.rows("SELECT public_id FROM comments_comment ORDER BY id")
    assert [row["public_id"] for row in left] == [first, held]


def log_in(view, site):
    mo = view.reader()
    mo.goto("/moderation/")
    mo.get_by_label("Username").fill("mo")
    mo.get_by_label("Password").fill(PASSWORD)
    press(mo.locator("main form button[type=submit]").first)
    assert mo.url == f"{site.url}/moderation/"
    return mo


def read(view, mo, first: int, body: str, held: int) -> None:
    expect(mo.locator(".tabs [aria-current]")).to_contain_text("Pending")
    expect(mo.locator(".tabs [aria-current] b")).to_have_text("8")
    said = card(mo, first).inner_text()
    assert "The tram that never came" in said and body in said
    assert "Every comment waits for a moderator" in said
    assert "The stand-in, not Akismet, said: not spam" in said
    assert "Held because" in card(mo, held).inner_text()
    assert "2 links" in card(mo, held).inner_text()
    view.shot(mo, "queue")
    press(mo.get_by_role("link", name="Newest first"))
    expect(mo.locator(".card").first).to_have_attribute("id", f"comment-{held}")
    open_tab(mo, "Spam")
    expect(mo.locator(".card")).to_have_count(2)
    open_tab(mo, "Pending")


def decide_one_by_one(view, site, mo, path: str, body: str, ids) -> None:
    first, held, one, two, *_others = ids
    decide(mo, first, "Approve", "1 comment approved.")
    stranger = view.reader()
    stranger.goto(path)
    expect(stranger.get_by_text(body)).to_be_visible()
    decide(mo, one, "Spam", "1 comment marked as spam.")
    decide(mo, two, "Trash", "1 comment moved to trash.")
    assert statuses(site, [first, one, two]) == ["approved", "spam", "trash"]

    open_tab(mo, "Approved")
    decide(mo, first, "Unapprove", "1 comment unapproved.")
    stranger.reload()
    assert stranger.get_by_text(body).count() == 0
    open_tab(mo, "Trash")
    decide(mo, two, "Restore", "1 comment restored.")
    open_tab(mo, "Pending")
    press(card(mo, first).get_by_role("link", name="History"))
    said = mo.locator(".history").inner_text()
    assert "Mo approved it" in said and "Mo took it down again (unapproved)" in said
    press(mo.get_by_role("button", name="Undo: back to"))
    expect(mo.locator(".notice[role=status]")).to_contain_text("1 comment put back.")
    assert statuses(site, [first, one, two]) == ["approved", "spam", "pending"]
    open_room(mo, "Moderation queue")


def decide_several(site, mo, ids) -> None:
    for pk in ids[2:4]:
        card(mo, pk).locator(".pick input").check()
    press(mo.locator("#bulk").get_by_role("button", name="Trash"))
    expect(mo.locator(".notice[role=status]")).to_contain_text("2 comments moved to trash.")
    assert statuses(site, ids[2:4]) == ["trash"] * 2


def take_back(view, site, mo, ids, held: int) -> None:
    open_room(mo, "What I did")
    view.shot(mo, "what-i-did")
    rows = mo.locator("ol.presses > li")
    said = rows.locator("b").all_inner_texts()
    assert said == [
        "You moved 2 comments to trash.",
        "You put 1 comment back to Approved.",
        "You restored 1 comment.",
        "You unapproved 1 comment.",
        "You moved 1 comment to trash.",
        "You marked 1 comment as spam.",
        "You approved 1 comment.",
    ]
    press(rows.nth(0).get_by_role("button", name="Undo"))
    expect(mo.locator(".notice[role=status]")).to_contain_text("2 comments put back.")
    press(rows.filter(has_text="You marked 1 comment as spam.").get_by_role("button", name="Undo"))
    expect(mo.locator(".notice[role=status]")).to_contain_text("1 comment put back.")
    assert statuses(site, [*ids, held]) == ["pending"] * 7


def act_on_many(view, site, mo, ids) -> None:
    open_room(mo, "Moderation queue")
    press(mo.get_by_role("link", name="Act on some of them"))
    mo.get_by_label("Network or IP address").fill("tram")
    press(mo.get_by_role("button", name="Show them"))
    expect(mo.get_by_role("alert")).to_contain_text("“tram” is not an IP address or a network.")
    expect(mo.get_by_label("Network or IP address")).to_have_value("tram")
    view.shot(mo, "not-understood")
    mo.get_by_label("Network or IP address").fill("198.51.100.7")
    press(mo.get_by_role("button", name="Show them"))
    view.shot(mo, "many")
    expect(mo.locator("#count")).to_have_text("6 comments in Pending")
    expect(mo.locator("ol.many li")).to_have_count(6)
    press(mo.get_by_role("button", name="Spam"))
    expect(mo.locator(".notice[role=status]")).to_contain_text("6 comments marked as spam.")
    assert statuses(site, ids) == ["spam"] * 6


def empty_spam(view, site, mo, spam, held: int) -> None:
    open_tab(mo, "Spam")
    expect(mo.locator(".tabs [aria-current] b")).to_have_text("8")
    press(mo.get_by_role("link", name="Empty spam"))
    view.shot(mo, "empty")
    press(mo.get_by_role("button", name="Delete 8 comments that were spam at "))
    expect(mo.locator(".notice[role=status]")).to_contain_text("8 comments deleted for ever.")
    expect(mo.get_by_text("No spam. Enjoy the quiet.")).to_be_visible()
    assert statuses(site, [*spam, held]) == ["gone"] * 8 + ["pending"]


def change_policy(site, mo, scene: str) -> None:
    open_room(mo, "Policy")
    words = mo.get_by_label("Words that mark a comment")
    words.fill(f"tickets-{len(scene)}")
    press(mo.get_by_role("button", name="Save policy"))
    expect(mo.get_by_text("The policy is saved.")).to_be_visible()
    (row,) = site.rows("SELECT hold_words FROM comments_policy")
    assert row["hold_words"] == f"tickets-{len(scene)}"
    words.fill("")
    press(mo.get_by_role("button", name="Save policy"))
    assert site.rows("SELECT hold_words FROM comments_policy")[0]["hold_words"] == ""


def sign_out(mo) -> None:
    press(mo.get_by_role("button", name="Sign out"))
    mo.goto("/moderation/")
    expect(mo.get_by_label("Username")).to_be_visible()
