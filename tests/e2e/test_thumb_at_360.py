"""The queue under one thumb: large enough, nothing beside the screen, ten comments by tap."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press
from tests.e2e.test_every_page import assert_accessible
from tests.e2e.waiting_room import card, expect_unsent, statuses, wait

THUMB, LEAST = 44, 24
VERBS = ["approve", "spam", "trash"]
ENDS = {"approve": "approved", "spam": "spam", "trash": "trash"}
on_a_phone = pytest.mark.parametrize(
    "view", [("phone", "script"), ("phone", "no-script")], ids="-".join, indirect=True
)


@pytest.fixture
def waiting(site, view) -> list[int]:
    site.forget_comments()
    name, body = "Maximiliane Unterberger-Vogel", "I was on that bridge, and so was my uncle."
    return wait(site, [f"{body} {n}" for n in range(11)], author_name=name)


def targets(page):
    """What can be touched. Of a box, its label; of a text, not the links in its sentences."""
    for found in page.locator("a, button, summary, select, input:not([type=hidden])").all():
        if not found.is_visible():
            continue
        kind = found.get_attribute("type")
        yield found.locator("xpath=ancestor::label") if kind == "checkbox" else found


def name_of(target) -> str:
    return target.inner_text().strip() or target.get_attribute("name") or "?"


def assert_large_enough(page) -> None:
    for target in targets(page):
        box = target.bounding_box()
        if box["x"] + box["width"] < 0:  # the way past the head, until it is focused
            continue
        is_in_sentence = target.locator("xpath=ancestor::h2 | ancestor::*[@class='body']").count()
        least = LEAST if is_in_sentence else THUMB
        assert box["height"] >= least and box["width"] >= LEAST, (name_of(target), box)


def widest(page) -> float:
    """How far to the right anything reaches, also where no script can be asked."""
    boxes = [found.bounding_box() for found in page.locator("body *:visible").all()]
    return max(box["x"] + box["width"] for box in boxes if box)


BOXES = """(card, verbs) => verbs.map((verb) =>
  card.querySelector(`.verbs [value=${verb}]`).getBoundingClientRect().toJSON())"""


@on_a_phone
def test_thumb_at_360(view, site, waiting):
    mo = view.staff("mo")
    mo.goto("/moderation/")
    assert_large_enough(mo)
    view.shot(mo, "queue")
    for width in (320, 360):
        mo.set_viewport_size({"width": width, "height": 740})
        assert widest(mo) <= width
    for n, pk in enumerate(waiting[:10]):
        buttons = [card(mo, pk).locator(f".verbs [value={name}]") for name in VERBS]
        # In one step: the page may move while the card above closes.
        boxes = card(mo, pk).evaluate(BOXES, list(VERBS))
        # All in one row, and far enough from each other for a thumb.
        assert len({box["y"] for box in boxes}) == 1
        for box, following in zip(boxes, boxes[1:], strict=False):
            assert following["x"] - (box["x"] + box["width"]) >= 7
        tap(view, buttons[n % 3])
        if view.script:
            expect(card(mo, pk).get_by_role("button", name="Undo")).to_be_visible()
            expect(card(mo, pk)).to_be_in_viewport()
            expect(card(mo, waiting[n + 1])).to_be_in_viewport()
        else:
            expect(mo.get_by_role("status").filter(has_text="1 comment")).to_be_visible()
    meant = {pk: ENDS[VERBS[n % 3]] for n, pk in enumerate(waiting[:10])}
    site.wait_until(lambda: statuses(site, waiting[:10]) == meant)
    if view.script:
        expect(mo.locator(".outcome.sending")).to_have_count(0)
    assert_large_enough(mo)
    view.shot(mo, "decided")

    undo = mo.get_by_role("button", name="Undo").last
    tap(view, undo)
    site.wait_until(lambda: statuses(site, [waiting[9]]) == {waiting[9]: "pending"})


def tap(view, button) -> None:
    if view.script:
        button.tap()
    else:
        with button.page.expect_navigation():
            button.tap()


@on_a_phone
def test_many_under_a_thumb(view, site, waiting):
    mo = view.staff("mo")
    mo.set_viewport_size({"width": 320, "height": 640})
    mo.goto("/moderation/")
    for pk in waiting[:3]:
        card(mo, pk).locator(".pick").tap()
    bulk = mo.locator("#bulk")
    if view.script:
        expect(bulk.get_by_text("3 selected:")).to_be_in_viewport()
        expect(bulk.get_by_role("button", name="Spam")).to_be_in_viewport()
        view.shot(mo, "selected")
    tap(view, bulk.get_by_role("button", name="Spam"))
    site.wait_until(lambda: set(statuses(site, waiting[:3]).values()) == {"spam"})
    assert widest(mo) <= 320
    if view.script:
        tap(view, mo.get_by_role("button", name="Undo: back to Pending (all 3)").first)
    else:
        press(mo.get_by_role("button", name="Undo"))
    site.wait_until(lambda: set(statuses(site, waiting).values()) == {"pending"})


@pytest.mark.parametrize("view", [("phone", "script")], ids="-".join, indirect=True)
def test_the_line_that_is_gone_fits_a_phone(view, site, waiting):
    mo = view.staff("mo")
    mo.set_viewport_size({"width": 320, "height": 640})
    mo.goto("/moderation/")
    mo.context.set_offline(True)
    card(mo, waiting[0]).locator(".verbs [value=spam]").tap()
    expect(mo.get_by_role("button", name="Send now")).to_be_visible()
    expect_unsent(mo, "The server cannot be reached.")
    view.shot(mo, "offline")
    # So high that no link lies half below the line, as one does while the page is scrolled.
    mo.set_viewport_size({"width": 320, "height": 6_000})
    assert_accessible(mo, "sending")
    mo.set_viewport_size({"width": 320, "height": 640})
    assert_large_enough(mo)
    assert widest(mo) <= 320
    mo.context.set_offline(False)
    expect(mo.get_by_role("button", name="Send now")).to_be_hidden()
    site.wait_until(lambda: statuses(site, waiting[:1]) == {waiting[0]: "spam"})
