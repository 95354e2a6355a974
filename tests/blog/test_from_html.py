"""HTML of other sites becomes our Markdown, and a reader gets the same."""

import re
import time
from dataclasses import replace
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.text import post_html
from blog.text.from_html import from_html
from blog.text.html_tree import LONGEST
from blog.text.markup import convert
from tests.blog.test_markup_hostile import cases
from tests.model_essay import BODY

DEMO = Path(__file__).resolve().parents[2] / "comments" / "demo" / "posts"


def render(text, prefix):
    """Without a process of its own for each text that is not short."""
    return post_html.convert(text, prefix) or post_html.plain(text)


def as_typed(text, prefix):
    return replace(post_html.plain(text), is_plain=False)


def markdown(html, **options):
    return from_html(html, render=render, **options).text


class Reader(HTMLParser):
    """Text, links, pictures and headings, read by other code than that which is tested."""

    def __init__(self, html):
        super().__init__()
        self.words, self.links, self.pictures, self.headings = [], [], [], []
        self.feed(re.sub(r"</(?:p|h\d|li|td|th|div|dt|dd|blockquote)>|<br>", r" \g<0>", html))
        self.close()

    def handle_starttag(self, tag, attrs):
        found = dict(attrs)
        if tag == "a" and "href" in found:
            self.links.append(found["href"])
        if tag == "img":
            self.pictures.append((found.get("src", ""), found.get("alt", "")))
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(tag)

    def handle_data(self, data):
        self.words.append(data)

    @property
    def all(self):
        text = " ".join("".join(self.words).split())
        return text, self.links, self.pictures, self.headings


def shown(text):
    return Reader(render(text, "").html).all


