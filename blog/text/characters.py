"""Characters that nobody sees, and those that turn a line round. Pure."""

import re
import unicodedata

# Letters, marks and signs without a picture: Unicode calls the others of their kind by a category
# of its own. Fillers of Hangul, the inherent vowels of Khmer, an empty Braille cell, a null note.
BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# They turn the rest of a line round, which HTML stops at the element and plain text does not.
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# The classes of Unicode's bidirectional algorithm that turn nothing round after a Latin letter.
PLAIN = frozenset({"L", "EN", "ES", "CS", "ET", "ON", "NSM", "WS"})
FIRST_STRONG, POP = "\u2068", "\u2069"


def is_blank(text: str) -> bool:
    """Nothing that anybody would see: spaces, characters without a picture, marks of no letter."""
    return all(unicodedata.category(char)[0] in "CMZ" or char in BLANK for char in text)


def isolated(name: object) -> str:
    """For plain text, as <bdi> in HTML: whatever its direction, the words around it keep theirs.
    A name that reads from left to right in any line, "Ana Reader 7", stays as it is."""
    text = str(name)
    ways = [unicodedata.bidirectional(char) for char in text]
    if not ways or ways[0] == "L" and ways[-1] in ("L", "EN", "NSM") and PLAIN.issuperset(ways):
        return text
    return f"{FIRST_STRONG}{DIRECTIONS.sub('', text)}{POP}"
