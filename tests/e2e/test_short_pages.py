"""Pages with little on them begin where the masthead does, and their footer is at the bottom."""

import pytest

from tests.e2e.conftest import with_script, write_comment

SHORT = ("/login/", "/comments/find/", "/nowhere/", "/archive/", "/tags/")
DESK = {"width": 1440, "height": 900}


@pytest.mark.parametrize("view", [("desktop", "no-script")], ids="-".join, indirect=True)
def test_they_begin_at_the_left_edge_of_the_masthead(view, site):
    site.make_post(tags=["Trams"])
    page = view.reader()
    page.set_viewport_size(DESK)
    for path in SHORT:
        page.goto(path)
        left = page.locator(".brand").bounding_box()["x"]
        assert page.get_by_role("heading", level=1).bounding_box()["x"] == left, path


def test_their_footer_is_at_the_bottom(view, site):
    page = view.reader()
    page.goto("/nowhere/")
    foot = page.locator(".foot").bounding_box()
    assert foot["y"] + foot["height"] >= view.size["height"] - 1


@with_script
def test_saved_has_not_the_colour_of_errors(view, site):
    page = view.reader()
    page.goto(site.make_post())
    write_comment(page, "It was seen from the bridge.", email="no address")
    error = _edge(page.get_by_role("alert"))
    write_comment(page, f"It was seen from the bridge. {view.scene}")
    assert _edge(page.locator(".notice").first) != error


@with_script
def test_the_first_letter_of_a_short_post_stays_with_its_line_on_paper(view, site):
    path = site.make_post(body="One line only.\n\nAnd another, which is somewhat longer than that.")
    page = view.reader()
    page.set_viewport_size({"width": 794, "height": 1000})
    page.goto(path)
    page.emulate_media(media="print")
    first = page.locator(".prose > p").first
    # Its line boxes are beside the letter, which a second column would be far from.
    assert first.bounding_box()["width"] < 794 / 2
    assert first.evaluate("element => element.getClientRects().length") == 1


def _edge(found) -> str:
    return found.evaluate("element => getComputedStyle(element).borderLeftColor")
