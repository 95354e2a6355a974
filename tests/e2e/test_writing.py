"""An editor writes with the toolbar: shortcuts, lists, what is pasted, pictures."""

import base64
import gzip
import re
import statistics
from pathlib import Path

import pytest
from playwright.sync_api import expect

from blog.text import plain_text
from tests.e2e.conftest import on_a_desk, run_axe, with_script
from tests.essays import WRAPPED

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "comments" / "demo" / "pictures" / "depot.jpg"
STATIC = ROOT / "blog" / "static" / "blog"
SCRIPTS = (STATIC / "writing.js", *STATIC.glob("writing/*.js"), *STATIC.glob("vendor/*.js"))
UPLOADED = re.compile(r"!\[\]\(/media/\S+\.jpg\)")

PASTE = """(field, [types, file]) => {
  const transfer = new DataTransfer();
  for (const [type, text] of Object.entries(types)) transfer.setData(type, text);
  if (file) {
    const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
    transfer.items.add(new File([bytes], "depot [1].jpg", { type: "image/jpeg" }));
  }
  const options = { bubbles: true, cancelable: true };
  const event = new ClipboardEvent("paste", { ...options, clipboardData: transfer });
  if (field.dispatchEvent(event) && types["text/plain"]) {
    document.execCommand("insertText", false, types["text/plain"]);
  }
}"""
DROP = """(field, file) => {
  const transfer = new DataTransfer();
  const bytes = Uint8Array.from(atob(file), (letter) => letter.charCodeAt(0));
  transfer.items.add(new File([bytes], "depot.jpg", { type: "image/jpeg" }));
  const options = { bubbles: true, cancelable: true, dataTransfer: transfer };
  if (field.dispatchEvent(new DragEvent("dragover", options))) throw Error("no drop is allowed");
  if (field.dispatchEvent(new DragEvent("drop", options))) throw Error("the file would be shown");
}"""
UNWRAP = """async (texts) => {
  const { heading, isHardWrapped, unwrap } = await import("/static/blog/writing/unwrap.js");
  return texts.map((text) => {
    const found = unwrap(text);
    return [text, isHardWrapped(text), (found.title ? heading(found.title) : "") + found.text];
  });
}"""
REPLACE = """async (text) => {
  const { replace } = await import("/static/blog/writing/insert.js");
  replace(document.querySelector("#id_body"), 0, 0, text);
}"""
COPY = """(types) => {
  const blobs = Object.entries(types).map(([type, text]) => [type, new Blob([text], { type })]);
  return navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}"""


@pytest.fixture
def page(view):
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    return page


def body(page):
    return page.locator("[name=body]")


def write(page, text: str, selected: str = "") -> None:
    """With `selected`, or the end, chosen as by hand."""
    body(page).fill(text)
    start = text.index(selected) if selected else len(text)
    body(page).evaluate(
        "(field, [a, b]) => field.setSelectionRange(a, b)", [start, start + len(selected)]
    )


def selected(page) -> str:
    return body(page).evaluate("f => f.value.slice(f.selectionStart, f.selectionEnd)")


def caret(page) -> int:
    return body(page).evaluate("f => f.selectionEnd")


def paste(page, text="", html="", file=b"") -> None:
    types = {"text/plain": text} | ({"text/html": html} if html else {})
    encoded = base64.b64encode(file).decode()
    body(page).evaluate(PASTE, [types if text or html else {}, encoded])


def is_written(page, text: str) -> bool:
    """For a long text, of which a failure would print each word."""
    return body(page).input_value() == text


def undo(page) -> None:
    page.keyboard.press("ControlOrMeta+z")