# Blocks.


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a</p><p>b</p>", "a\n\nb"),
        ("<div>a<section>b</section></div>c", "a\n\nb\n\nc"),
        ("<p>one\n  line</p>", "one line"),
        ("<p>a<br>b</p>", "a\\\nb"),
        ("<p>a<br><br>b</p>", "a\n\nb"),
        ("<p><b>a<br> <br></b><i><br>b</i></p>", "**a**\n\n*b*"),
        ("<h1>a</h1><h3>b <em>c</em></h3><h2> </h2>", "## a\n\n### b *c*"),
        ("<h2>C#</h2>", "## C\\#"),
        ("<ul><li>a<ul><li>b</li></ul></li><li>c</li></ul>", "- a\n  - b\n- c"),
        ("<ol start=5><li>a</li><li>b</li></ol>", "5. a\n6. b"),
        ("<ol><li><p>a</p><p>b</p></li><li>c</li></ol>", "1. a\n\n   b\n\n2. c"),
        ("<ul><li>a</li></ul><ul><li>b</li></ul>", "- a\n\n<!-- -->\n\n- b"),
        ("<blockquote><p>a</p><p>b</p></blockquote>", "> a\n>\n> b"),
        ("<aside class=pullquote><p>a</p></aside>", "::: pullquote\na\n:::"),
        ("<p>a</p><hr><p>b</p>", "a\n\n---\n\nb"),
        ("<pre>a\n  *b*</pre>", "```\na\n  *b*\n```"),
        ('<pre><code class="language-python">x</code></pre>', "```python\nx\n```"),
        ("<pre>```</pre>", "````\n```\n````"),
        ("<dl><dt>a</dt><dd>b</dd></dl>", "a\n:   b"),
        (
            "<table><tr><th>a</th><th>b|c</th></tr><tr><td>1<br>2</td><td>3</td></tr></table>",
            "| a | b\\|c |\n| --- | --- |\n| 1<br>2 | 3 |",
        ),
        ("a <li>b</li> <li>c</li>d", "a\n\n- b\n- c\n\nd"),
        ("<p><code>a;<br>  b*c;</code></p>", "```\na;\n  b*c;\n```"),
        (
            "<table><thead><tr><td>a</td></tr></thead><tr><td>1</td></tr></table>",
            "| a |\n| --- |\n| 1 |",
        ),
        (
            "<figure><table><tr><th>a</th></tr><tr><td>1</td></tr></table><figcaption>d <b>e</b>"
            "</figcaption></figure>",
            "| a |\n| --- |\n| 1 |\n\nTable: d **e**",
        ),
        (
            "<table><caption>d</caption><tr><th>a</th></tr><tr><td>1</td></tr></table>",
            "| a |\n| --- |\n| 1 |\n\nTable: d",
        ),
    ],
)
def test_blocks(html, expected):
    assert markdown(html) == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<p>a <b> b </b>c</p>", "a **b** c"),
        ("<p><i>a</i><em>b</em></p>", "*ab*"),
        ("<p>a<b>\xa0b\xa0</b>c</p>", "a\xa0**b**\xa0c"),
        ("<p>x<b></b><i> </i>y</p>", "x y"),
        ("<p><b><p>a</p><p>b</p></b>", "**a**\n\n**b**"),
        ("<p>H<sub>2</sub>O <s>x</s></p>", "H<sub>2</sub>O <del>x</del>"),
        ("<p><code>a*b</code> <tt>`</tt></p>", "`a*b` `` ` ``"),
        ("<p><span style='color:red'><font>a</font></span></p>", "a"),
        ('<p><a href="https://a.example/">https://a.example/</a></p>', "<https://a.example/>"),
        ('<p><a href="https://a.example/_b_" title="t">c</a></p>', None),
        ('<p><a href="/?a&amp;amp;b">/?a&amp;amp;b</a></p>', "[/?a&amp;amp;b](/?a&amp;amp;b)"),
        ('<p>wow!<a href="/x">y</a></p>', "wow\\![y](/x)"),
        ('<p><a href="javascript:x()">a</a> <a name="b">c</a></p>', "a c"),
        ('<p><a href="/a_(b)">c</a> <a href="/a(">d</a></p>', "[c](/a_(b)) [d](</a(>)"),
    ],
)
def test_marks_and_links(html, expected):
    made = from_html(html, render=render)
    assert made.html_blocks == 0 and made.is_alike
    assert expected is None or made.text == expected


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ('<img src="/a.jpg" alt="A [1] &quot;q&quot;" title="no">', '![A \\[1\\] "q"](/a.jpg)'),
        ('<a href="/b"><img src="/a.jpg"></a>', "[![](/a.jpg)](/b)"),
        ('<img src="/a.jpg" alt="" role="presentation">', "![](/a.jpg){decorative}"),
        (
            '<figure><img src="/a.jpg" alt="A"><figcaption>So "x" &amp; y</figcaption></figure>',
            '![A](/a.jpg "So &quot;x&quot; &amp; y")',
        ),
        (
            '<p><img src="/s.gif" width="16" alt=":)"> hi</p>',
            '<img src="/s.gif" width="16" alt=":)"> hi',
        ),
    ],
)
def test_pictures(html, expected):
    assert markdown(html) == expected
    assert shown(expected)[2] == Reader(html).pictures


@pytest.mark.parametrize(
    "html",
    [
        "<table><tr><td>a</td></tr></table>",
        "<table><tr><th>a</th></tr><tr><td><ul><li>b</li></ul></td></tr></table>",
        '<table><tr><th colspan="2">a</th></tr><tr><td>b</td><td>c</td></tr></table>',
        "<details><summary>a</summary><p>b</p><p>- c</p></details>",
        "<pre>a\n\n- b <b>c</b>\n\n\td</pre>",
        '<figure><img src="/a" alt=""><figcaption>b <a href="/c">d</a></figcaption></figure>',
        "<ol reversed><li>a</li></ol>",
    ],
)
def test_what_markdown_cannot_say_stays_html(html):
    made = from_html(html, render=render)
    assert (made.blocks, made.html_blocks, made.is_alike) == (1, 1, True)
    assert "\n" not in made.text
    assert shown(made.text) == Reader(html.replace("<pre>a\n", "<pre>a ")).all


