"""Comments made to keep the machine busy; more of them are in tests/blog/test_markup_hostile.py."""

import pytest

from blog.text.markup import count_links, render_comment, shown_text
from tests.blog.test_markup_hostile import is_quick

UNITS = (
    ["*a_ ", "**x** ", "a**b", " *a", "_a ", "*_", "_*a*_ ", "***a** b* ", "字**「", "**「a」**字"]
    + ["\\*", "a\\\n", "[`", "`a", "``a` ", "((", "[[a]", "[a\\]", "[a[b]", "]("]
    + [
        "> - ",
        "- > ",
        "- - ",
        "\t- a\n",
        "- a\n\n  b\n",
        "> a\nb\n",
        "> > a\n",
        ">\n",
        "* a\n  * b\n",
    ]
    + ["```\n", "~~~ a\n", "- ```\n", "> ```\n\n"]
    + ["[a](http://b) ", "[a](http://b(", '[a](http://b "', "[a](http://b(c)", "[*a*](mailto:b) "]
    + [
        "http://[",
        "http://a[·",
        "http://a.b·",
        "http://a.b，",
        "http://a(",
        "http://a.b)",
        "http:// ",
    ]
    + ["http://a.b\u200c", "http://a.b*"]
)


@pytest.mark.parametrize("unit", UNITS)
def test_a_comment_of_5000_characters_is_quick(unit):
    assert is_quick(render_comment, (unit * 5_000)[:5_000], limit=0.1)


@pytest.mark.thorough
@pytest.mark.parametrize("size", [20_000, 64_000])
@pytest.mark.parametrize("unit", UNITS)
def test_a_comment_of_any_length_comes_to_an_end(unit, size):
    assert is_quick(render_comment, (unit * size)[:size], limit=2)


@pytest.mark.parametrize("size", [20_000, 64_000])
def test_a_third_of_marks_is_quick_too(size):
    # Just below the limit above which a text is shown plain.
    for unit in ("- a\n\n  b c d\n", "_*a*_ bcd ef", "**x** abcd ef", "[a](http://b.example) c"):
        assert is_quick(render_comment, (unit * size)[:size], limit=2)


def test_a_text_of_any_length_is_whole_and_has_its_links():
    text = "One *word* & https://a.example/b, said 7 of them.\n\n" * 500
    html = render_comment(text)
    assert count_links(html) == 500
    assert shown_text(html).split() == text.split()