@with_script
def test_the_buttons_write_markdown(view, page):
    buttons = {
        "Bold": "The **tram** came.",
        "Italic": "The _tram_ came.",
        "Link": "The [tram](url) came.",
    }
    for name, text in buttons.items():
        write(page, "The tram came.", "tram")
        page.get_by_role("button", name=name, exact=True).click()
        expect(body(page)).to_have_value(text)
        undo(page)
        expect(body(page)).to_have_value("The tram came.")
    write(page, "The tram\nThe sea", "The tram\nThe sea")
    page.get_by_role("button", name="List", exact=True).click()
    expect(body(page)).to_have_value("- The tram\n- The sea")
    write(page, "Before.\n\nThe tram came.", "The tram came.")
    page.get_by_role("button", name="Quote", exact=True).click()
    expect(body(page)).to_have_value("Before.\n\n> The tram came.")
    view.shot(page, "buttons")
    smallest = page.locator(".writing-toolbar button").evaluate_all(
        "all => Math.min(...all.map(b => Math.min(b.offsetHeight, b.offsetWidth)))"
    )
    assert smallest >= (40 if view.phone else 24)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # Its look into imported stylesheets would need inline styles.
    found = run_axe(page, context=".writing-area")
    assert found.violations_count == 0, found.generate_report()


@on_a_desk
def test_the_shortcuts_write_markdown(page):
    for key, text in {"b": "A **tram**", "i": "A _tram_", "k": "A [tram](url)"}.items():
        write(page, "A tram", "tram")
        body(page).press(f"ControlOrMeta+{key}")
        expect(body(page)).to_have_value(text)
        undo(page)
        expect(body(page)).to_have_value("A tram")


@on_a_desk
def test_the_toolbar_is_one_stop_of_the_keyboard(page):
    body(page).focus()
    page.keyboard.press("Shift+Tab")
    expect(page.get_by_role("button", name="Bold", exact=True)).to_be_focused()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("button", name="Italic", exact=True)).to_be_focused()
    page.keyboard.press("End")
    expect(page.get_by_role("button", name="Picture", exact=True)).to_be_focused()
    page.keyboard.press("Home")
    page.keyboard.press("Tab")
    expect(body(page)).to_be_focused()


@on_a_desk
def test_a_pull_quote_repeats_the_selection_below_its_paragraph(page):
    write(page, "The tram came. Nobody got in.\n\nThe end.", "Nobody got in.")
    page.get_by_role("button", name="Pull quote").click()
    quoted = "The tram came. Nobody got in.\n\n::: pullquote\nNobody got in.\n:::\n\nThe end."
    expect(body(page)).to_have_value(quoted)
    assert selected(page) == "Nobody got in."
    undo(page)
    expect(body(page)).to_have_value("The tram came. Nobody got in.\n\nThe end.")


@on_a_desk
def test_enter_continues_a_list_and_ends_it(page):
    write(page, "- The tram")
    page.keyboard.press("Enter")
    page.keyboard.type("The sea")
    expect(body(page)).to_have_value("- The tram\n- The sea")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("- The tram\n- The sea\n")
    write(page, "  9. The tram")
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("  9. The tram\n  10. ")
    undo(page)
    expect(body(page)).to_have_value("  9. The tram")
    write(page, "- [x] The tram")
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("- [x] The tram\n- [ ] ")
    write(page, "The tram")
    page.keyboard.press("Enter")
    expect(body(page)).to_have_value("The tram\n")


@on_a_desk
def test_an_address_pasted_over_a_selection_is_a_link(page):
    write(page, "The tram came.", "tram")
    paste(page, "https://example.org/14")
    expect(body(page)).to_have_value("The [tram](https://example.org/14) came.")
    undo(page)
    expect(body(page)).to_have_value("The tram came.")


@on_a_desk
def test_html_is_pasted_as_markdown_once(page):
    write(page, "")
    paste(page, "See the tram.", '<p>See <a href="https://example.org/14">the tram</a>.</p>')
    expect(body(page)).to_have_value("See [the tram](https://example.org/14).")
    write(page, "")
    table = (
        "<p></p><table><tr><th>Pier</th><th>Fare</th></tr>"
        '<tr><td><a href="https://example.org/1">One</a></td><td>2</td></tr></table>'
    )
    paste(page, "Pier\tFare\nOne\t2", table)
    expect(body(page)).to_have_value(re.compile(r"Pier \| Fare\n-- \| --\nOne \| 2"))
    assert body(page).input_value().count("Pier") == 1


