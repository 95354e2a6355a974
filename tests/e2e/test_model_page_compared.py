"""The model page (spec/publishing.md, part 1): typed by an editor, then compared point by point."""

import gzip
import re
import time
from urllib.parse import quote
from xml.etree import ElementTree

import pytest
from playwright.sync_api import expect

from tests import model_essay
from tests.e2e.conftest import press, run_axe, with_script
from tests.e2e.editor import unfold
from tests.model_essay import CARDS, HEADINGS, PULL_QUOTES, TAGS, THIRD_HEADING, TITLE
from tests.model_page import PICTURE

READY = "SELECT 1 FROM blog_image WHERE renditions = 'due'"
MOST_KB, MOST_SCRIPT_KB = 14, 5


@pytest.fixture(scope="module", autouse=True)
def cards(site):
    site.python("from tests.model_page import publish_cards; publish_cards()")


def wait_for_pictures(site) -> None:
    for _attempt in range(200):
        if not site.rows(READY):
            return
        time.sleep(0.1)
    raise AssertionError("the worker never made the renditions")


def type_essay(page) -> None:
    page.goto("/admin/blog/post/add/")
    typed = {
        "title": TITLE,
        "deck": model_essay.DECK,
        "body": model_essay.BODY,
        "tags": ", ".join(TAGS),
        "excerpt": model_essay.EXCERPT,
        "lead_alt": model_essay.ALT,
        "lead_caption": model_essay.CAPTION,
        "published_at_0": "2026-03-04",
        "published_at_1": "12:01:30",
    }
    unfold(page)
    for name, text in typed.items():
        page.locator(f"[name={name}]").fill(text)
    page.locator("[name=lead_upload]").set_input_files(PICTURE)
    press(page.get_by_role("button", name="Publish"))


def test_model_page_compared(view, site, subtests):
    editor = view.staff("edith")
    type_essay(editor)
    post = site.rows("SELECT * FROM blog_post WHERE title = ? ORDER BY id DESC", TITLE)[0]
    assert_rows(site, post)
    wait_for_pictures(site)
    page = view.reader()
    for number, check in CHECKS.items():
        with subtests.test(f"{number} {check.__name__}"):
            if not page.url.endswith(post["path"]):
                page.goto(post["path"])
            check(view, page, post)
    page.goto(post["path"])
    view.shot(page, "read")


def assert_rows(site, post) -> None:
    quoted = sum(len(sentence.split()) for sentence in PULL_QUOTES)
    headed = sum(len(heading.split()) for heading in HEADINGS)
    assert post["status"] == "published"
    assert post["word_count"] == 1129 - quoted + headed
    assert post["reading_minutes"] == 5
    assert post["deck"] == model_essay.DECK
    assert post["excerpt"] == model_essay.EXCERPT
    assert all(post["body_text"].count(sentence) == 1 for sentence in PULL_QUOTES)
    tags = "SELECT name FROM blog_tag t JOIN blog_posttag p ON p.tag_id = t.id"
    kept = [row["name"] for row in site.rows(f"{tags} WHERE content_object_id = ?", post["id"])]
    assert sorted(kept) == sorted(TAGS)


def skip_link(view, page, post):
    page.keyboard.press("Tab")
    skip = page.get_by_role("link", name="Skip to content")
    expect(skip).to_be_focused()
    expect(skip).to_be_in_viewport()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("#content$"))
    expect(page.locator("main#content")).to_be_focused()


def title(view, page, post):
    assert len(TITLE) == 78
    assert page.title() == f"{TITLE} – Broadside"
    headings = page.get_by_role("heading", level=1)
    assert headings.all_inner_texts() == [TITLE]


def lead_picture(view, page, post):
    figure = page.locator("article.post > figure")
    picture = figure.locator("img")
    assert len(model_essay.ALT) == 387
    assert picture.get_attribute("alt") == model_essay.ALT
    assert int(picture.get_attribute("width")) > int(picture.get_attribute("height")) > 0
    assert picture.get_attribute("fetchpriority") == "high"
    assert picture.get_attribute("loading") is None
    assert "320w" in picture.get_attribute("srcset")
    assert "320w" in figure.locator("source[type='image/webp']").get_attribute("srcset")
    assert figure.locator("figcaption").inner_text() == model_essay.CAPTION


def deck(view, page, post):
    assert len(model_essay.DECK) == 137
    expect(page.locator("article.post header .deck")).to_have_text(model_essay.DECK)
    described = page.locator("meta[property='og:description']").get_attribute("content")
    assert described == model_essay.DECK


def reading_time(view, page, post):
    byline = page.locator("article.post .byline")
    expect(byline).to_contain_text("5 minutes to read")
    assert re.search(rf'"wordCount": ?{post["word_count"]}\b', page.content())


