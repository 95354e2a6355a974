"""The theme in a browser: measure, narrow screens, large text, dark, and paper."""

import math

import pytest

from blog import theme
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


# Each font that a site may choose, as its own stylesheet sets it (blog/theme.py).
FONTS = {theme.OLD_STYLE: {}} | {
    name: {"--text": stack, "--measure": measure} for name, (stack, measure) in theme.STACKS.items()
}
SET = """names => {
  for (const name in names) document.documentElement.style.setProperty(name, names[name]);
}"""


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


@pytest.fixture
def reader(chromium, site, request, kind):
    """For posts that a scene writes, old enough to be in nobody's way, and takes away again."""
    people = People(chromium, site, *kind, request.node.name)
    yield people.reader()
    people.leave()
    site.python("from blog.models import Tag, Post; Post.objects.filter(guid='theme').delete()")
    site.python("from blog.models import Tag; Tag.objects.filter(post=None).delete()")


@pytest.mark.parametrize("font", FONTS)
def test_a_line_holds_60_to_75_letters(essay, font):
    page = essay()
    page.evaluate(SET, FONTS[font])
    column = page.evaluate(
        "parseFloat(getComputedStyle(document.querySelector('.prose')).maxWidth)"
    )
    for width in (600, 768, 1024, 1440):
        if width < column:
            continue  # the screen, and not the site, says how many there are
        page.set_viewport_size({"width": width, "height": 900})
        counts = page.evaluate(LINES)
        assert len(counts) > 30
        few, many = counts[len(counts) // 10], counts[len(counts) * 9 // 10]
        assert (few >= 60, many <= 75) == (True, True), (width, few, many)


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


LONG = "Straßenbahnhaltestellenverzeichnis" * 3
WRITE_LONG = f"""
from tests.factories import make_comment, make_post, make_user
word = {LONG[:100]!r}
link = "https://example.net/" + word
people = [make_user(display_name=word, bio=word, links=link) for _n in "12"]
said = dict(title=word, deck=word, author=people[0], tags=[word], guid="theme", days_ago=900)
for _n in range(3):
    post = make_post(body="".join(f"## {{word}}{{n}}\\n\\n{{word}}\\n\\n" for n in "123"), **said)
    post.bylines.create(user=people[1])
    post.choose_lead_tag([word])
    post.save()
make_comment(post, status="approved", author_name=word, body=word)
print(post.path, post.tags.get().get_absolute_url(), people[0].get_absolute_url())
"""


@pytest.mark.parametrize("kind", [("phone", True)])
def test_a_word_of_100_letters_stays_in_the_page_at_320_pixels(reader, site):
    addresses = site.python(WRITE_LONG).split()
    addresses += ["/tags/", "/archive/"]
    reader.set_viewport_size({"width": 320, "height": 640})
    for address in addresses:
        reader.goto(address)
        assert reader.evaluate("document.documentElement.scrollWidth") <= 320, address
        assert reader.evaluate(CUT) == [], address


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
    for font, names in FONTS.items():
        page.evaluate(SET, names)
        for width in (992, 1000, 1024, 1056, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.locator(".contents summary").is_hidden()
            listed, text = page.locator(".contents ol"), page.locator(".prose p").first
            box = listed.bounding_box()
            assert box["width"] > 120, (font, width)
            assert box["x"] + box["width"] + 12 <= text.bounding_box()["x"], (font, width)
            assert page.evaluate(CUT) == [], (font, width)


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


WRITE_WIDE = r"""
from tests.factories import make_post
row = "|".join(["Harrowmouth"] * 9)
table = f"{row}\n{'|'.join(['---'] * 9)}\n" + f"{row}\n" * 3
code = "print('" + "a long line of code, " * 12 + "')"
body = f"{table}\nA.\n\n```python\n{code}\n```\n\n```\n{code}\n```\n"
print(make_post(body=body, guid="theme", days_ago=900).path)
"""
# The page of A4 between its margins.
PAPER = {"width": 673, "height": 1000}
WIDE = """() => [...document.querySelectorAll(".prose table, .prose pre")].map(one => {
  const box = one.getBoundingClientRect(), all = one.closest(".prose").getBoundingClientRect();
  const holder = one.closest(".scroll") || one;
  const cut = one.scrollWidth > one.clientWidth || box.right > all.right + 1;
  return [cut, Math.round(holder.getBoundingClientRect().width - all.width)];
})"""


def test_tables_and_code_are_whole_on_paper(reader, site):
    reader.goto(site.python(WRITE_WIDE))
    assert any(cut for cut, _width in reader.evaluate(WIDE))
    reader.set_viewport_size(PAPER)
    reader.emulate_media(media="print", color_scheme="dark")
    assert reader.evaluate(WIDE) == [[False, 0]] * 3
    string = reader.locator(".highlight .s1").first
    assert string.evaluate("one => getComputedStyle(one).color") == "rgb(45, 106, 53)"
