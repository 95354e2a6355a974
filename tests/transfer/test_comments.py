"""Comments of WordPress in the Markdown of our comments; no letter gets lost."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.text.markup import render_comment, shown_text
from tests.transfer.exports import files
from transfer.wordpress.comments import to_markdown
from transfer.wordpress.items import Item, Refused, read_items, read_site


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("One\r\ntwo\r\n\r\nthree", "One\ntwo\n\nthree"),
        ("a <b>b</b> <em> c </em>", "a **b**  *c*"),
        ("5 * 3 &amp; <i>x</i> x_y &lt;b&gt;", "5 * 3 & *x* x_y <b>"),
        ('<a href="https://a.example/x">so</a>', "[so](https://a.example/x)"),
        (
            '<a href="https://a.example/" rel="nofollow">https://a.example/</a>',
            "https://a.example/",
        ),
        ('<a href="javascript:x()">so</a>', "so"),
        ("<blockquote>a\n\nb</blockquote>c", "> a\n>\n> b\n\nc"),
        ("<ul><li>a</li><li>b</li></ul>", "- a\n- b"),
        ("<ol><li>a</li><li>b</li></ol>", "1. a\n2. b"),
        ("<code>a*b</code>\n<pre>c\n  d</pre>", "`a*b`\n\n```\nc\n  d\n```"),
        ("> a\n- b\n* c\n~~~", "\\> a\n\\- b\n\\* c\n\\~~~"),
        ("*a* _b_ `c` [d](https://e.example)", "\\*a\\* \\_b\\_ \\`c\\` \\[d](https://e.example)"),
        ("<script>x</script><table><tr><td>a</td><td>b</td></tr></table>", "a\n\nb"),
        ('<img src="https://a.example/p.jpg">', "https://a.example/p.jpg"),
        ("[&#8230;] said so [&#8230;]", "[…] said so […]"),
        ("", ""),
    ],
)
def test_comments(html, expected):
    assert to_markdown(html) == expected


def test_addresses_are_made_whole():
    made = to_markdown('<a href="/x">so</a>', lambda old: f"https://old.example{old}")
    assert made == "[so](https://old.example/x)"


def words_of(html):
    html = re.sub(r"<script>.*?</script>", "", html)
    return "".join(unescape(re.sub(r"<[^<>]*>", "", html)).split())


def test_the_comments_of_the_exports_show_every_letter():
    count = 0
    for file in files():
        with file.open("rb") as export:
            try:
                read_site(export)
            except Refused:
                continue
            for item in read_items(export):
                for comment in item.comments if isinstance(item, Item) else ():
                    shown = shown_text(render_comment(to_markdown(comment.content)))
                    letters = [c for c in words_of(comment.content) if c.isalnum()]
                    missing = iter(shown)
                    assert all(c in missing for c in letters if c.isascii()), comment.content
                    count += 1
    assert count > 100


UNITS = [
    *("<b>", "</b>", "<i>", "</i>", "<a href='https://a.example/'>", "</a>", "<blockquote>"),
    *("</blockquote>", "<ul><li>", "</li></ul>", "<code>", "</code>", "<pre>", "</pre>", "\n"),
    *("*", "_", "`", "[", "](", "> ", "- ", "\\", "a", "b c", "&lt;", "~~~", "https://b.example"),
    *(" ", "\n\n"),
]


@given(st.lists(st.sampled_from(UNITS), max_size=20).map("".join))
def test_any_comment_shows_every_letter(html):
    shown = shown_text(render_comment(to_markdown(html)))
    bare = re.sub(r"<[^<>]*>", "", html)
    assert sum(map(str.isalpha, shown)) >= sum(map(str.isalpha, bare.replace("&lt;", "")))


@pytest.mark.parametrize("unit", ["*a*", "<b>", "[", "<blockquote>", "a\n", "`"])
def test_long_comments_are_read(unit):
    assert to_markdown(unit * 10_000) or unit.startswith("<")
