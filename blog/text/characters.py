"""Invisible characters, and characters that change the direction of a line."""

import re
import unicodedata

# Letters, marks and signs without a picture: Unicode calls the others of their kind by a category
# of its own. Fillers of Hangul, the inherent vowels of Khmer, an empty Braille cell, a null note.
BLANK = frozenset("\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0\U0001d159")
# They change the direction of the rest of a line: in HTML up to the end of the element.
DIRECTIONS = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Bidirectional classes that do not change the direction after a Latin letter.
PLAIN = frozenset({"L", "EN", "ES", "CS", "ET", "ON", "NSM", "WS"})
FIRST_STRONG, POP = "\u2068", "\u2069"


def is_blank(text: str) -> bool:
    """Whether nothing in it is visible: only spaces, marks without a letter, blank characters."""
    return all(unicodedata.category(char)[0] in "CMZ" or char in BLANK for char in text)


def isolated(name: object) -> str:
    """Isolate a name in plain text, as <bdi> does in HTML: the text around it keeps its
    direction. A name that reads from left to right in any line stays as it is."""
    text = str(name)
    ways = [unicodedata.bidirectional(char) for char in text]
    if not ways or ways[0] == "L" and ways[-1] in ("L", "EN", "NSM") and PLAIN.issuperset(ways):
        return text
    return f"{FIRST_STRONG}{DIRECTIONS.sub('', text)}{POP}"
