"""The model essay, typed into WordPress as people do, comes in as it was typed here."""

import json
import re

import pytest

from blog.text import post_html
from blog.text.from_html import from_html
from tests.model_essay import BODY, PULL_QUOTES
from transfer.wordpress.elementor import text_of
from transfer.wordpress.pull_quotes import with_pull_quotes
from transfer.wordpress.shortcodes import Surroundings
from transfer.wordpress.to_html import to_html


def paragraphs():
    """Kind and HTML of each block."""
    for block in BODY.strip().split("\n\n"):
        if block.startswith("::: pullquote"):
            yield "quote", block.split("\n")[1]
        elif block.startswith("## "):
            yield "heading", block[3:]
        else:
            yield "paragraph", re.sub(r"\*(.+?)\*", r"<em>\1</em>", block)


def blocks():
    frames = {
        "paragraph": "<!-- wp:paragraph -->\n<p>{}</p>\n<!-- /wp:paragraph -->",
        "heading": '<!-- wp:heading -->\n<h2 class="x">{}</h2>\n<!-- /wp:heading -->',
        "quote": '<!-- wp:pullquote -->\n<figure class="wp-block-pullquote"><blockquote><p>{}</p>'
        "</blockquote></figure>\n<!-- /wp:pullquote -->",
    }
    return "\n\n".join(frames[kind].format(text) for kind, text in paragraphs())


def classic():
    frames = {
        "paragraph": "{}",
        "heading": "<h2>{}</h2>",
        "quote": '<blockquote class="pullquote">{}</blockquote>',
    }
    return "\r\n\r\n".join(frames[kind].format(text) for kind, text in paragraphs())


def builder():
    """The quotations are marked by nothing."""
    frames = {
        "paragraph": "<p>{}</p>",
        "heading": "<h2>{}</h2>",
        "quote": "<blockquote><p>{}</p></blockquote>",
    }
    module = "[et_pb_text _builder_version=”4.9” admin_label='Text']{}[/et_pb_text]"
    modules = "".join(module.format(frames[kind].format(text)) for kind, text in paragraphs())
    column = f'[et_pb_column type="4_4"]{modules}[/et_pb_column]'
    return f'[et_pb_section fb_built="1"][et_pb_row]{column}[/et_pb_row][/et_pb_section]'


def elementor():
    def widget(kind, text):
        settings = {
            "paragraph": {"editor": f"<p>{text}</p>", "align": "left"},
            "heading": {"title": text, "header_size": "h2"},
            "quote": {"blockquote_content": text, "tweet_button_label": "Tweet"},
        }
        return {"elType": "widget", "settings": settings[kind], "elements": []}

    column = {"elType": "column", "settings": [], "elements": [widget(*p) for p in paragraphs()]}
    section = {"elType": "section", "settings": {"title": "x"}, "elements": [column]}
    return text_of(json.dumps([section]))


@pytest.mark.parametrize("make", [blocks, classic, builder, elementor])
def test_the_model_essay(make):
    around = Surroundings()
    made = from_html(to_html(make(), around))
    assert made.html_blocks == 0 and made.is_alike
    assert post_html.convert(made.text, "").html == post_html.convert(BODY, "").html
    assert made.text.count("::: pullquote") == 4
    assert around.pull_quotes == (PULL_QUOTES if make in (builder, elementor) else [])


def test_a_quotation_of_somebody_else_stays_one():
    html = "<p>He said so.</p><blockquote>Nobody else ever said that.</blockquote>"
    assert with_pull_quotes(html) == (html, [])
    repeated = "<p>No, he said so.</p><blockquote>He said so.</blockquote>"
    assert with_pull_quotes(repeated) == (repeated, [])  # three words are no sentence
    code = "<p>a b c d e();</p><blockquote>a b c d e();</blockquote>"
    assert with_pull_quotes(code) == (code, [])
    listed = "<p>a b c d e</p><blockquote><ul><li>a b c d e</li></ul></blockquote>"
    assert with_pull_quotes(listed) == (listed, [])


def test_widgets_of_elementor():
    def page(**settings):
        return text_of(json.dumps([{"elType": "widget", "settings": settings, "elements": []}]))

    assert page(text="Go", link={"url": "/x"}) == '<p><a href="/x">Go</a></p>'
    assert page(image={"url": "/a.jpg", "alt": "A"}, caption="C") == (
        '<figure><img src="/a.jpg" alt="A"><figcaption>C</figcaption></figure>'
    )
    assert page(tabs=[{"tab_title": "T", "tab_content": "<p>c</p>"}]) == "<h3>T</h3>\n\n<p>c</p>"
    assert page(gallery=[{"id": 1, "url": "/b.jpg"}]).startswith('<figure><img src="/b.jpg"')
    assert page(youtube_url="https://youtu.be/x") != ""
    assert page(heading="A<p>b</p>") == "A<p>b</p>"
    assert page(title=3, image=4, tabs=5) == ""


@pytest.mark.parametrize(
    "data", ["", "{", "3", "[3]", '{"a":1}', "[" * 20_000, '[{"elements":[1]}]']
)
def test_what_is_no_page_of_elementor_has_no_text(data):
    assert text_of(data) == ""
