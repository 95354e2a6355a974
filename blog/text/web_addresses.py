"""Finds bare web addresses in a reader's text.

An address ends where people see its end: before a closing bracket, a quotation mark or the
punctuation of any script. Chinese and Japanese sentences follow each other without a space.
"""

import re
import unicodedata
from functools import lru_cache
from urllib.parse import urlsplit

ADDRESS = re.compile(r'(?<![a-z0-9])https?://[^\s<>"`]+', re.IGNORECASE)
NOT_ASCII_OR_WORD = re.compile(r"[^\x00-\x7f\w]")
BRACKETS_AND_QUOTES = frozenset({"Ps", "Pe", "Pi", "Pf"})
DASHES_AND_DOTS = frozenset("—―⸺⸻‥…")
# They stand between the parts of a name: ジョン・レノン, and inside words of Persian and Hindi.
JOINERS = frozenset("・･\u200c\u200d")
ASCII_AT_END = frozenset(".,:;!?'*_~\\")
PAIRS = {")": "(", "]": "[", "}": "{"}


def split(text: str) -> list[str]:
    """Returns text, address, text, address, text."""
    pieces: list[str] = []
    last = 0
    for match in ADDRESS.finditer(text):
        if address := address_in(match.group()):
            pieces += [text[last : match.start()], address]
            last = match.start() + len(address)
    return [*pieces, text[last:]]


def address_in(found: str) -> str:
    """Returns the address with which a match of ADDRESS begins, or "" if it has no host."""
    address = _without_punctuation_at_end(found[: end_in(found)])
    return address if is_web_address(address) else ""


def end_in(found: str) -> int:
    """Returns where the address ends with which the text begins, with ASCII punctuation."""
    marks = NOT_ASCII_OR_WORD.finditer(found)
    return next((mark.start() for mark in marks if _ends(mark.group())), len(found))


def is_web_address(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


@lru_cache(1_000)
def _ends(char: str) -> bool:
    """Whether an address ends here even if letters follow. `char` is not ASCII and no letter."""
    if char in JOINERS:
        return False
    category, width = unicodedata.category(char), unicodedata.east_asian_width(char)
    is_wide_punctuation = width == "F" or width in "WH" and category[0] == "P"
    is_invisible = category == "Cf"
    return (
        is_wide_punctuation
        or is_invisible
        or category in BRACKETS_AND_QUOTES
        or char in DASHES_AND_DOTS
    )


def _without_punctuation_at_end(address: str) -> str:
    end = len(address)
    unopened = {close: address.count(close) - address.count(open) for close, open in PAIRS.items()}
    while end and (_is_punctuation(last := address[end - 1]) or unopened.get(last, 0) > 0):
        if last in unopened:
            unopened[last] -= 1
        end -= 1
    return address[:end]


def _is_punctuation(char: str) -> bool:
    if char.isascii():
        return char in ASCII_AT_END
    return unicodedata.category(char)[0] == "P" or char in JOINERS
