"""387 characters with quotes and brackets, from the admin to every place and back, unchanged."""

import json
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from tests.e2e.conftest import press
from tests.model_essay import ALT
from tests.model_page import PICTURE

CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"


class Alts(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes).get("alt"))


@pytest.fixture(scope="module")
def picture(site) -> str:
    """The address of a picture that a body can show."""
    return site.python("from tests.model_page import keep_picture; print(keep_picture().file.url)")


@pytest.fixture
def post(view, site, picture):
    """Typed in the admin, with the words at the lead picture and at one of the text."""
    title = f"A Siren, Described {view.scene[-25:]}"
    editor = view.staff("edith")
    editor.goto("/admin/blog/post/add/")
    editor.locator("[name=title]").fill(title)
    editor.locator("[name=body]").fill(f"It is white.\n\n![{ALT}]({picture})\n\nIt howls.")
    editor.locator("[name=tags]").fill("Sirens")
    editor.locator("[name=lead_upload]").set_input_files(PICTURE)
    editor.locator("[name=lead_alt]").fill(ALT)
    press(editor.get_by_role("button", name="Publish"))
    assert editor.locator("[name=lead_alt]").input_value() == ALT
    assert ALT in editor.locator("[name=body]").input_value()
    row = site.rows("SELECT * FROM blog_post WHERE title = ?", title)[0]
    assert row["lead_alt"] == ALT
    return row


def test_long_alt_everywhere(view, site, post):
    assert len(ALT) == 387 and '"' in ALT and "[" in ALT
    page = view.reader()
    page.goto(post["path"])
    assert Alts(site.get(post["path"])).found[:2] == [ALT, ALT]
    shown = page.locator("article.post img")
    assert [picture.get_attribute("alt") for picture in shown.all()] == [ALT, ALT]
    assert contents(page, "meta[property='og:image:alt']") == [ALT]
    for address in ("/", "/tag/sirens/", "/author/edith/", site.make_post()):
        page.goto(address)
        card = page.get_by_role("article").filter(has=page.get_by_role("link", name=post["title"]))
        assert card.last.get_by_role("img").get_attribute("alt") == ALT, address
    assert Alts(feed_item(site, post).findtext(CONTENT)).found.count(ALT) >= 1


def feed_item(site, post):
    items = ElementTree.fromstring(site.get("/tag/sirens/feed/")).iter("item")
    return next(item for item in items if item.findtext("link").endswith(post["path"]))


def contents(page, of: str) -> list[str]:
    return page.locator(of).evaluate_all("found => found.map((element) => element.content)")


def test_long_alt_in_what_machines_read(view, site, post):
    """Of the lead picture, in the JSON-LD of the post and in its item of the feed."""
    page = view.reader()
    page.goto(post["path"])
    assert contents(page, "meta[name='twitter:image:alt']") == [ALT]
    blocks = page.locator("script[type='application/ld+json']").all_text_contents()
    pictures = [json.loads(block).get("image") for block in blocks]
    assert ALT in texts(pictures)
    item = feed_item(site, post)
    assert any(ALT in (element.text or "") for element in item.iter() if element.tag != CONTENT)


def texts(data) -> list[str]:
    if isinstance(data, dict):
        data = list(data.values())
    if isinstance(data, list):
        return [text for part in data for text in texts(part)]
    return [data]
