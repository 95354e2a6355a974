"""How much of the queue is seen at once: on a phone of 360 × 780, on a desktop of 1440 × 900."""

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import with_script
from tests.e2e.waiting_room import card, wait

PHONE, DESK = {"width": 360, "height": 780}, {"width": 1440, "height": 900}
on_a_phone = pytest.mark.parametrize(
    "view", [("phone", "script"), ("phone", "no-script")], ids="-".join, indirect=True
)
on_a_desk = pytest.mark.parametrize(
    "view", [("desktop", "script"), ("desktop", "no-script")], ids="-".join, indirect=True
)


@pytest.fixture
def waiting(site, view) -> list[int]:
    site.forget_comments()
    return wait(site, [f"I was on that bridge, number {n}." for n in range(8)])


def open_queue(view, size, tab="pending"):
    mo = view.staff("mo")
    mo.set_viewport_size(size)
    mo.goto(f"/moderation/?tab={tab}")
    return mo


def box(found) -> dict:
    place = found.bounding_box()
    return place | {"end": place["y"] + place["height"]}


@on_a_phone
@pytest.mark.parametrize("tab", ["pending", "approved", "spam", "reported"])
def test_the_first_card_is_near_the_head_of_a_phone(view, site, tab):
    site.forget_comments()
    status = "approved" if tab == "reported" else tab
    (pk,) = wait(site, [f"Near the head, {view.scene}"], status=status)
    if tab == "reported":
        site.python(
            "from comments.models import Comment, Report;"
            f"Report.submit(Comment.objects.get(public_id={pk}), 'Rude.', '198.51.100.0/24')"
        )
    mo = open_queue(view, PHONE, tab)
    assert box(card(mo, pk))["y"] <= 240
    view.shot(mo, tab)


@on_a_phone
def test_a_card_on_a_phone_begins_with_the_text_and_ends_with_the_verbs(view, site, waiting):
    mo = open_queue(view, PHONE)
    shown = card(mo, waiting[0])
    parts = ("h2", ".body", ".who", ".verbs [value=approve]")
    heights = [box(shown.locator(part))["y"] for part in parts]
    assert heights == sorted(heights)
    assert box(shown)["height"] <= 260
    assert box(card(mo, waiting[1]))["end"] <= PHONE["height"]
    # When, e-mail address and IP address.
    assert box(shown.locator(".who"))["height"] <= 24


@on_a_phone
def test_the_boxes_can_be_hit_and_no_keys_are_offered(view, site, waiting):
    mo = open_queue(view, PHONE)
    for found in mo.locator("input[type=checkbox]:visible").all():
        place = found.bounding_box()
        assert min(place["width"], place["height"]) >= 24
    assert mo.locator(".pick input").first.is_visible()
    assert not mo.locator("#keys").is_visible()


@on_a_phone
def test_the_other_pages_are_behind_the_menu(view, site, waiting):
    mo = open_queue(view, PHONE)
    link = mo.get_by_role("link", name="What I did")
    expect(link).to_be_hidden()
    mo.locator(".menu summary").tap()
    expect(link).to_be_visible()
    view.shot(mo, "menu")


@on_a_desk
def test_six_comments_of_one_line_are_seen_at_once_on_a_desktop(view, site, waiting):
    mo = open_queue(view, DESK)
    bottom = mo.locator("#bulk").bounding_box()["y"]
    ends = [box(card(mo, pk))["end"] for pk in waiting]
    view.shot(mo, "six")
    assert sum(end <= bottom for end in ends) >= 6, ends


@on_a_desk
def test_the_verbs_stay_in_sight_beside_a_very_long_comment(view, site):
    site.forget_comments()
    (pk,) = wait(site, ["\n\n".join(["A long paragraph of many words. " * 20] * 12)])
    mo = open_queue(view, DESK)
    approve = card(mo, pk).locator(".verbs [value=approve]")
    assert box(approve)["end"] <= box(card(mo, pk))["y"] + 60
    mo.mouse.move(700, 500)
    mo.mouse.wheel(0, 1500)
    expect(card(mo, pk).locator("h2")).not_to_be_in_viewport()
    expect(approve).to_be_in_viewport()


@with_script
def test_what_is_not_sent_lies_over_no_control(view, site, waiting):
    mo = open_queue(view, PHONE if view.phone else DESK)
    mo.context.set_offline(True)
    for pk in waiting[:2]:
        card(mo, pk).locator(".verbs [value=spam]").click()
    expect(mo.locator("#unsent")).to_contain_text("2 not sent", use_inner_text=True)
    expect(mo.get_by_role("button", name="Send now")).to_be_visible()
    mo.evaluate("window.scrollTo(0, 0)")
    view.shot(mo, "not-sent")
    pill = box(mo.locator("#unsent"))
    for found in mo.locator(".tabs a, .tools summary, .tools a").all():
        if not found.is_visible():
            continue
        other = box(found)
        is_beside = (
            other["x"] >= pill["x"] + pill["width"] or pill["x"] >= other["x"] + other["width"]
        )
        assert is_beside or other["end"] <= pill["y"] or pill["end"] <= other["y"]
    mo.context.set_offline(False)
    expect(mo.locator("#unsent")).to_be_hidden()


@pytest.mark.parametrize("view", [("desktop", "script")], ids="-".join, indirect=True)
def test_escape_closes_the_list_of_keys(view, site, waiting):
    mo = open_queue(view, DESK)
    mo.keyboard.press("?")
    expect(mo.get_by_text("next comment")).to_be_visible()
    mo.keyboard.press("Escape")
    expect(mo.get_by_text("next comment")).to_be_hidden()
    mo.keyboard.press("Escape")
    expect(mo.get_by_text("next comment")).to_be_hidden()
    mo.locator("#keys summary").click()
    mo.get_by_label("Decide with single keys").focus()
    mo.keyboard.press("Escape")
    expect(mo.get_by_text("next comment")).to_be_hidden()


@pytest.mark.parametrize("view", [("desktop", "script")], ids="-".join, indirect=True)
def test_the_green_button_is_for_one_comment_that_waits(view, site, waiting):
    mo = open_queue(view, DESK)
    green = mo.locator(".verbs [value=approve]").first
    others = [mo.locator("#bulk [value=approve]"), mo.locator(".verbs [value=spam]").first]
    colours = [_background(found) for found in (green, *others)]
    assert colours[0] not in colours[1:]
    mo.goto("/moderation/many/?tab=pending&q=bridge")
    assert _background(mo.locator(".choices [value=approve]")) == colours[1]


def _background(found) -> str:
    return found.evaluate("element => getComputedStyle(element).backgroundColor")
