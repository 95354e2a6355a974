"""What a reader types is what others read; only a few marks become more than text."""

import re
from html import unescape

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.text.folding import fold
from blog.text.markup import (
    COMMENT_REL,
    count_links,
    highlight,
    render_comment,
    shown_text,
    without_links,
)
from blog.text.sanitizer import COMMENT_TAGS, UNPRINTABLE, sanitize
from comments.rules.word_lines import span_finder

REL = 'rel="nofollow ugc noopener"'
# Each piece is likely to meet a rule of some Markdown.
MARKS = (
    "* ** _ __ ` `` ``` ~~~ [ ] ( ) ! ![ ]( ]: \" ' \\ < > </ & &amp; &lt; &#35; &copy; # ## "
    "@ : | - + = 1. 2) 7 a B é 漢 Ωmega x_y http:// https://a.example/b?c=1&d=2 http://[ "
    "mailto:a@b.example [a](https://b.example/c) [a](https://b.example/_c_(d) <br> <b> <!-- --> "
    "<script> ^1 [^1]: ::: \\* \\_ *[A]: klzzwxh:0001 wzxhzdk:0"
)
PIECES = st.sampled_from(
    MARKS.split()
    + [
        " ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\n> ",
        "\n- ",
        "\n* ",
        "\n    ",
        "\n```\n",
        "\n```python\n",
    ]
    + ["\u2028", "\u00a0", "\x02", "\x0e", "\x0f", ' "title")', "\n~~~ x\n", "\n>>> ", "\\\n"]
    + ["“", "”", "…", "。", "「", "」", "।", "हि", "e\u0301", "\u200b", "👍", "* ", "_ "]
)


def text_of(html):
    return unescape(re.sub(r"<[^>]*>", "", html))


def seen(text):
    """What must never be lost: all but spaces and the marks of Markdown, in its order."""
    return [char for char in text if not char.isspace() and char not in "*_`~>[]\\-"]


@pytest.mark.parametrize(
    "typed",
    [
        "#FreePalestine",
        "1984. A great book",
        "<Citizen Kane>",
        "&lt; &copy; &#35; AT&T",
        "[foo]: http://x.example",
        "```python\nprint(1)\n```",
        '[text](https://a.example/x "title")',
        "![alt](https://a.example/x.png)",
        "    indented",
        "[^1]: note\n\n*[HTML]: abbr",
        "<https://a.example> <a@b.example>",
        "a | b\n--|--\n1 | 2",
    ],
)
def test_everything_typed_is_visible(typed):
    assert seen(text_of(render_comment(typed))) == seen(typed)


@given(st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join))
@example("*:**[*x")
@example("[*a](https://b.example/*c*)*")
@example("- a\n1. b\n    - c\n        d")
def test_no_letter_is_ever_lost(typed):
    # Excluded: control characters and others that no feed can carry.
    typed = UNPRINTABLE.sub("", typed)
    assert seen(text_of(render_comment(typed))) == seen(typed)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_cleaning_the_result_again_changes_nothing(typed):
    html = render_comment(typed).replace(' tabindex="0"', "")
    assert sanitize(html, tags=COMMENT_TAGS, rel=COMMENT_REL) == html


@pytest.mark.parametrize("mark", [">", "> ", "- ", "* "])
def test_what_is_nested_too_deep_is_plain_and_whole(mark):
    typed = f"{mark * 40}a **b** #1 & https://a.example"
    html = render_comment(typed)
    assert seen(text_of(html)) == seen(typed)
    assert "<blockquote>" not in html and "<ul>" not in html and count_links(html) == 1


@pytest.mark.parametrize(
    ("typed", "tag"),
    [
        ("*a*", "<em>a</em>"),
        ("**a**", "<strong>a</strong>"),
        ("***a***", "<em><strong>a</strong></em>"),
        ("**a *b***", "<strong>a <em>b</em></strong>"),
        ("*a **b** c*", "<em>a <strong>b</strong> c</em>"),
        ("_a_b_ __c__", "<em>a_b</em> <strong>c</strong>"),
        ("`a<b`", "<code>a&lt;b</code>"),
        ("> a", "<blockquote>\n<p>a</p>\n</blockquote>"),
        ("- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>"),
        ("```\na *b*\n```", '<pre tabindex="0"><code>a *b*\n</code></pre>'),
        ("a\nb", "<p>a<br>\nb</p>"),
        ("a\n\nb", "<p>a</p>\n<p>b</p>"),
    ],
)
def test_the_few_marks_work(typed, tag):
    assert tag in render_comment(typed)


@pytest.mark.parametrize(
    "typed", ["# a", "1. a", "---", "===", "    a", "+ a", "a\n===", "a * b", "&amp;"]
)
def test_all_else_is_a_paragraph(typed):
    assert re.fullmatch(r"<p>[^<]*(<br>[^<]*)?</p>", render_comment(typed))


