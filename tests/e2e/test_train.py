"""On a train: the line goes amid twenty decisions, the tab dies, and all arrive, each once."""

import os

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press, with_script
from tests.e2e.waiting_room import card, decisions, expect_unsent, statuses, wait
from tests.site import PASSWORD

OFFLINE = float(os.environ.get("OFFLINE", 8))
MANY, ARRIVED = 20, 7
VERBS = {"a": "approved", "s": "spam", "d": "trash"}

# It arrives, but nobody hears of it.
LOSES_ONE_ANSWER = """
    const send = window.fetch;
    window.fetch = async (address, options) => {
      const answer = await send(address, options);
      if (!String(address).includes("/decide/") || window.lostStatus) return answer;
      window.lostStatus = answer.status;
      throw new TypeError("the line is gone");
    };
"""


@pytest.fixture
def waiting(site, view) -> list[int]:
    site.forget_comments()
    return wait(site, [f"Carriage {n}, {view.scene}" for n in range(MANY)])


def press_verb(view, page, pk: int, key: str) -> None:
    """By a key, or with a thumb."""
    if not view.phone:
        return page.keyboard.press(key)
    verb = {"a": "approve", "s": "spam", "d": "trash"}[key]
    card(page, pk).locator(f".verbs [value={verb}]").tap()


def kill(page) -> None:
    """A page that closes is online for Playwright at last; a tab that is killed sends nothing."""
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")
    page.close()


def kept(page) -> int:
    return page.evaluate("Object.keys(localStorage).filter(key => /^queue-\\d/.test(key)).length")


@with_script
def test_train(view, site, waiting):
    keys = ["asd"[n % 3] for n in range(MANY)]
    page = view.staff("mo")
    page.goto("/moderation/")
    page.keyboard.press("j")
    for pk, key in zip(waiting[:ARRIVED], keys, strict=False):
        press_verb(view, page, pk, key)
    site.wait_until(lambda: len(decisions(site, waiting)) == ARRIVED)

    page.context.set_offline(True)
    for n, (pk, key) in enumerate(zip(waiting[ARRIVED:], keys[ARRIVED:], strict=True), 1):
        press_verb(view, page, pk, key)
        expect(card(page, pk)).to_contain_text("sending")
        expect_unsent(page, f"{n} not sent")
    page.wait_for_timeout(OFFLINE * 1000)
    left = MANY - ARRIVED
    expect_unsent(page, f"{left} not sent")
    expect_unsent(page, "The server cannot be reached.")
    view.shot(page, "offline")
    assert len(decisions(site, waiting)) == ARRIVED
    assert kept(page) == left
    context = page.context
    kill(page)

    context.set_offline(False)
    page = context.new_page()
    page.goto("/moderation/")
    site.wait_until(lambda: len(decisions(site, waiting)) == MANY)
    expect(page.locator("#unsent")).to_be_hidden()
    expect(page.locator("#live")).to_contain_text("Everything is sent.")
    view.shot(page, "arrived")
    assert kept(page) == 0
    wanted = {pk: VERBS[key] for pk, key in zip(waiting, keys, strict=True)}
    assert statuses(site, waiting) == wanted
    rows = decisions(site, waiting)
    assert [row["public_id"] for row in rows] == waiting
    assert len({row["batch"] for row in rows}) == MANY


@with_script
def test_an_answer_that_is_lost_on_the_way_back_is_asked_for_again(view, site, waiting):
    first, second = waiting[:2]
    page = view.staff("mo")
    page.add_init_script(LOSES_ONE_ANSWER)
    page.goto("/moderation/")
    card(page, first).get_by_role("button", name="Approve").click()
    expect_unsent(page, "1 not sent")
    assert page.evaluate("lostStatus") == 200
    assert statuses(site, [first]) == {first: "approved"}
    card(page, second).get_by_role("button", name="Spam").click()
    expect(card(page, first)).to_contain_text("approved.")
    expect(card(page, second)).to_contain_text("marked as spam.")
    assert [row["public_id"] for row in decisions(site, waiting)] == [first, second]
    card(page, first).get_by_role("button", name="Undo").click()
    expect(card(page, first).get_by_role("button", name="Approve")).to_be_visible()
    assert statuses(site, [first, second]) == {first: "pending", second: "spam"}