def test_a_block_that_stays_html_leaves_the_others_alone():
    made = from_html("<p>*a*</p><ul><li><table><tr><td>b</td></tr></table></li></ul><p>c</p>")
    assert made.text.startswith("\\*a\\*\n\n<ul><li><table>") and made.text.endswith("\n\nc")
    assert (made.blocks, made.html_blocks) == (3, 1)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "- a",
            "+ a",
            "* a",
            "1. a",
            "1) a",
            "# a",
            "> a",
            ">a",
            ": a",
            "::: pullquote",
            "---",
            "***",
        ),
        *(
            "~~~",
            "```",
            "| a |",
            "Table: a",
            "[^1]: a",
            "[a]: b",
            "*[a]: b",
            "[ ] a",
            "[a](b)",
            "![a](b)",
        ),
        *(
            "[a][b]",
            "<b>a</b>",
            "<!-- a -->",
            "&copy; &amp; & &#65;",
            "\\",
            "\\*",
            "a\\",
            "_a_ a_b_c",
        ),
        *(
            "*a*",
            "a * b",
            "**",
            "***",
            "`a`",
            "a  b",
            "<http://a.example>",
            "{decorative}",
            "a|b",
            "!",
        ),
        *(
            "2024.",
            "2024. a",
            "#a",
            "====",
            "--",
            "5 < 6 > 4",
            "$a$",
            "~~a~~",
            "^a^",
            "TK",
            "|---|",
        ),
    ],
)
@pytest.mark.parametrize("frame", ["<p>{}</p>", "<ul><li>{}</li></ul>", "<h2>{}</h2>", "<b>{}</b>"])
def test_signs_in_a_text_are_no_marks(text, frame):
    escaped = text.replace("&", "&amp;").replace("<", "&lt;")
    made = from_html(frame.format(f"{escaped}<br>{escaped}"), render=render)
    assert shown(made.text)[0] == f"{text} {text}".replace("a  b", "a b")
    assert made.html_blocks == 0


def test_addresses_are_changed_before_they_are_judged():
    html = '<a href="b.html">a</a> <img src="c.jpg"> <a href="#d">e</a>'
    made = markdown(html, address=lambda old: f"https://old.example/{old}")
    assert made == ("[a](https://old.example/b.html) ![](https://old.example/c.jpg) [e](#d)")


def test_scripts_and_forms_leave_no_text():
    html = "<script>a</script><style>b</style><p>c</p><select><option>d</select><svg><text>e</svg>"
    assert markdown(html) == "c"


# Everything.


def test_the_model_essay_comes_back_as_it_was_typed():
    made = from_html(convert(BODY, "").html)
    assert made.html_blocks == 0
    assert made.text.split() == BODY.split()


@pytest.mark.parametrize("file", sorted(DEMO.glob("*.md")), ids=lambda file: file.stem)
def test_our_own_posts_are_read_back(file):
    text = file.read_text().rpartition("+++\n")[2]
    before = convert(re.sub(r"\]\((?!http|/)", "](/media/", text), "p1-").html
    made = from_html(before)
    assert made.is_alike and made.html_blocks == 0
    assert Reader(convert(made.text, "p1-").html).all == Reader(before).all


NOTES = (
    '<div class="footnote"><hr><ol><li id="fn-1"><p>n <b>o</b> <a class="footnote-backref"'
    ' href="#fnref-1">b</a></p></li><li id="fn-2">p<p>q</p></li></ol></div>'
)


