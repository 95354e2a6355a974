"""A phone whose keyboard takes half of the screen: what one needs while typing stays in view."""

import re

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import press
from tests.e2e.editor import BODY, line, open_new, unfold

LEAST = 24
TARGETS = "a, button, summary, select, textarea, input:not([type=hidden])"
HALVED = {"width": 360, "height": 370}
on_a_phone = pytest.mark.parametrize(
    "view", [("phone", "script"), ("phone", "no-script")], ids="-".join, indirect=True
)
# Of a text whose lines all fit: where on the screen the line of the cursor is.
TYPED_LINE = """(field) => {
  const style = getComputedStyle(field), height = parseFloat(style.lineHeight);
  const before = field.value.slice(0, field.selectionEnd).split("\\n").length - 1;
  const inner = field.getBoundingClientRect().top + field.clientTop + parseFloat(style.paddingTop);
  const top = inner + before * height - field.scrollTop;
  return { top, bottom: top + height };
}"""


def assert_in_view(page, view) -> None:
    typed = page.locator(BODY).evaluate(TYPED_LINE)
    bar = page.locator(".at-hand").bounding_box()
    assert typed["top"] >= 0 and typed["bottom"] <= bar["y"], (typed, bar)
    assert bar["y"] + bar["height"] <= HALVED["height"]
    primary = page.locator(".at-hand .default")
    expect(primary).to_have_count(1)
    expect(primary).to_be_in_viewport(ratio=1)
    expect(page.locator(".post-status")).to_be_in_viewport(ratio=1)
    if view.script:
        expect(line(page)).not_to_be_empty()
        expect(line(page)).to_be_in_viewport(ratio=1)


def too_small(page) -> list[str]:
    targets = page.locator(f"#post_form :is({TARGETS}):visible").all()
    assert len(targets) > 30
    boxes = {found.evaluate("one => one.outerHTML"): found.bounding_box() for found in targets}
    return [html for html, box in boxes.items() if min(box["height"], box["width"]) < LEAST]


@on_a_phone
def test_what_one_types_and_the_buttons_are_above_the_keyboard(view, site):
    page = open_new(view)
    page.get_by_label("Title").fill(f"Under a thumb {view.scene[-25:]}")
    page.locator(BODY).tap()
    page.set_viewport_size(HALVED)
    for number in range(30):
        page.keyboard.type(f"Line {number}")
        page.keyboard.press("Enter")
        if number % 7 == 3:
            assert_in_view(page, view)
    assert_in_view(page, view)
    view.shot(page, "end")
    for _line in range(25):
        page.keyboard.press("ArrowUp")
    page.keyboard.type("in the middle")
    assert_in_view(page, view)
    if view.script:
        expect(line(page)).to_have_text(re.compile("Saved"))
        view.shot(page, "middle")
    press(page.locator(".at-hand .default"))
    assert page.get_by_text("Saved as a draft.").is_visible()


@on_a_phone
def test_the_line_of_a_live_post_leaves_room_too(view, site):
    path = site.make_post(title=f"Live {view.scene[-25:]}", body="A line\n" * 30)
    (post,) = site.rows("SELECT id FROM blog_post WHERE path = ?", path)
    page = view.staff("edith")
    page.goto(f"/admin/blog/post/{post['id']}/change/")
    page.locator(BODY).tap()
    page.set_viewport_size(HALVED)
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.type("More")
    if view.script:
        expect(line(page)).to_have_text(re.compile("Readers still see the version of"))
    assert_in_view(page, view)
    view.shot(page, "live")


@on_a_phone
def test_what_can_be_touched_is_large_enough(view, site):
    path = site.make_post(title=f"Touched {view.scene[-25:]}")
    (post,) = site.rows("SELECT id FROM blog_post WHERE path = ?", path)
    page = view.staff("edith")
    for address in ("add/", f"{post['id']}/change/"):
        page.goto(f"/admin/blog/post/{address}")
        unfold(page)
        view.shot(page, address.strip("/").replace("/", "-"))
        assert too_small(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= view.size["width"]
