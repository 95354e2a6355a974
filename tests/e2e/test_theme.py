"""The theme in a browser: measure, narrow screens, large text, dark, and paper."""

import math

import pytest

from tests.e2e.conftest import People, press

# With the lead picture, a figure, a table and notes.
WORDS_ON_PAPER = 500
PAPER = {"width": 673, "height": 986}  # what the margins leave of A4
# They scroll on the screen, and paper does not.
BOXES = ".prose .scroll, .prose pre"
CUT_OFF = f"""[...document.querySelectorAll("{BOXES}")]
  .filter(box => box.scrollWidth > box.clientWidth).map(box => box.outerHTML)"""
# The letters of each full line of the essay, where nothing stands beside it.
LINES = """() => {
  const beside = [...document.querySelectorAll(".pullquote")].map(q => q.getBoundingClientRect());
  const counts = [];
  for (const p of [...document.querySelectorAll(".prose > p")].slice(1)) {
    const box = p.getBoundingClientRect();
    if (beside.some(q => q.bottom > box.top - 20 && q.top < box.bottom + 20)) continue;
    const lines = [], range = document.createRange();
    const texts = document.createTreeWalker(p, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode()); )
      for (let at = 0; at < text.length; at++) {
        range.setStart(text, at);
        range.setEnd(text, at + 1);
        const letter = range.getBoundingClientRect(), line = lines[lines.length - 1];
        if (!letter.width || text.parentNode.closest("sup")) continue;
        if (line && letter.top < line.top + 12) line.count++;
        else lines.push({ top: letter.top, count: 1 });
      }
    counts.push(...lines.slice(0, -1).map(line => line.count));
  }
  return counts.sort((a, b) => a - b);
}"""

# What sticks out of the page, or of a box that hides what does not fit; tables and code scroll.
CUT = """() => [...document.querySelectorAll("body *")].filter(one => {
  const box = one.getBoundingClientRect(), style = getComputedStyle(one);
  if (!box.width || one.closest(".vh, .skip, pre, table, .card-picture")) return false;
  const hidden = style.overflowX === "hidden" && one.scrollWidth > one.clientWidth + 1;
  return box.left < -1 || box.right > innerWidth + 1 || hidden;
}).map(one => one.outerHTML.slice(0, 90))"""


@pytest.fixture
def kind():
    """The device, and whether scripts run."""
    return "desktop", True


@pytest.fixture
def essay(chromium, magazine, request, kind):
    """Opens the essay that has everything on it, in a browser of its own."""
    people = People(chromium, magazine, *kind, request.node.name)

    def open_essay():
        page = people.reader()
        page.goto("/")
        press(page.locator(".lead .card-title a"))
        return page

    open_essay.people = people
    yield open_essay
    people.leave()


@pytest.mark.parametrize("width", [600, 768, 1024, 1440])
def test_a_line_holds_60_to_75_letters(essay, width):
    page = essay()
    page.set_viewport_size({"width": width, "height": 900})
    counts = page.evaluate(LINES)
    assert len(counts) > 30
    assert counts[len(counts) // 10] >= 60 and counts[len(counts) * 9 // 10] <= 75


def test_the_page_is_whole_at_320_pixels_with_text_of_twice_the_size(essay):
    page = essay()
    page.set_viewport_size({"width": 320, "height": 640})
    addresses = [page.url, "/", "/tags/", "/archive/", "/login/"]
    addresses.append(page.locator(".authors a").first.get_attribute("href"))
    for address in addresses:
        page.goto(address)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        essay.people.shot(page, address.strip("/").replace("/", "-")[-20:] or "home")
        assert page.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert page.evaluate(CUT) == [], address


@pytest.mark.parametrize("kind", [("phone", False)])
def test_contents_open_on_a_phone_without_a_script(essay):
    page = essay()
    listed = page.locator(".contents ol")
    assert listed.is_hidden()
    page.locator(".contents summary").click()
    listed.wait_for(state="visible")
    target = listed.locator("a").last.get_attribute("href")
    listed.locator("a").last.click()
    assert page.url.endswith(target)
    essay.people.shot(page, "contents")


def test_contents_stand_beside_the_text_on_a_wide_screen(essay):
    page = essay()
    page.set_viewport_size({"width": 1000, "height": 900})
    assert page.locator(".contents summary").is_hidden()
    listed, text = page.locator(".contents ol").bounding_box(), page.locator(".prose p").first
    assert listed["x"] + listed["width"] <= text.bounding_box()["x"]


def test_an_answer_deep_down_has_two_indents_on_a_phone(essay):
    page = essay()
    page.set_viewport_size({"width": 320, "height": 640})
    edges = page.evaluate(
        "[...document.querySelectorAll('.thread > li')].map(li => li.getBoundingClientRect().left)"
    )
    assert len(set(edges)) == 3
    deep = page.locator(".depth-3 .when").first
    assert "in reply to " in deep.inner_text()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_post_prints_as_a_page_of_a_magazine(essay, scheme):
    page = essay()
    page.emulate_media(color_scheme=scheme, media="print")
    for gone in ("nav", "form", ".share", ".latest", ".comments", ".contents", "button"):
        assert page.locator(gone).first.is_hidden(), gone
    for kept in ("h1", ".deck", ".byline", ".lead-picture", ".pullquote", ".footnote"):
        assert page.locator(kept).first.is_visible(), kept
    colours = page.evaluate(
        "(({color, backgroundColor}) => [color, backgroundColor])(getComputedStyle(document.body))"
    )
    assert colours == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    words = len(page.locator(".prose").inner_text().split())
    pages = page.pdf(format="A4").count(b"/Type /Page\n")
    assert pages <= math.ceil(words / WORDS_ON_PAPER)


def test_nothing_is_cut_off_on_paper(essay):
    page, boxes = essay(), 0
    page.set_viewport_size(PAPER)
    page.emulate_media(media="print")
    for path in post_paths(page):
        page.goto(path)
        boxes += page.locator(BOXES).count()
        assert page.evaluate(CUT_OFF) == [], path
    assert boxes >= 8


def post_paths(page) -> list[str]:
    """Of the magazine, by its two pages of cards."""
    found = []
    for cards in ("/", "/page/2/"):
        page.goto(cards)
        found += page.evaluate("[...document.querySelectorAll('.card-title a')].map(a => a.href)")
    return found


def test_a_link_of_the_text_is_printed_with_its_address(essay):
    page = essay()
    page.emulate_media(media="print")
    shown = page.evaluate("""() => {
      const link = document.querySelector(".prose").appendChild(document.createElement("a"));
      link.href = "https://example.net/far";
      return getComputedStyle(link, "::after").content;
    }""")
    assert "https://example.net/far" in shown or "attr(href)" in shown
