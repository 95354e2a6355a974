"""Splits a text into the words that the search knows: the same for every text and every database.

    words()         the folded words of a text, in order
    typed_words()   those of a phrase that somebody looks for
    places()        the folded words with their places in the text, to mark them there

"Søren’s Café" is soren, s, cafe. Scripts that set no spaces are split into pairs of letters, so
that any two neighbours are found: 東京都 is 東京, 京都, 都.
"""

import re
import unicodedata
from functools import lru_cache
from itertools import accumulate

from blog.text.folding import fold_letters, is_invisible

# Nobody types more; PostgreSQL takes at most 2,046 bytes.
LONGEST = 60
# Han, kana, Thai, Lao, Tibetan, Burmese, Khmer, Tai Le to Tai Tham, Balinese, Javanese.
SPACELESS = (
    "\u0e00-\u0edf\u0f40-\u0fbc\u1000-\u109f\u1780-\u17d3\u1950-\u19df\u1a20-\u1aad\u1b00-\u1b7f"
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua980-\ua9df\ua9e0-\ua9ef\ua9fa-\ua9fe\uaa60-\uaa7f\uf900-\ufaff\U00020000-\U0003ffff"
)
RUN = re.compile(f"[{SPACELESS}]+|[^{SPACELESS} ]+")
IS_SPACELESS = re.compile(f"[{SPACELESS}]")
BETWEEN = "\u200b"  # an invisible space between words


def words(text: str) -> list[str]:
    return [word for run in _runs(text) for word in _words_of(run)]


def typed_words(text: str) -> list[str]:
    """Return the words of a phrase that somebody looks for. In a script without spaces its last
    letter may be followed by another one, so it is no word of its own unless it is alone."""
    found = words(text)
    ends_in_pair = len(found) > 1 and is_one_letter(found[-1]) and not is_one_letter(found[-2])
    return found[:-1] if ends_in_pair and IS_SPACELESS.match(found[-2]) else found


def is_one_letter(word: str) -> bool:
    """Return whether the word is one letter of a script without spaces. Every pair that begins with
    it contains it."""
    return bool(IS_SPACELESS.match(word)) and len(_letters(word)) == 1


def places(text: str) -> list[tuple[str, int, int]]:
    """Return words with start and end in the text."""
    found = []
    for run in RUN.finditer(_parted(text)):
        own = _words_of(run[0])
        letters = _letters(run[0]) if IS_SPACELESS.match(run[0]) else []
        if letters and len(own) == len(letters):
            ends = list(accumulate(map(len, letters), initial=run.start()))
            pairs = zip(ends, [*ends[2:], ends[-1]], strict=False)
            found += [(word, *pair) for word, pair in zip(own, pairs, strict=False)]
        else:
            found += [(word, *run.span()) for word in own]
    return found


def _runs(text: str) -> list[str]:
    return RUN.findall(_parted(text))


def _parted(text: str) -> str:
    # The result has the same length, so that places stay.
    return text.translate({ord(char): " " for char in set(text) if not _is_part(char)})


@lru_cache(maxsize=5_000)
def _is_part(char: str) -> bool:
    kind = unicodedata.category(char)
    return kind[0] in "LNM" or (kind != "Cc" and char != BETWEEN and is_invisible(char))


@lru_cache(maxsize=50_000)
def _words_of(run: str) -> tuple[str, ...]:
    """`run` has no separators, but normalization may bring some: ½ is 1⁄2."""
    return tuple(word for part in _runs(fold_letters(run)) for word in _split(part))


def _split(run: str) -> list[str]:
    if not IS_SPACELESS.match(run):
        return [run[:LONGEST]]
    letters = _letters(run)
    return ["".join(letters[place : place + 2]) for place in range(len(letters))]


def _letters(run: str) -> list[str]:
    """Each with its marks."""
    found: list[str] = []
    for char in run:
        if found and unicodedata.category(char)[0] == "M":
            found[-1] += char
        else:
            found.append(char)
    return found