def test_the_address_behind_a_link_is_shown_as_typed():
    assert render_comment("[text](https://a.example/*x*)") == (
        f'<p><a href="https://a.example/*x*" {REL}>text</a> (https://a.example/*x*)</p>'
    )


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("https://a.example/b.", "https://a.example/b"),
        ("(https://a.example/b_(c))", "https://a.example/b_(c)"),
        ("**https://a.example**", "https://a.example"),
        ("<HTTP://a.example/>", "HTTP://a.example/"),
        ("https://a.example/_b_*c*?", "https://a.example/_b_*c"),
    ],
)
def test_bare_addresses_become_links_without_the_punctuation_behind(typed, address):
    assert f'<a href="{address}" {REL}>{address}</a>' in render_comment(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "javascript:alert(1)",
        "[a](javascript:1)",
        "ftp://a.example",
        "[a](/x)",
        "http://",
        "http://[",
    ],
)
def test_nothing_else_becomes_a_link(typed):
    assert count_links(render_comment(typed)) == 0


def test_a_mail_address_is_a_link_only_in_brackets():
    assert count_links(render_comment("mailto:a@b.example")) == 0
    assert 'href="mailto:a@b.example"' in render_comment("[write](mailto:a@b.example)")


def test_links_are_counted_after_bare_addresses_became_links():
    assert (
        count_links(render_comment("https://a.example [b](https://c.example) `http://d.example`"))
        == 2
    )


def test_a_link_inside_a_link_is_one_link():
    assert count_links(render_comment("[https://a.example](https://b.example)")) == 1


def test_a_waiting_comment_has_no_links_but_all_of_its_text():
    html = render_comment("See https://a.example & [this](https://b.example)")
    assert count_links(without_links(html)) == 0
    assert text_of(without_links(html)) == text_of(html)


def test_moderators_see_words_and_links_marked():
    html = highlight(
        render_comment("A Casino: https://casino.example"), span_finder(["casino"]), links=True
    )
    assert "A <mark>Casino</mark>: <mark><a href=" in html
    assert 'href="https://casino.example"' in html and html.endswith("</a></mark></p>")


@pytest.mark.parametrize(
    ("typed", "word", "shown"),
    [
        ("vi**ag**ra", "viagra", "<mark>vi</mark><strong><mark>ag</mark></strong><mark>ra</mark>"),
        ("A via\u200bgra!", "viagra", "A <mark>via\u200bgra</mark>!"),
        ("A vi\u00ada*gra*!", "VIAGRA", "A <mark>vi\u00ada</mark><em><mark>gra</mark></em>!"),
        ("Lange Straße 7", "strasse", "Lange <mark>Straße</mark> 7"),
        ("a *ß* b", "*s*", "a <em><mark>ß</mark></em> b"),
        ("vi<b></b>agra", "viagra", "<mark>vi&lt;b&gt;&lt;/b&gt;agra</mark>"),
        ("vi<!-- x -->agra", "viagra", "<mark>vi&lt;!-- x --&gt;agra</mark>"),
        ("a ｖｉａｇｒａ b", "viagra", "a <mark>ｖｉａｇｒａ</mark> b"),
        ("cafe\u0301s", "cafés", "<mark>cafe\u0301s</mark>"),
        ("WordPress, press", "press", "<p>WordPress, <mark>press</mark></p>"),
        ("WordPress", "*press", "<p>Word<mark>Press</mark></p>"),
        ("AT&*T* & <b>", "at&t", "<mark>AT&amp;</mark><em><mark>T</mark></em> &amp; &lt;b&gt;"),
        ("one *two*\n\nthree", "two\nthree", "one <em><mark>two</mark></em>"),
        ("a *b*c a*b* c", "abc", "a <em>b</em>c a<em>b</em> c"),
        ("A plain viagra, vi**agra**", "viagra", "<mark>viagra</mark>, <mark>vi</mark><strong>"),
    ],
)
def test_a_word_that_only_the_whole_text_shows_is_marked_in_its_parts(typed, word, shown):
    html = render_comment(typed)
    marked = highlight(html, span_finder([word, "", "*"]))
    assert shown in marked
    assert re.sub("</?mark>", "", marked) == html


@given(st.lists(PIECES, max_size=8).map("".join), st.integers(0, 40), st.integers(1, 8))
def test_whatever_word_of_the_shown_text_a_rule_finds_is_marked(typed, start, length):
    html = render_comment(typed)
    word = fold(shown_text(html))[start : start + length].strip()
    marked = highlight(html, span_finder([f"*{word}*"]))
    assert ("<mark>" in marked) == bool(word)
    assert text_of(marked) == text_of(html)


def test_inside_a_marked_link_the_word_is_marked_too():
    html = highlight(
        render_comment("[pi*ll*s](https://a.example)"), span_finder(["*pills*"]), links=True
    )
    assert "><mark>pi</mark><em><mark>ll</mark></em><mark>s</mark></a></mark>" in html


def test_a_text_full_of_marks_is_shown_plain_with_its_links():
    typed = "[*" * 400 + " https://a.example/?a=1&b=2\n"
    html = render_comment(typed)
    assert "<em>" not in html and count_links(html) == 1 and REL in html
    assert seen(text_of(html)) == seen(typed)


def test_a_text_of_nothing_but_marks_is_shown():
    assert render_comment("*" * 5_000) == f"<p>{'*' * 5_000}</p>"