def headings(view, page, post):
    found = page.locator("article.post .prose h2")
    assert found.all_inner_texts() == HEADINGS
    ids = [heading.get_attribute("id") for heading in found.all()]
    assert ids == ["h-the-keepers-daughter-a-button-and-a-biscuit-tin", "h-what-the-plate-says"]
    assert contents_list(page).count() == 0


def contents_list(page):
    return page.locator("nav a[href^='#h-']")


def pull_quotes(view, page, post):
    asides = page.locator("article.post .prose aside.pullquote")
    assert [text.strip() for text in asides.all_inner_texts()] == PULL_QUOTES
    text = page.locator("article.post .prose").inner_text()
    spoken = page.locator("article.post").aria_snapshot()
    for sentence in PULL_QUOTES:
        assert text.count(sentence) == 2
        assert spoken.count(sentence) == 1
    item = feed_item(view.site, post)
    assert all(item.count(sentence) == 1 for sentence in PULL_QUOTES)


def feed_item(site, post) -> str:
    """The full text that a feed reader shows."""
    items = ElementTree.fromstring(site.get("/author/edith/feed/")).iter("item")
    return next(item for item in items if item.findtext("link").endswith(post["path"])).findtext(
        "{http://purl.org/rss/1.0/modules/content/}encoded"
    )


def inline_quotation(view, page, post):
    quoted = page.locator("article.post .prose p > q")
    assert quoted.first.inner_text() == "People ask me if I ever want to press it on a Thursday"
    assert "“no signal had been received that there was no emergency”" in (
        page.locator("article.post .prose").inner_text()
    )


def tags(view, page, post):
    links = page.locator("article.post a[rel=tag]")
    assert len(TAGS) == 45
    as_read = sorted(TAGS, key=lambda tag: tag.casefold().replace("é", "e"))
    assert links.all_inner_texts() == as_read
    press(links.get_by_text("tarrifs", exact=True))
    assert page.get_by_role("heading", level=1).inner_text() == "tarrifs"
    assert page.locator(f"main a[href='{post['path']}']").first.is_visible()


def leave_a_reply(view, page, post):
    assert page.get_by_role("heading", name="Leave a Reply", exact=True).is_visible()
    form = page.get_by_role("form", name="Leave a Reply")
    assert form.get_attribute("action") == f"{post['path']}comments/"


def required_fields(view, page, post):
    form = page.get_by_role("form", name="Leave a Reply")
    notes = page.locator(f"#{form.get_attribute('aria-describedby')}")
    said = "Your email address will not be published. Required fields are marked *"
    assert notes.inner_text() == said
    assert form.inner_text().startswith(said)


def fields(view, page, post):
    form = page.get_by_role("form", name="Leave a Reply")
    for name in ("Comment (required)", "Name (required)", "Email (required)", "Website"):
        assert form.get_by_role("textbox", name=name, exact=True).is_visible(), name
    assert form.get_by_role("checkbox", name="Keep my name and e-mail").is_visible()
    for name in ("Post Comment", "Preview"):
        assert form.get_by_role("button", name=name).is_visible()


def akismet_notice(view, page, post):
    assert page.get_by_text("This site uses Akismet to reduce spam.").is_visible()
    link = page.get_by_role("link", name="Learn how your comment data is processed.")
    assert link.get_attribute("href") == "https://akismet.com/privacy/"


def share(view, page, post):
    section = page.get_by_role("region", name="Share the Post:")
    links = [link.get_attribute("href") for link in section.get_by_role("link").all()]
    assert len(links) >= 5
    assert all(quote(post["path"], safe="") in link for link in links)
    copy = section.get_by_role("button", name="Copy link")
    expect(copy).to_be_visible(visible=view.script)
    expect(section.get_by_role("button", name="More…")).to_be_hidden()
    assert page.locator("script[src]:not([src^='/'])").count() == 0
    if view.script:
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        copy.click()
        expect(section.get_by_role("button", name="Copied")).to_be_visible()


def latest_heading(view, page, post):
    section = page.get_by_role("region", name="Latest Posts")
    assert section.get_by_role("heading", level=2).inner_text() == "Latest Posts"
    assert section.get_by_role("heading", level=3).all_inner_texts() == [c.title for c in CARDS]
    press(section.get_by_role("link", name=CARDS[0].title, exact=True))
    others = page.get_by_role("region", name="Latest Posts").get_by_role("heading", level=3)
    assert others.count() == 3
    assert CARDS[0].title not in others.all_inner_texts()


def the_cards(page):
    shown = page.get_by_role("region", name="Latest Posts").get_by_role("article").all()
    assert len(shown) == 3
    return zip(shown, CARDS, strict=True)


def card_pictures(view, page, post):
    for shown, card in the_cards(page):
        picture = shown.get_by_role("img")
        assert picture.get_attribute("alt") == card.alt
        assert picture.get_attribute("width") and picture.get_attribute("height")
        assert picture.get_attribute("loading") == "lazy"
        assert shown.locator("a img").count() == 0, "a link would say the alt once more"


