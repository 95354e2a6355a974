"""Lines broken by hand become paragraphs again, and no character gets lost."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.text.markup import render
from blog.text.plain_text import is_hard_wrapped, split_title, unwrap
from tests.essays import TITLE, WRAPPED, letters

LINE = "It came along the front on a Tuesday, with all its lamps lit"
PROSE = "\n".join([LINE] * 4)

pytestmark = pytest.mark.thorough


def paragraphs(text: str) -> list[str]:
    return text.split("\n\n")


# What is asked about.


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_an_essay_with_broken_lines_is_known_by_them(end):
    assert is_hard_wrapped(WRAPPED.replace("\n", end))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "One line.",
        "Two short\nlines of verse",
        f"{LINE} {LINE} {LINE}\n\n{LINE} {LINE}",
        f"{LINE} {LINE}\n\n{LINE} {LINE}\n\n{LINE}\n{LINE}\n{LINE}",
        "\n".join(f"- {LINE}" for _ in range(6)),
        "\n".join(f"> {LINE}" for _ in range(6)),
        f"```\n{PROSE}\n\n{PROSE}\n```",
        f"~~~\n{PROSE}\n\n{PROSE}",
        f"<pre>\n{PROSE}\n\n{PROSE}\n</pre>",
        "\n".join(["| a | b |", "|---|---|", *[f"| {LINE[:50]} | b |"] * 6]),
        "\n".join(f"{LINE}  " for _ in range(6)),
    ],
)
def test_other_texts_are_not_asked_about(text):
    assert not is_hard_wrapped(text)


def test_an_unwrapped_text_is_not_asked_about_again():
    assert not is_hard_wrapped(unwrap(WRAPPED))


# What comes out.


def test_eleven_blocks_are_one_title_and_ten_paragraphs():
    title, rest = split_title(WRAPPED)
    assert (title, len(paragraphs(WRAPPED.strip()))) == (TITLE, 11)
    lines = paragraphs(unwrap(rest))
    assert len(lines) == 10 and not any("\n" in line for line in lines)


def test_readers_see_ten_paragraphs_and_nothing_else():
    shown = render(unwrap(split_title(WRAPPED)[1]), "p1-")
    assert re.findall(r"<(\w+)", shown.html) == ["p"] * 10
    assert letters(shown.text) == letters(split_title(WRAPPED)[1])


def test_a_title_that_stays_in_the_text_is_a_heading():
    assert unwrap(WRAPPED).startswith(f"## {TITLE}\n\nMy grandmother")


@pytest.mark.parametrize("first", [PROSE, "A title at the margin", f"    Indented. {LINE}\n{LINE}"])
def test_what_is_not_centred_is_no_title(first):
    text = f"{first}\n\n{PROSE}"
    assert split_title(text) == ("", text)


@pytest.mark.parametrize("spaces", ["\t\t\t", "\xa0" * 26, " \xa0" * 13, ""])
def test_a_title_is_known_by_any_spaces_and_by_its_capitals(spaces):
    title, rest = split_title(WRAPPED.replace(" " * 26, spaces))
    assert title == TITLE and len(paragraphs(unwrap(rest, titled=True))) == 10


def test_a_number_above_the_text_is_no_title():
    assert split_title(f"III\n\n{PROSE}")[0] == ""


@pytest.mark.parametrize("indent", ["    ", "\t", "\xa0\xa0\xa0", " \xa0"])
@pytest.mark.parametrize("between", ["\n\n", "\n", "\r\n", "\n\xa0\n"])
def test_indented_paragraphs_are_paragraphs_with_or_without_blank_lines(indent, between):
    text = split_title(WRAPPED)[1].replace("\n\n", between + indent)
    assert is_hard_wrapped(text)
    lines = paragraphs(unwrap(text))
    assert len(lines) == 10 and not any("\n" in line for line in lines)
    assert re.findall(r"<(\w+)", render(unwrap(text), "p1-").html) == ["p"] * 10


def test_a_hanging_indent_begins_no_paragraph():
    assert paragraphs(unwrap(f"{LINE}\n    {LINE}\n    {LINE}")) == [f"{LINE} {LINE} {LINE}"]


@pytest.mark.parametrize("rule", ["* * *", "***", "- - -"])
def test_a_rule_in_the_middle_is_one_and_leaves_the_footnote_alone(rule):
    text = WRAPPED.replace("\n\nI have", f"\n\n{' ' * 30}{rule}\n\nI have")
    shown = render(unwrap(split_title(text)[1]), "p1-")
    assert sorted(re.findall(r"<(\w+)", shown.html)) == ["hr"] + ["p"] * 10
    assert letters(shown.text) == letters(split_title(WRAPPED)[1])


def test_a_text_of_three_paragraphs_is_enough():
    text = "\n\n".join(WRAPPED.split("\n\n")[1:4])
    assert is_hard_wrapped(text) and split_title(text) == ("", text)
    assert len(paragraphs(unwrap(text))) == 3


def test_long_verse_is_asked_about_and_kept_as_it_is_keeps_its_lines():
    verse = "\n\n".join([PROSE] * 3)
    assert is_hard_wrapped(verse)
    assert render(verse, "p1-").html.count("\n") == verse.replace("\n\n", "\n").count("\n")


def test_a_title_of_two_centred_lines_is_one():
    text = f"\t\t THE LAST FERRY\n\t\t  TO SALTBY\n\n{PROSE}"
    assert split_title(text) == (TITLE, PROSE)


@pytest.mark.parametrize(
    ("end", "start", "joined"),
    [
        ("twenty-", "six", "twenty-six"),
        ("the sea --", "it rose", "the sea -- it rose"),
        ("the sea -", "it rose", "the sea - it rose"),
        ("the sea", "-- it rose", "the sea -- it rose"),
        ("the year", "1986. It rose", "the year 1986. It rose"),
    ],
)
def test_lines_are_joined_as_they_were_one(end, start, joined):
    assert unwrap(f"{LINE} {end}\n{start} {LINE}\n{LINE}") == f"{LINE} {joined} {LINE} {LINE}"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("HIGH* and low*", r"HIGH\* and low\*"),
        ("*a note", r"\*a note"),
        ("* a note", r"\* a note"),
        ("*", r"\*"),
        ("3 * 4", r"3 \* 4"),
        (r"HIGH\*", r"HIGH\*"),
        ("*meant* and **so** and `a*b`", "*meant* and **so** and `a*b`"),
        ("**so is *this* here**", "**so is *this* here**"),
    ],
)
def test_only_a_lone_star_is_escaped(typed, kept):
    assert unwrap(typed) == kept


@pytest.mark.parametrize(
    "kept",
    [
        f"- {LINE}\n- {LINE}\n\n    {LINE}\n    {LINE}",
        f"* one*\n* {LINE}",
        f"> {LINE}\n> {LINE}",
        f"## {LINE}\n{LINE}",
        f"```\n{PROSE}\n\n\n    a*b\n```",
        f"[^1]: {LINE}\n    {LINE}",
        f"::: pullquote\n{LINE}\n:::",
        "* * *",
    ],
)
def test_what_markdown_reads_as_more_than_a_paragraph_stays(kept):
    assert unwrap(f"{PROSE}\n\n{kept}\n\n{PROSE}").partition("\n\n")[2].startswith(kept)


def test_verse_keeps_its_lines():
    verse = "The ferry went,\nthe water stayed,\nand nobody paid."
    assert unwrap(f"{PROSE}\n\n{verse}\n\n{PROSE}").split("\n\n")[1] == verse


# Any text at all.

PIECES = st.sampled_from(
    [
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "    ",
        "\t",
        "*",
        "**",
        "\\",
        "`",
        "```",
        "-",
        "--",
        "#",
        "> ",
        "|",
    ]
    + ["1. ", "* ", "<pre>", "</pre>", "word", "éü", LINE, f"{LINE}\n", "\u2028", "\xa0", "\x0c"]
)
TEXTS = st.lists(PIECES | st.text(max_size=5), max_size=40).map("".join)


def without_spaces(text: str) -> str:
    return re.sub(r"[ \t\xa0\r\n]", "", text)


@given(TEXTS)
def test_no_character_gets_lost(text):
    title = split_title(text)[0]
    after = without_spaces(unwrap(text).removeprefix("## " if title else ""))
    assert after.replace("\\*", "*") == without_spaces(text).replace("\\*", "*")


@given(TEXTS)
def test_the_title_and_the_rest_are_the_whole(text):
    title, rest = split_title(text)
    assert without_spaces(title + rest) == without_spaces(text)


@given(TEXTS)
def test_spaces_inside_a_line_are_kept(text):
    words = [line.strip(" \t\xa0") for line in re.split(r"[\r\n]+", text)]
    # A star gets a backslash, whatever stands before it.
    after = unwrap(text).replace("\\", "")
    assert all(line.replace("\\", "") in after for line in words)


@given(TEXTS)
def test_a_text_is_unwrapped_once_and_for_all(text):
    once = unwrap(text)
    assert not is_hard_wrapped(once)


@pytest.mark.thorough
@pytest.mark.parametrize("piece", ["*", "`", "**a ", "* a\n", "<pre", "-|", "[", "\\", " \n"])
def test_a_long_text_takes_no_time(piece):
    start = time.monotonic()
    text = piece * (400_000 // len(piece))
    is_hard_wrapped(text)
    unwrap(text)
    assert time.monotonic() - start < 5
