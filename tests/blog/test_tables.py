"""Tables and code: what scrolls, and that the keyboard reaches it."""

import pytest

from blog.text.markup import render, render_comment

TABLE = "| a | b |\n|---|---|\n| 1 | 2 |"
BOX = '<div class="scroll" role="region" tabindex="0" aria-label="{}"><table>'


def html(text):
    return render(text, "p1-").html


def test_each_table_has_a_box_with_a_name_of_its_own():
    page = html(f"{TABLE}\n\nText.\n\n{TABLE}")
    assert BOX.format("Table 1") in page and BOX.format("Table 2") in page
    assert page.count("</table></div>") == 2


@pytest.mark.parametrize(
    "text",
    [
        f"{TABLE}\n\nTable: Fares & *times*",
        "<table><caption>Fares &amp; <em>times</em></caption><tr><td>1</td></tr></table>",
    ],
)
def test_a_caption_is_the_tables_and_the_name_of_the_box(text):
    page = html(text)
    assert BOX.format("Fares &amp; times") in page
    assert "<caption>Fares &amp; <em>times</em></caption>" in page
    assert "Table:" not in page


def test_a_paragraph_that_only_looks_like_a_caption_stays():
    assert "<p>Table: of contents</p>" in html("Text.\n\nTable: of contents")
    assert "<p>Tables are dull.</p>" in html(f"{TABLE}\n\nTables are dull.")


def test_a_table_in_a_table_has_one_box():
    page = html("<table><tr><td><table><tr><td>1</td></tr></table></td></tr></table>")
    assert page.count('class="scroll"') == 1


@pytest.mark.parametrize(
    "text", ["```\nx\n```", "```python\nx = 1\n```", "<pre>x</pre>", "- ~~~\n  x\n  ~~~"]
)
def test_the_keyboard_reaches_code_that_scrolls(text):
    for page in (html(text), render_comment("```\nx\n```")):
        assert '<pre tabindex="0">' in page and page.count("<pre") == 1


def test_code_in_a_table_scrolls_with_the_table():
    page = html("<table><tr><td><pre>x</pre></td></tr></table>")
    assert page.count("tabindex") == 1 and BOX.format("Table 1") in page


def test_what_is_hidden_takes_no_focus():
    for wide in (TABLE, "```\na b 1 2\n```"):
        page = html(f"Said. a b 1 2\n\n::: pullquote\n{wide}\n:::")
        assert ("<table>" in page or "<pre>" in page) and "tabindex" not in page


def test_nobody_types_a_box():
    assert "tabindex" not in html('<div class="scroll" role="region" tabindex="0">x</div>')


def test_the_words_of_a_table_are_found_and_its_name_is_not():
    assert render(TABLE, "").text.split() == ["a", "b", "1", "2"]