def card_labels(view, page, post):
    for shown, card in the_cards(page):
        press(shown.get_by_role("link", name=card.label, exact=True))
        assert page.get_by_role("heading", level=1).inner_text() == card.label
        page.goto(post["path"])


def card_titles(view, page, post):
    for shown, card in the_cards(page):
        link = shown.get_by_role("heading", level=3).get_by_role("link")
        assert link.inner_text() == card.title
        assert re.fullmatch(r"/\d{4}/\d\d/[^/]+/", link.get_attribute("href"))


def card_excerpts(view, page, post):
    for shown, card in the_cards(page):
        assert 419 <= len(card.excerpt) <= 476
        assert shown.locator(".excerpt").inner_text() == card.excerpt


def read_more(view, page, post):
    for shown, card in the_cards(page):
        assert shown.get_by_text("Read More »").is_visible()
        # What is out of sight stands apart: "Read More » : …".
        name = re.compile(rf"^Read More » ?: {re.escape(card.title)}$")
        assert page.get_by_role("link", name=name).count() == 1


def around_it(view, page, post):
    byline = page.locator("article.post .byline")
    assert byline.get_by_role("link", name="Edith").get_attribute("href") == "/author/edith/"
    assert byline.locator("time").get_attribute("datetime").startswith("2026-03-04T12:01")
    assert page.get_by_role("navigation", name="Site").get_by_role("link").count() >= 1
    neighbours = page.get_by_role("navigation", name="Before and after this post")
    assert neighbours.locator("a[rel=prev]").is_visible()
    assert neighbours.locator("a[rel=next]").is_visible()
    footer = page.get_by_role("contentinfo")
    assert footer.get_by_role("link", name="Feed (RSS)").get_attribute("href") == "/feed/"
    assert page.locator("head link[type='application/rss+xml']").count() >= 1


CHECKS = {
    "S1": skip_link,
    "S2": title,
    "S3": lead_picture,
    "S4": deck,
    "S5": reading_time,
    "S6": headings,
    "S7": pull_quotes,
    "S8": inline_quotation,
    "S9": tags,
    "S10": leave_a_reply,
    "S11": required_fields,
    "S12": fields,
    "S13": akismet_notice,
    "S14": share,
    "S15": latest_heading,
    "S16 to S18": card_pictures,
    "S19": card_labels,
    "S20": card_titles,
    "S21": card_excerpts,
    "S22": read_more,
    "S23": around_it,
}  # S24 is test_paste_hard_wrapped.py


@pytest.fixture(scope="module")
def essay(site):
    """The page with three headings and ten comments: its path."""
    body = f"{model_essay.BODY}\n## {THIRD_HEADING}\n\nIt went.\n"
    path = site.python(
        "from tests.model_page import publish_essay;"
        f"print(publish_essay({body!r}, comments=10).path)"
    )
    wait_for_pictures(site)
    return path


def test_the_sheet_of_the_system_is_offered_where_there_is_one(view, essay):
    """Chromium has none here; one that notes what it is given stands for it."""
    page = view.reader()
    page.add_init_script(
        "Navigator.prototype.share = function (what) {"
        " document.body.dataset.shared = what.url; return Promise.resolve(); };"
    )
    page.goto(essay)
    more = page.get_by_role("button", name="More…")
    expect(more).to_be_visible(visible=view.script)
    if view.script:
        more.click()
        expect(page.locator("body")).to_have_attribute("data-shared", re.compile(f"{essay}$"))


def test_three_headings_make_a_contents_list(view, essay):
    page = view.reader()
    page.goto(essay)
    links = contents_list(page)
    if view.phone:
        page.locator(".contents summary").click()
    assert links.all_inner_texts() == [*HEADINGS, THIRD_HEADING]
    links.last.click()
    expect(page).to_have_url(re.compile("#h-after-the-water$"))
    expect(page.get_by_role("heading", name=THIRD_HEADING)).to_be_in_viewport()


@with_script
def test_the_model_page_has_no_barrier_at_320_px(view, essay):
    page = view.reader()
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(essay)
    view.shot(page, "320")
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    found = run_axe(page)
    assert found.violations_count == 0, found.generate_report()


def test_the_model_page_is_light(site, essay):
    text = site.get(essay)
    styles = re.findall(r'<link rel="stylesheet" href="([^"]+)"', text)
    scripts = re.findall(r'<script src="([^"]+)"', text)
    assert kilobytes(site, [essay, *styles]) <= MOST_KB
    assert kilobytes(site, scripts) <= MOST_SCRIPT_KB


def kilobytes(site, paths: list[str]) -> float:
    """Compressed as a server or the page cache compresses."""
    return sum(len(gzip.compress(site.get(path).encode(), 6)) for path in paths) / 1024
