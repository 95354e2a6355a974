"""A moderator reads a hundred comments and decides by single keys, ten of them wrongly at first.

PACE is how long a comment is read, in seconds; PACE=2 is a person's.
"""

import os
import time

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import VIEWS, run_axe
from tests.e2e.waiting_room import card, decisions, statuses, wait

PACE = float(os.environ.get("PACE", 0.2))
MANY, TEN_MINUTES = 100, 600
KINDS = [
    ("I was on that bridge too. Nobody got in, and the lights were off.", "a", "approved"),
    ("Cheap watches and pills, see https://pills.example.org/ today!", "s", "spam"),
    ("You are an idiot, and so is everybody who writes here.", "d", "trash"),
    ("Thank you. The timetable of 1911 hangs in the station, in a frame.", "a", "approved"),
]
WRONG = {"a": "d", "s": "a", "d": "s"}
by_keyboard = pytest.mark.parametrize("view", [("desktop", "script")], ids="-".join, indirect=True)


@pytest.fixture
def waiting(site, view) -> list[int]:
    site.forget_comments()
    return wait(site, [f"{KINDS[n % 4][0]} No. {n}" for n in range(MANY)])


def read(page) -> tuple[int, str]:
    """The comment that is open under the moderator's hands, and what is to be done with it."""
    current = page.locator(".card.current")
    expect(current.locator(".body")).to_be_visible()
    said = current.locator(".body").inner_text()
    assert current.evaluate("card => card === document.activeElement")
    place = current.bounding_box()
    assert place["y"] + place["height"] > 0 and place["y"] < VIEWS["desktop"]["height"]
    time.sleep(PACE)
    (key,) = {key for text, key, _status in KINDS if said.startswith(text[:20])}
    return int(current.get_attribute("data-id")), key


@by_keyboard
def test_hundred_by_keyboard(view, site, waiting):
    page = view.staff("mo")
    page.goto("/moderation/")
    expect(page.locator(".card")).to_have_count(40)
    page.evaluate("window.isStillHere = true")
    start = time.monotonic()
    page.keyboard.press("j")
    noticed_late = []
    for n in range(MANY):
        pk, key = read(page)
        if n % 10 != 3:
            page.keyboard.press(key)
        elif n % 20 == 3:  # noticed at once
            page.keyboard.press(WRONG[key])
            page.keyboard.press("z")
            expect(page.locator(".card.current .body")).to_be_visible()
            assert read(page) == (pk, key)
            page.keyboard.press(key)
        else:
            page.keyboard.press(WRONG[key])
            noticed_late.append((pk, key))
        expect(card(page, pk).locator(".body")).to_be_hidden()
    for pk, key in noticed_late:
        card(page, pk).get_by_role("button", name="Undo").focus()
        page.keyboard.press("Enter")
        assert read(page) == (pk, key)
        page.keyboard.press(key)
    expect(page.locator(".outcome.sending")).to_have_count(0)
    took = time.monotonic() - start
    print(f"\n{MANY} comments at {PACE} s each: {took:.0f} s")

    assert took < TEN_MINUTES
    meant = {pk: KINDS[n % 4][2] for n, pk in enumerate(waiting)}
    assert statuses(site, waiting) == meant
    rows = decisions(site, waiting)
    assert len(rows) == MANY + 2 * 10
    assert sum(row["reason"] == "undo" for row in rows) == 10
    assert page.evaluate("window.isStillHere")
    expect(page.locator(".card")).to_have_count(MANY)
    expect(page.get_by_text("Everything on this page is decided.")).to_be_visible()
    expect(page.locator(".tabs [data-tab=pending] b")).to_have_text("0")
    expect(page.locator(".tabs [data-tab=approved] b")).to_have_text("50")
    view.shot(page, "decided")
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()


@by_keyboard
def test_rows_that_leave_are_replaced_before_the_page_is_empty(view, site, waiting):
    page = view.staff("mo")
    page.goto("/moderation/")
    page.keyboard.press("j")
    expect(page.locator(".card")).to_have_count(40)
    for pk in waiting[:19]:
        page.keyboard.press("s")
        expect(card(page, pk).locator(".body")).to_be_hidden()
    assert page.locator(".card").count() == 40
    page.keyboard.press("s")
    expect(page.locator(".card")).to_have_count(60)
    expect(card(page, waiting[20])).to_be_focused()
    shown = page.locator(".card").evaluate_all("cards => cards.map(c => Number(c.dataset.id))")
    assert shown == waiting[:60]