@with_script
def test_what_never_left_is_taken_back_without_a_word_to_the_server(view, site, waiting):
    first, second = waiting[:2]
    page = view.staff("mo")
    page.goto("/moderation/")
    page.context.set_offline(True)
    for pk in (first, second):
        card(page, pk).get_by_role("button", name="Trash").click()
    expect_unsent(page, "2 not sent")
    card(page, second).get_by_role("button", name="Undo").click()
    expect_unsent(page, "1 not sent")
    expect(card(page, second).get_by_role("button", name="Trash")).to_be_visible()
    page.context.set_offline(False)
    expect(card(page, first)).to_contain_text("moved to trash.")
    assert [row["public_id"] for row in decisions(site, waiting)] == [first]


@with_script
def test_after_a_new_login_it_is_sent_but_never_by_somebody_else(view, site, waiting):
    first = waiting[0]
    page = view.staff("mo")
    page.goto("/moderation/")
    sessions = page.context.cookies()
    page.context.clear_cookies()
    card(page, first).get_by_role("button", name="Approve").click()
    expect_unsent(page, "1 not sent")
    expect_unsent(page, "You are not signed in any more.")
    view.shot(page, "signed-out")

    press(page.locator("#unsent").get_by_role("link", name="Sign in again"))
    page.get_by_label("Username").fill("edith")
    page.get_by_label("Password").fill(PASSWORD)
    press(page.locator("main form button[type=submit]").first)
    expect(card(page, first).get_by_role("button", name="Approve")).to_be_visible()
    assert kept(page) == 1
    assert decisions(site, [first]) == []

    page.context.clear_cookies()
    page.context.add_cookies(sessions)
    page.goto("/moderation/")
    expect(page.locator("#live")).to_contain_text("Everything is sent.")
    (row,) = decisions(site, [first])
    mo = site.rows("SELECT id FROM blog_user WHERE username = 'mo'")[0]["id"]
    assert (row["new_status"], row["by_id"]) == ("approved", mo)


@with_script
def test_what_a_colleague_decided_meanwhile_is_told_at_the_head(view, site, waiting):
    first = waiting[0]
    page = view.staff("mo")
    page.goto("/moderation/")
    page.context.set_offline(True)
    card(page, first).get_by_role("button", name="Trash").click()
    # What is still on its way when the page closes, the browser sends after all.
    expect_unsent(page, "The server cannot be reached.")
    expect_unsent(page, "1 not sent")
    context = page.context
    kill(page)
    edith = view.staff("edith")
    edith.goto(f"/moderation/{first}/history/")
    press(edith.get_by_role("button", name="Approve"))

    context.set_offline(False)
    page = context.new_page()
    page.goto("/moderation/")
    told = page.get_by_role("group", name="Decided elsewhere")
    expect(told).to_contain_text("Edith approved the comment by")
    assert card(page, first).count() == 0
    view.shot(page, "told")
    assert statuses(site, [first]) == {first: "approved"}
    assert kept(page) == 0
    press(told.get_by_role("link", name="History"))
    expect(page.get_by_text("Edith approved it")).to_be_visible()


@with_script
def test_without_a_store_in_the_browser_it_works_and_warns(view, site, waiting):
    first, second = waiting[:2]
    page = view.staff("mo")
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', { get() { throw new Error('blocked'); } })"
    )
    page.goto("/moderation/")
    card(page, first).get_by_role("button", name="Spam").click()
    expect(card(page, first)).to_contain_text("marked as spam.")
    page.context.set_offline(True)
    card(page, second).get_by_role("button", name="Spam").click()
    expect_unsent(page, "1 not sent")
    warnings = []

    def stay(dialog):
        warnings.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    page.close(run_before_unload=True)
    site.wait_until(lambda: page.evaluate("1") and warnings == ["beforeunload"])
    page.context.set_offline(False)
    expect(card(page, second)).to_contain_text("marked as spam.")
    assert statuses(site, [first, second]) == {first: "spam", second: "spam"}
