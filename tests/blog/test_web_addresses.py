"""Finds the end of a bare web address in a reader's text."""

import re
import sys
import unicodedata

import pytest

from blog.text.markup import render_comment
from blog.text.web_addresses import split

ADDRESS = "https://example.org/foo"
PUNCTUATION = [
    char
    for char in map(chr, range(0x80, sys.maxunicode + 1))
    if unicodedata.category(char) in ("Pd", "Pe", "Pf", "Pi", "Po", "Ps")
]
CLOSING = [char for char in PUNCTUATION if unicodedata.category(char) in ("Pe", "Pf")]
ENDS_OF_SENTENCES = "。．！？，、；：…"


@pytest.mark.parametrize("behind", ["", " and more", "\n", ")", "*"])
def test_punctuation_of_any_script_behind_an_address_is_not_part_of_it(behind):
    assert len(PUNCTUATION) > 500
    longer = [char for char in PUNCTUATION if split(f"{ADDRESS}{char}{behind}")[1] != ADDRESS]
    assert longer == []


def test_after_a_closing_bracket_or_quotation_mark_no_address_goes_on():
    assert len(CLOSING) > 80
    for char in CLOSING:
        assert split(f"{ADDRESS}{char}then") == ["", ADDRESS, f"{char}then"]


@pytest.mark.parametrize("sign", ENDS_OF_SENTENCES)
def test_the_next_sentence_in_chinese_or_japanese_is_not_part_of_it(sign):
    assert split(f"看{ADDRESS}{sign}然后") == ["看", ADDRESS, f"{sign}然后"]


@pytest.mark.parametrize(
    "text",
    ["“{}”", "‘{}’", "»{}«", "„{}“", "「{}」を見て", "看（{}）吧", "<{}>", '"{}"', "({})", "_{}_"]
    + ["{}…and", "{}—and", "{}’s page", "\u2068{}\u2069 too", "{}\u200b", "**{}**!", "({}.)"]
    + ["[{}]", "[1: {}].", "{{{{{}}}}}", "(({}))", "{}\\\nand", "[{}.], too"]
    + ["{}؟", "{}۔", "{}।", "{}։", "{}።", "{}။"],
)
def test_what_stands_around_an_address_stays_outside_in_all_that_is_shown(text):
    assert split(text.format(ADDRESS))[1] == ADDRESS
    html = render_comment(text.format(ADDRESS))
    assert re.findall(r'href="([^"]*)"', html) == [ADDRESS]


INSIDE = (
    "日本 ジョン・レノン 佐々木 か\u3099 हिन्दी می\u200cخواهم צה״ל Col·legi བོད་སྐད "
    "straße?q=grüße e\u0301 a_(b) a_b*c ?q=[1] {a} x;y=1 %E2%80%9C"
)


@pytest.mark.parametrize("path", INSIDE.split())
def test_letters_marks_and_signs_inside_a_word_stay_in_the_address(path):
    address = f"https://müller.example/{path}"
    assert split(f"See {address}, now.") == ["See ", address, ", now."]
    assert split(address) == ["", address, ""]


@pytest.mark.parametrize("text", ["http://", "https://”", "http://[", "http://a[b", "xhttp://a.b"])
def test_without_a_host_there_is_no_address(text):
    assert split(text) == [text]
