"""Where words stand in a text as people read it: whatever the case, across tags, and through
characters that have no width."""

import re
import unicodedata
from html import escape, unescape
from itertools import groupby


def visible(text: str) -> str:
    """Without the characters that have no width."""
    for char in set(text):
        if unicodedata.category(char) == "Cf":
            text = text.replace(char, "")
    return text


def mark_across(nodes: list[str], words: list[str]) -> list[str]:
    """`nodes`: the text of one piece of HTML between its tags. The parts of each that belong to one
    of the words come back marked, those of vi<b>ag</b>ra as of via&shy;gra."""
    texts = [unescape(node) for node in nodes]
    whole, words = "".join(texts), [word.casefold() for word in words if word]
    folded = visible(whole).casefold()
    if not any(word in folded for word in words):
        return nodes
    inside = _inside(whole, "|".join(map(re.escape, words)))
    marked, start = [], 0
    for text in texts:
        marked.append(_marked(text, inside[start : start + len(text)]))
        start += len(text)
    return marked


def _inside(whole: str, wanted: str) -> list[bool]:
    """Of each character, whether it belongs to what is wanted, or stands unseen inside it."""
    letters = [
        (letter, place)
        for place, char in enumerate(whole)
        for letter in visible(char).casefold()  # ß becomes two
    ]
    inside = [False] * len(whole)
    for found in re.finditer(wanted, "".join(letter for letter, _place in letters)):
        first, last = letters[found.start()][1], letters[found.end() - 1][1]
        inside[first : last + 1] = [True] * (last + 1 - first)
    return inside


def _marked(text: str, inside: list[bool]) -> str:
    pieces = []
    for is_inside, run in groupby(zip(text, inside, strict=True), key=lambda pair: pair[1]):
        piece = escape("".join(char for char, _is in run), quote=False)
        pieces.append(f"<mark>{piece}</mark>" if is_inside else piece)
    return "".join(pieces)
