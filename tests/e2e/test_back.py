"""Back after a preview, an error and a comment that was sent: a page with the text."""

from itertools import count

import pytest

from tests.e2e.conftest import press, write_comment

BODY = "[name=body]"
_number = count(1)


def fill(page, body: str, email: str) -> None:
    page.locator(BODY).fill(body)
    page.locator("[name=name]").fill("Ana Reader")
    page.locator("[name=email]").fill(email)


def address() -> str:
    return f"back{next(_number)}@example.net"


def press_button(page, name: str) -> None:
    press(page.get_by_role("button", name=name, exact=True))


def go_back(page) -> None:
    page.go_back(wait_until="load")
    assert page.url.startswith("http"), "the browser's own error page"


def typed(page) -> str:
    return page.locator(BODY).input_value()


@pytest.fixture(params=["first comment", "name is remembered", "another waits"])
def reader(request, view, site):
    """On the page of a post, with the cookies that one may have there."""
    page, path = view.reader(), site.make_post()
    page.goto(path)
    if request.param == "name is remembered":
        page.goto(site.make_post())
        page.get_by_label("Keep my name").check()
        write_comment(page, f"Elsewhere, {view.scene}")
        site.pass_time(60)
        page.goto(path)
        assert page.locator("[name=name]").input_value() == "Ana Reader"
    if request.param == "another waits":
        write_comment(page, f"Before, {view.scene}")
        site.pass_time(60)
        page.goto(path)
    return page


def test_back_to_the_post_finds_what_was_typed(view, reader):
    for button, email in (("Preview", address()), ("Post Comment", "")):
        fill(reader, f"Typed before {button}, {view.scene}", email)
        press_button(reader, button)
        go_back(reader)
        assert typed(reader) == f"Typed before {button}, {view.scene}"


def test_back_to_a_preview_and_to_an_error_finds_the_text(view, reader):
    fill(reader, f"First, {view.scene}", address())
    press_button(reader, "Preview")
    reader.locator(BODY).fill(f"Second, {view.scene}")
    reader.locator("[name=email]").fill("")
    press_button(reader, "Post Comment")
    assert reader.get_by_role("alert").is_visible()
    view.shot(reader, "error")

    go_back(reader)
    assert "Nothing has been saved yet." in reader.locator("main").inner_text()
    assert view.scene in typed(reader)
    reader.go_forward(wait_until="load")
    assert reader.get_by_role("alert").is_visible()
    assert typed(reader) == f"Second, {view.scene}"

    reader.locator("[name=email]").fill(address())
    press_button(reader, "Post Comment")
    assert "Saved. A moderator reads" in reader.locator("main").inner_text()
    go_back(reader)
    assert reader.get_by_role("alert").is_visible()
    assert typed(reader) == f"Second, {view.scene}"
    view.shot(reader, "back-after-sending")