@with_script
def test_hard_wrapped_text_is_unwrapped_when_it_is_pasted(view, page):
    write(page, "Before.\n\n")
    paste(page, WRAPPED)
    view.shot(page, "offered")
    expect(page.get_by_text("The lines of what you pasted are broken")).to_be_in_viewport()
    page.get_by_role("button", name="Unwrap lines").click()
    text = body(page).input_value()
    assert text.startswith("Before.\n\n## THE LAST FERRY TO SALTBY\n\nMy grandmother kept a")
    assert "spoons, and she consulted it" in text and r"3 \* 4 cabins" in text
    undo(page)
    expect(body(page)).to_have_value(f"Before.\n\n{WRAPPED}")
    write(page, "")
    paste(page, WRAPPED)
    page.get_by_role("button", name="Unwrap lines").click()
    expect(page.get_by_label("Title")).to_have_value("THE LAST FERRY TO SALTBY")
    assert body(page).input_value().startswith("My grandmother kept a timetable")
    page.locator(".writing-area").get_by_role("button", name="Undo").click()
    expect(body(page)).to_have_value(WRAPPED)
    expect(page.get_by_label("Title")).to_have_value("")


@on_a_desk
def test_a_long_essay_is_pasted_and_unwrapped_in_a_moment(page):
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    text = "\n\n".join([WRAPPED.strip()] * 80)
    html = f'<p><a href="https://example.org/">THE LAST</a></p><pre>{text}</pre>'
    page.evaluate(COPY, {"text/plain": text, "text/html": html})
    write(page, "")
    page.keyboard.press("ControlOrMeta+v")
    unwrap = page.get_by_role("button", name="Unwrap lines")
    expect(unwrap).to_be_visible()
    pasted = text.replace("THE LAST", "[THE LAST](https://example.org/)", 1)
    assert is_written(page, pasted)
    unwrap.click()
    assert not is_written(page, pasted)
    undo(page)
    assert is_written(page, pasted)
    undo(page)
    assert is_written(page, "")


@on_a_desk
def test_what_is_inserted_is_what_was_typed(page):
    """Also spaces, tabs and marks of HTML in several lines."""
    odd = '  <b>&amp;</b>\t"two"   \xa0 spaces\n\n\n    🚊 <!-- x -->  '
    write(page, "")
    page.evaluate(REPLACE, odd)
    expect(body(page)).to_have_value(odd)


TEXTS = [
    WRAPPED,
    "    " + WRAPPED.strip().replace("\n\n", "\n    "),
    WRAPPED.replace("\n", "\r\n").replace("ferry", "*ferry*").replace("crew", "`2 * 3` crew"),
    "THE SEA TOOK IT\n\n" + WRAPPED.replace("The ferry", "The **fer"),
    WRAPPED + "\n\n```\none\n\ntwo * three\n```\n\n- a list\n  of two\n- lines\n\n* * *",
    WRAPPED.replace("\n\n", "\n\n> ", 3),
    "Roses are red,\nviolets are blue,\n\nand so on  \nand on.",
    "<pre>\n" + WRAPPED + "\n</pre>",
    "One line.",
]


@on_a_desk
def test_the_script_unwraps_as_the_server_does(page):
    found = page.evaluate(UNWRAP, TEXTS)
    asked = [text for text, is_offered, _text in found if is_offered]
    assert asked == [text for text in TEXTS if plain_text.is_hard_wrapped(text)]
    assert [unwrapped for _text, _, unwrapped in found] == list(map(plain_text.unwrap, TEXTS))


@on_a_desk
def test_hard_wrapped_text_can_be_kept(page):
    write(page, "")
    paste(page, WRAPPED)
    page.get_by_role("button", name="Keep", exact=True).click()
    expect(page.get_by_text("The lines of what you pasted are broken by hand.")).to_be_hidden()
    expect(body(page)).to_have_value(WRAPPED)
    paste(page, "Only a line.")
    expect(page.get_by_role("button", name="Unwrap lines")).to_be_hidden()


@on_a_desk
def test_a_pasted_picture_is_uploaded_at_the_cursor(page):
    write(page, "Before. After.", "Before.")
    page.keyboard.press("ArrowRight")
    paste(page, file=PICTURE.read_bytes())
    expect(body(page)).to_have_value(re.compile(r"^Before\.\n\n!\[\]\(/media/\S+\)\n\n After\.$"))
    page.keyboard.type("The depot")
    expect(body(page)).to_have_value(re.compile(r"!\[The depot\]\(/media/"))


