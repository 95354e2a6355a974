"""The words of a text as the search knows them."""

import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from blog.text.words import IS_SPACELESS, LONGEST, places, typed_words, words


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Søren’s Café", "soren s cafe"),
        ("Łódź Đorđe STRASSE straße Æsir cœur Þór", "lodz dorde strasse strasse aesir coeur thor"),
        ("İstanbul ıstanbul", "istanbul istanbul"),
        ("e-mail: ana@example.org, C++ & 185.220.", "e mail ana example org c 185 220"),
        ("ﬁne ½ ① Ｗｉｄｅ", "fine 1 2 1 wide"),
        ("lo\u00adve un\u200dited", "love united"),
        ("snake_case", "snake case"),
        # Accents may go, vowel signs may not.
        ("Ἀθῆναι Йога שָׁלוֹם", "αθηναι иога שלום"),
        ("हिन्दी தமிழ் かが", "हिन्दी தமிழ் かが が"),
        # Scripts without spaces.
        ("東京都", "東京 京都 都"),
        ("東", "東"),
        ("iPhone用", "iphone 用"),
        ("ภาษา\u200bไทย", "ภา าษ ษา า ไท ทย ย"),
        ("한국어", "한국어"),
        ("", ""),
        ("— … ! \0", ""),
    ],
)
def test_words(text, found):
    assert words(text) == found.split()


@pytest.mark.parametrize("text", ["Lévêque", "Ἀθῆναι", "हिन्दी", "が", "Ångström"])
@pytest.mark.parametrize("form", ["NFC", "NFD", "NFKC", "NFKD"])
def test_however_it_is_composed(text, form):
    assert words(unicodedata.normalize(form, text)) == words(text)


@given(st.text())
@example("½東京x")
@example("x" * 500)
def test_words_of_any_text(text):
    found = words(text)
    assert [word for word, _start, _end in places(text)] == found
    assert all(found)
    for word in found:
        if not IS_SPACELESS.match(word):
            assert len(word) <= LONGEST
            assert words(word) == [word]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("The Café: closed.", ["The", "Café", "closed"]),
        ("Cafe\u0301!", ["Cafe\u0301"]),
        ("在東京。", ["在東", "東京", "京"]),
    ],
)
def test_places_are_those_of_the_original(text, marked):
    assert [text[start:end] for _word, start, end in places(text)] == marked


@pytest.mark.parametrize(
    ("typed", "found"),
    [("東京", "東京"), ("東", "東"), ("在東京", "在東 東京"), ("Tokyo 東京", "tokyo 東京")],
)
def test_a_phrase_ends_where_the_text_may_go_on(typed, found):
    assert typed_words(typed) == found.split()


@given(
    st.text("東京都のaé ", min_size=1, max_size=8),
    st.text("東京都のaé ", max_size=8),
    st.text("東京都のaé ", max_size=8),
)
def test_a_part_of_a_text_is_a_phrase_of_it(part, before, after):
    """If it ends where a word does."""
    text = before.rstrip("aé") + " " + part.strip() + " " + after
    phrase, whole = typed_words(part.strip()), words(text)
    starts = range(len(whole) - len(phrase) + 1)
    assert any(whole[n : n + len(phrase)] == phrase for n in starts)
