"""A post is found, read, answered and moderated, and the next one is published, by keys alone."""

import re

from playwright.sync_api import expect

from tests.site import PASSWORD

MOST_TABS = 150
# An outline or another sign that the element has the focus, and a part of it on the screen.
SEEN = """element => {
    const box = element.getBoundingClientRect();
    const style = getComputedStyle(element);
    const isMarked = style.outlineStyle !== "none" || style.boxShadow !== "none";
    const isBeside = box.right <= 0 || box.left >= innerWidth;
    const isThere = !isBeside && box.bottom > 0 && box.top < innerHeight;
    return isMarked && isThere;
}"""
HAS_FOCUS = "element => element === document.activeElement"


def tab_to(page, wanted):
    """Presses Tab until the element has the focus; each stop on the way can be seen."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        if focused.count():
            assert focused.evaluate(SEEN), focused.evaluate("element => element.outerHTML")[:300]
        if wanted.evaluate(HAS_FOCUS):
            return
    raise AssertionError(f"{MOST_TABS} times Tab, and not at {wanted}")


def type_into(page, wanted, text: str) -> None:
    tab_to(page, wanted)
    page.keyboard.type(text)


def enter(page, wanted=None) -> None:
    """Follows the link or presses the button, and waits for the page that it leads to."""
    if wanted:
        tab_to(page, wanted)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def test_whole_journey_by_keyboard(view, site):
    site.forget_comments()
    word = re.sub(r"\W", "", view.scene)
    text = f"A lamp called {word} stood here.\n\n" * 30
    path = site.make_post(title=f"The keeper of {word}", body=text)
    reader = view.reader()
    find(reader, word, site.url + path)
    body = f"I have seen {word} myself."
    answer(reader, body)
    comment = site.wait_for(body, screened="ham")["public_id"]
    moderate(view, comment)
    reader.goto(path)
    expect(reader.locator(".thread").get_by_text(body)).to_be_visible()
    title = publish(view, f"Another lamp {word}")
    reader.goto("/")
    enter(reader, reader.get_by_role("link", name=title).first)
    expect(reader.locator("h1")).to_have_text(title)


def find(reader, word: str, address: str) -> None:
    reader.goto("/")
    # The first stop leads past the header.
    reader.keyboard.press("Tab")
    assert reader.locator(":focus").inner_text() == "Skip to content"
    reader.keyboard.press("Shift+Tab")
    box, link = reader.locator(".bar [name=q]"), reader.locator(".bar a", has_text="Search")
    if link.is_visible():
        enter(reader, link)
        box = reader.locator("#q")
    type_into(reader, box, word)
    enter(reader)
    enter(reader, reader.locator(".result h2 a").first)
    assert reader.url == address


def answer(reader, body: str) -> None:
    type_into(reader, reader.locator("[name=body]"), body)
    type_into(reader, reader.locator("[name=name]"), "Ana Reader")
    type_into(reader, reader.locator("[name=email]"), "ana@example.net")
    enter(reader, reader.get_by_role("button", name="Post Comment"))
    expect(reader.get_by_text(body)).to_be_visible()


def moderate(view, comment: int) -> None:
    mo = view.reader()
    mo.goto("/moderation/")
    sign_in(mo, "mo")
    button = mo.locator(f"#comment-{comment}").get_by_role("button", name="Approve: comment by")
    tab_to(mo, button)
    mo.keyboard.press("Enter")
    expect(mo.get_by_role("status").filter(has_text="approved").first).to_be_attached()


def publish(view, title: str) -> str:
    edith = view.reader()
    edith.goto("/admin/blog/post/add/")
    sign_in(edith, "edith")
    type_into(edith, edith.locator("[name=title]"), title)
    type_into(edith, edith.locator("[name=body]"), "It shines.")
    enter(edith, edith.get_by_role("button", name="Publish", exact=True))
    return title


def sign_in(page, login: str) -> None:
    type_into(page, page.get_by_label("Username"), login)
    type_into(page, page.get_by_label("Password"), PASSWORD)
    enter(page)
