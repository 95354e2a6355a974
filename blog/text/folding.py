"""Folds text for comparison.

    fold()          case, width, invisible characters and accents do not count: the words of the
                    policy
    folded()        the same, with the place of each letter in the original, to mark it there
    fold_letters()  the same for a text without spaces: the words of the search
    fold_case()     case, width and invisible characters do not count: e-mail addresses
    looks_of()      a name reduced to its letters, with look-alike letters replaced by one

Pure functions.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from html import unescape
from pathlib import Path

LOOK_ALIKES = Path(__file__).with_name("look_alikes.txt")
# Invisible by Unicode's Default_Ignorable_Code_Point, beside the category Cf.
IGNORABLE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2060-\u206f\u3164\ufe00-\ufe0f\uffa0"
    "\ufff0-\ufff8\U000e0000-\U000e0fff]"
)
# Markup that shows nothing where it is obeyed: comments, tags, the tags of forums. And entities.
COMMENT = r"<!--.*?-->"
TAG = r"</?[a-z][^<>]*>|<[!?][^<>]*>"
FORUM_TAG = r"\[/?(?:b|i|u|s|url|img|size|color|font|center|quote|code)(?:=[^\[\]]*)?\]"
ENTITY = r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,31});"
MARKUP = re.compile(f"{COMMENT}|{TAG}|{FORUM_TAG}|({ENTITY})", re.IGNORECASE | re.DOTALL)
SPACES = re.compile(" +")
WORD, LATIN = re.compile(r"[^\W_]+"), re.compile("[a-z]")
MAY_HOLD_MARKUP = re.compile(r"[<\[&]")
# Letters that are not a letter with a mark in Unicode, but are typed without one.
_PLAIN = str.maketrans(
    {
        **{"ø": "o", "ł": "l", "đ": "d", "ð": "d", "ħ": "h", "ŧ": "t", "ı": "i", "ŋ": "n"},
        **{"æ": "ae", "œ": "oe", "þ": "th", "ĸ": "k", "ɓ": "b", "ɗ": "d", "ƙ": "k", "ɛ": "e"},
        **{"ɔ": "o", "ƒ": "f", "ə": "e", "ƴ": "y"},
    }
)
# Canonical combining classes of marks without which a word is read and typed as well: accents, the
# points of Hebrew and Arabic. The vowel signs of Indic scripts and the voicing marks of Japanese
# are part of the word.
_POINTS = range(10, 37)
_ACCENTS = range(200, 241)
_OVERLAY = 1


@dataclass(frozen=True)
class Folded:
    """`places` holds, for each letter of `text`, its start and end in the original."""

    text: str
    places: list[tuple[int, int]]

    def place(self, start: int, end: int) -> tuple[int, int]:
        return self.places[start][0], self.places[end - 1][1]


def fold(text: str) -> str:
    """Return the folded text, with runs of spaces as one."""
    if text.isascii() and text.isprintable():
        return SPACES.sub(" ", text.lower())
    return folded(text).text


def fold_letters(text: str) -> str:
    if text.isascii():
        return text.lower()
    small = _in_one_case(_visible(text))
    letters = (char for char in unicodedata.normalize("NFD", small) if not _is_optional(char))
    return unicodedata.normalize("NFC", "".join(letters).translate(_PLAIN))


def fold_case(text: str) -> str:
    return SPACES.sub(" ", _with_plain_spaces(_in_one_case(_visible(text))))


def _visible(text: str) -> str:
    return "".join(char for char in text if not is_invisible(char))


def _in_one_case(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def _with_plain_spaces(text: str) -> str:
    return "".join(" " if char.isspace() else char for char in text)


def _is_optional(char: str) -> bool:
    kind = unicodedata.combining(char)
    return kind in _POINTS or kind in _ACCENTS or kind == _OVERLAY


def folded(text: str) -> Folded:
    return _folded((char, place, place + 1) for place, char in enumerate(text))


def folded_without_markup(text: str) -> Folded | None:
    """Fold as if the markup were applied: vi<b></b>agra is one word. None without markup."""
    if not MAY_HOLD_MARKUP.search(text) or not MARKUP.search(text):
        return None
    return _folded(_without_markup(text))


def with_latin_letters(original: Folded) -> Folded | None:
    """Replace look-alikes by Latin letters in words that have Latin letters too. None if there
    is no such word; a word of one script stays as it is."""
    if original.text.isascii():
        return None
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    last = 0
    for word in WORD.finditer(original.text):
        if not LATIN.search(word[0]):
            continue
        for place in range(last, word.end()):
            plain = _latin(original.text[place]) if place >= word.start() else original.text[place]
            letters += plain
            places += [original.places[place]] * len(plain)
        last = word.end()
    changed = Folded("".join(letters) + original.text[last:], places + original.places[last:])
    return changed if changed.text != original.text else None


def _latin(char: str) -> str:
    look = "" if char.isascii() else _look_alikes().get(ord(char), "")
    return look.lower() if look.isascii() and look.isalpha() else char


def _without_markup(text: str) -> Iterator[tuple[str, int, int]]:
    last = 0
    for found in MARKUP.finditer(text):
        yield from ((text[place], place, place + 1) for place in range(last, found.start()))
        if found[1]:
            yield from ((char, *found.span()) for char in unescape(found[1]))
        last = found.end()
    yield from ((text[place], place, place + 1) for place in range(last, len(text)))


def _folded(chars: Iterable[tuple[str, int, int]]) -> Folded:
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    for cluster, start, end in _clusters(chars):
        for letter in _fold_short(cluster) if len(cluster) < 4 else _fold_cluster(cluster):
            if letter != " " or letters[-1:] != [" "]:
                letters.append(letter)
                places.append((start, end))
    return Folded("".join(letters), places)


def _clusters(chars: Iterable[tuple[str, int, int]]) -> Iterator[tuple[str, int, int]]:
    # Splits a text into letters, each with the marks that normalization may join to it.
    cluster, first, last = "", 0, 0
    for char, start, end in chars:
        if is_invisible(char):
            continue
        if cluster and _combines(char):
            cluster, last = cluster + char, end
            continue
        if cluster:
            yield cluster, first, last
        cluster, first, last = char, start, end
    if cluster:
        yield cluster, first, last


@lru_cache(maxsize=5_000)
def is_invisible(char: str) -> bool:
    if char.isspace():
        return False
    return unicodedata.category(char) in ("Cf", "Cc") or bool(IGNORABLE.match(char))


@lru_cache(maxsize=5_000)
def _combines(char: str) -> bool:
    first = unicodedata.normalize("NFKD", char)[0]
    return unicodedata.category(first)[0] == "M" or "\u1160" <= first <= "\u11ff"


def _fold_cluster(cluster: str) -> str:
    return _with_plain_spaces(fold_letters(cluster))


_fold_short = lru_cache(maxsize=5_000)(_fold_cluster)


def is_letter(char: str) -> bool:
    return char.isalnum() or unicodedata.category(char)[0] == "M"


# Names


@lru_cache(maxsize=1_000)
def looks_of(name: str) -> frozenset[str]:
    """Return the looks of a name: names that share one may be confused.

    It is computed in two ways, because case and likeness do not commute: I looks like l, but is
    a capital i.
    """
    typed = unicodedata.normalize("NFKC", _visible(name))
    looks = (fold_case(_likeness(fold_case(name))), fold_case(_likeness(typed)))
    return frozenset(filter(None, map(_letters, looks)))


def _letters(text: str) -> str:
    return "".join(filter(is_letter, text)) or text.strip()


def _likeness(text: str) -> str:
    # The skeleton of UTS 39.
    plain = unicodedata.normalize("NFD", text).translate(_look_alikes())
    return unicodedata.normalize("NFD", plain)


@cache
def _look_alikes() -> dict[int, str]:
    table: dict[int, str] = {}
    for line in LOOK_ALIKES.read_text(encoding="ascii").splitlines():
        if line and not line.startswith("#"):
            plain, _semicolon, others = line.partition(" ; ")
            text = "".join(chr(int(code, 16)) for code in plain.split())
            table |= dict.fromkeys((int(code, 16) for code in others.split()), text)
    return table
