"""The policy's word lines: which of them a text contains, and where.

    casino     the whole word, whatever the case and the accents
    casino*    also the beginning of a longer word; *casino its end; *casino* any part
    免费        in scripts without spaces between words, any part

Pure: lines and texts in, lines or positions out.
"""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from blog.text.folding import (
    Folded,
    fold,
    folded,
    folded_without_markup,
    is_letter,
    with_latin_letters,
)

STAR = "*"
Spans = list[tuple[int, int]]
# Scripts without spaces between words: prefixes of the Unicode names of their characters.
UNSPACED = (
    *("CJK", "IDEOGRAPHIC", "HIRAGANA", "KATAKANA", "BOPOMOFO", "YI ", "THAI", "LAO", "KHMER"),
    *("MYANMAR", "TIBETAN", "TAI ", "NEW TAI", "JAVANESE", "BALINESE", "NUSHU", "TANGUT"),
)


@dataclass(frozen=True)
class WordLine:
    """`word` is folded. `begins` and `ends` require a word boundary there."""

    word: str
    begins: bool
    ends: bool

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        start = text.find(self.word) if self.word else -1
        while start >= 0:
            end = start + len(self.word)
            begins = not self.begins or _is_apart(text[start - 1 : start], self.word[0])
            if begins and (not self.ends or _is_apart(self.word[-1], text[end : end + 1])):
                yield start, end
            start = text.find(self.word, start + 1)


def _is_apart(left: str, right: str) -> bool:
    if not (left and right and is_letter(left) and is_letter(right)):
        return True
    return _is_unspaced(left) or _is_unspaced(right)


@lru_cache(maxsize=5_000)
def _is_unspaced(char: str) -> bool:
    return unicodedata.name(char, "").startswith(UNSPACED)


@lru_cache(maxsize=20_000)
def parse(line: str) -> WordLine:
    line = line.strip()
    word = line.removeprefix(STAR)
    begins, ends = word == line, not word.endswith(STAR)
    return WordLine(fold(word.removesuffix(STAR)).strip(), begins, ends)


def match_anywhere(line: str) -> str:
    word = parse(line)
    return f"{STAR * word.begins}{line.strip()}{STAR * word.ends}"


def haystack(texts: Iterable[str]) -> str:
    """Joins all forms of the texts. No word contains a line break, so none matches across two
    forms."""
    found = (form.text for text in dict.fromkeys(texts) for form in _forms(text))
    return "\n".join(dict.fromkeys(found))


def _forms(text: str) -> Iterator[Folded]:
    # As typed and as rendered; each of them also with Latin letters only in its Latin words.
    for form in filter(None, (folded(text), folded_without_markup(text))):
        yield form
        if other := with_latin_letters(form):
            yield other


def matching_lines(lines: Iterable[str], text: str) -> Iterator[str]:
    for line in lines:
        word = parse(line)
        # `in` is fast, and most lines do not occur in the text.
        if word.word in text and any(word.spans(text)):
            yield line


def span_finder(lines: Iterable[str]) -> Callable[[str], Spans]:
    """Returns a function that finds these lines in a text and returns positions in the text as it
    was typed."""
    words = [parse(line) for line in lines]

    def spans(text: str) -> Spans:
        forms = _forms(text)
        return [form.place(*span) for form in forms for w in words for span in w.spans(form.text)]

    return spans