def test_footnotes():
    ref = '<sup id="fnref-{0}"><a class="footnote-ref" href="#fn-{0}">{0}</a></sup>'
    text = f"<p>a{ref.format(1)} b{ref.format(2)}, c{ref.format(1)}</p>"
    notes = "[^1]: n **o**\n\n[^2]: p\n\n    q"
    assert markdown(text + NOTES) == f"a[^1] b[^2], c[^1]\n\n{notes}"
    table = f"<table><tr><td>d{ref.format(2)}</td></tr></table>"
    assert markdown(text + table + NOTES) == (
        'a[^1] b[^2], c[^1]\n\n<table><tbody><tr><td>d<sup id="fnref-2">2</sup></td></tr>'
        f"</tbody></table>\n\n{notes}"
    )


def test_the_everyday_texts_are_read_back():
    for text in cases("markdown/everyday.json")["texts"]:
        made = from_html(render(text["text"], "").html, render=render)
        assert made.is_alike, text["name"]


TAGS = re.findall(
    r"\w+",
    "p div b i a ul ol li table tr td th blockquote pre code h2 h3 br hr img figure figcaption em"
    " dl dt dd span aside section sup details summary tbody caption",
)


@st.composite
def soups(draw):
    pieces = draw(
        st.lists(
            st.one_of(
                st.sampled_from([f"<{tag}>" for tag in TAGS] + [f"</{tag}>" for tag in TAGS]),
                st.sampled_from(
                    ['<a href="/x">', '<img src="/a" alt="b">', '<aside class="pullquote">']
                ),
                st.sampled_from(
                    ["a", "b c", "*", "_", "`", "- ", "1. ", "\n", " ", "&lt;", "|", "[", "]("]
                ),
                st.text(max_size=4),
            ),
            max_size=30,
        )
    )
    return "".join(pieces)


@given(soups())
def test_any_soup_of_tags_keeps_its_text(html):
    made = from_html(html, render=render)
    assert made.is_alike
    assert len(made.text) < 30 * len(html) + 100


@pytest.mark.parametrize(
    "unit",
    [
        "<b>a</b>",
        "<p>a",
        "<ul><li>",
        "<div>",
        "<b><p>",
        "[",
        "*a_`",
        "<a href=/x>",
        "<table><tr><td>a",
    ]
    + ["<font size=1><p>", "&amp;", "<br>", "<pre>`", "</p>", "<", "<span>a</span>"],
)
def test_time_grows_with_the_length(unit):
    begun = time.process_time()
    made = from_html(unit * (100_000 // len(unit)), render=as_typed)
    assert made.text or not unescape(re.sub("<[^>]*>?", "", unit))
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("unit", ["<u><div>", "<b><i><p>", "<ul><li><b>", "<sup><sub><section>"])
def test_time_grows_with_the_number_of_deep_blocks(unit):
    tags = re.findall(r"\w+", unit)
    deep = unit * 20 + "a" + "".join(f"</{tag}>" for tag in reversed(tags)) * 20
    begun = time.process_time()
    assert from_html(deep * 200, render=as_typed).text.startswith(("a", "<", "-", "\\-", "*"))
    assert time.process_time() - begun < 20


@pytest.mark.parametrize("unit", ["<div>", "<b>", "<ul><li>"])
def test_what_is_nested_too_deeply_is_shown_as_text(unit):
    made = from_html(f"<p>a</p>{unit * 100_000}b &amp; *c*")
    assert made.text == "a\n\nb & \\*c\\*" and not made.is_alike


def test_what_is_too_long_is_shown_as_text():
    made = from_html("<p>ab</p>" * (LONGEST // 9 + 1), render=render)
    assert made.text.startswith("ab\n\nab") and not made.is_alike


def test_a_text_that_cannot_be_formatted_in_time_is_shown_as_text():
    made = from_html("<p>a <b>b</b></p>", render=lambda text, prefix: post_html.plain(text))
    assert made.text == "a b" and not made.is_alike


def test_hostile_strings_keep_their_text():
    for case in cases("xss/payloads.json"):
        made = from_html(case["payload"], render=render)
        assert made.is_alike, case["payload"]