@with_script
def test_a_chosen_picture_is_uploaded_and_one_that_is_none_says_so(view, page):
    write(page, "Before.")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Picture", exact=True).click()
    chooser.value.set_files([PICTURE])
    expect(body(page)).to_have_value(UPLOADED)
    expect(page.locator(".writing-status")).to_have_text(re.compile("Describe it"))
    before = body(page).input_value()
    wrong = {"name": "tram.jpg", "mimeType": "image/jpeg", "buffer": b"no picture"}
    page.locator(".writing-file").set_input_files([wrong])
    expect(page.locator(".writing-status")).to_have_text(re.compile(r"^tram\.jpg: This is not a"))
    assert body(page).input_value().strip() == before
    view.shot(page, "refused")


@on_a_desk
def test_a_dropped_picture_is_uploaded(page):
    write(page, "Before.")
    body(page).evaluate(DROP, base64.b64encode(PICTURE.read_bytes()).decode())
    expect(body(page)).to_have_value(UPLOADED)


@on_a_desk
def test_without_a_connection_the_text_stays_and_is_told(page):
    write(page, "Before.")
    page.route("**/image/upload/", lambda route: route.abort())
    paste(page, file=PICTURE.read_bytes())
    expect(page.locator(".writing-status")).to_have_text(re.compile("no connection"))
    assert "Uploading" not in body(page).input_value()


@on_a_desk
def test_what_is_typed_during_an_upload_stays(page):
    def hold(route):
        page.keyboard.type("More.")
        route.continue_()

    write(page, "Before.")
    page.route("**/image/upload/", hold)
    paste(page, file=PICTURE.read_bytes())
    expect(body(page)).to_have_value(re.compile(r"^Before\.\n\n!\[\]\(/media/\S+\)More\.$"))
    assert caret(page) == len(body(page).input_value())


@on_a_desk
def test_words_and_minutes_are_counted_after_a_pause(page):
    write(page, "One two ![not these](/a.jpg) three\n\n::: pullquote\ntwo\n:::\n\n" + "x " * 457)
    line = page.locator(".writing-count")
    expect(line).to_contain_text(re.compile(r"Words: 460 ·\s+Minutes to read: 2"))


def test_without_script_no_button_is_dead(view):
    if view.script:
        return
    page = view.staff("edith")
    page.goto("/admin/blog/post/add/")
    view.shot(page, "plain")
    assert body(page).is_visible()
    assert page.locator(".writing-area button:visible, .writing-count:visible").count() == 0


def test_the_scripts_are_small():
    assert sum(len(gzip.compress(file.read_bytes(), 9)) for file in SCRIPTS) <= 17_000


KEYS = """() => {
  const ours = document.querySelector("#id_body");
  const bare = ours.cloneNode();
  bare.removeAttribute("name");
  ours.after(bare);
  const text = ("The tram came slowly to the pier. ".repeat(20) + "\\n\\n").repeat(258);
  ours.value = bare.value = text;
  for (const field of [ours, bare]) field.setSelectionRange(text.length / 2, text.length / 2);
  window.times = [[], []];
  let began;
  addEventListener("keydown", () => (began = performance.now()), true);
  addEventListener("input", ({ target }) => {
    target.offsetHeight; // what was typed is laid out
    times[target === ours ? 0 : 1].push(performance.now() - began);
  });
}"""


@pytest.mark.numbers
@on_a_desk
def test_a_key_in_36_000_words_is_as_fast_as_in_a_bare_field(page):
    page.evaluate(KEYS)
    fields, kept = page.locator(".writing-area textarea"), ([], [])
    for turn in range(30):
        for place in (0, 1) if turn % 2 else (1, 0):
            fields.nth(place).focus()
            page.evaluate("times = [[], []]")
            page.keyboard.type("xthe tr")
            page.keyboard.press("Enter")
            kept[place].extend(page.evaluate("times")[place][1:])  # the first is slow in both
    ours, bare = map(statistics.median, kept)
    print(f"a key takes {ours:.2f} ms, in a bare field {bare:.2f} ms")
    assert ours <= 1.3 * bare