@by_keyboard
def test_the_selection_by_keys(view, site, waiting):
    first, second, third, fourth = waiting[:4]
    page = view.staff("mo")
    page.goto("/moderation/")
    for key in ("j", "x", "j", "j", "x"):
        page.keyboard.press(key)
    expect(page.get_by_text("2 selected:")).to_be_visible()
    page.keyboard.press("Shift+S")
    expect(card(page, third)).to_contain_text("marked as spam.")
    expect(
        card(page, first).get_by_role("button", name="Undo: back to Pending (all 2)")
    ).to_be_visible()
    assert statuses(site, [first, second, third]) == {
        first: "spam",
        second: "pending",
        third: "spam",
    }
    expect(card(page, fourth)).to_be_focused()
    page.keyboard.press("z")
    expect(card(page, third).locator(".body")).to_be_visible()
    assert set(statuses(site, waiting).values()) == {"pending"}
    page.keyboard.press("Shift+X")
    page.keyboard.press("Shift+D")
    site.wait_until(lambda: list(statuses(site, waiting).values()).count("trash") == 40)
    expect(page.locator(".card .body:visible").first).to_be_visible()
    assert len({row["batch"] for row in decisions(site, waiting[1:2])}) == 1


@by_keyboard
def test_a_key_that_means_nothing_here_does_nothing(view, site, waiting):
    first, second = waiting[:2]
    page = view.staff("mo")
    page.goto("/moderation/")
    card(page, first).focus()
    page.keyboard.press("x")
    page.keyboard.press("Shift+U")  # what waits can neither be unapproved nor restored
    expect(card(page, first)).to_be_focused()
    expect(page.get_by_text("1 selected:")).to_be_visible()
    page.keyboard.press("Shift+S")
    expect(card(page, first)).to_contain_text("marked as spam.")
    expect(card(page, second)).to_be_focused()
    page.keyboard.press("k")
    expect(card(page, first)).to_be_focused()
    page.evaluate("window.isStillHere = true")
    for key in "rexasd":  # it is decided, and nothing of it is seen
        page.keyboard.press(key)
    page.keyboard.press("j")
    expect(card(page, second)).to_be_focused()
    assert page.evaluate("window.isStillHere") and page.url.endswith("/moderation/")
    assert [row["new_status"] for row in decisions(site, waiting)] == ["spam"]


@by_keyboard
def test_keys_are_known_can_be_switched_off_and_stay_so(view, site, waiting):
    page = view.staff("mo")
    page.goto("/moderation/")
    page.keyboard.press("?")
    expect(page.get_by_text("next comment")).to_be_visible()
    expect(page.locator("#keys").get_by_text("with the selected comments")).to_be_visible()
    view.shot(page, "keys")
    page.keyboard.press("?")
    expect(page.get_by_text("next comment")).to_be_hidden()
    # A first key leads to the first comment and decides nothing; nor does one out of view.
    page.keyboard.press("s")
    expect(card(page, waiting[0])).to_be_focused()
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.keyboard.press("s")
    expect(card(page, waiting[0])).to_be_in_viewport()
    for keys in ("Control+s", "Alt+s", "Meta+d"):
        page.keyboard.press(keys)
    page.evaluate(
        "document.querySelector('main').insertAdjacentHTML('afterbegin',"
        " '<p><input id=typed><textarea id=long></textarea><b contenteditable id=rich>x</b></p>')"
    )
    for name in ("typed", "long", "rich"):
        page.locator(f"#{name}").click()
        page.keyboard.type("asdz")
    assert page.locator("#typed").input_value() == "asdz"
    assert decisions(site, waiting) == []

    card(page, waiting[0]).focus()
    for key, name in (("r", "to-reply"), ("e", "to-edit")):
        page.evaluate(
            "name => document.querySelector('.card .verbs').insertAdjacentHTML('afterbegin',"
            " `<a class=${name} href=#${name}>${name}</a>`)",
            name,
        )
        page.keyboard.press(key)
        assert page.url.endswith(f"#{name}")

    page.locator("#keys summary").click()
    page.get_by_label("Decide with single keys").uncheck()
    page.reload()
    card(page, waiting[0]).focus()
    page.keyboard.press("s")
    page.locator("#keys summary").click()
    assert not page.get_by_label("Decide with single keys").is_checked()
    page.get_by_label("Decide with single keys").check()
    page.reload()
    card(page, waiting[1]).focus()
    page.keyboard.press("s")
    site.wait_until(lambda: len(decisions(site, waiting)) == 1)
    assert statuses(site, waiting[:2]) == {waiting[0]: "pending", waiting[1]: "spam"}
