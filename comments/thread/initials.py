"""The mark beside a comment, drawn from the writer's name; nobody else is asked for a picture."""

from unicodedata import category, combining, normalize
from zlib import crc32

TONES = 6
NAMELESS = "•"


def monogram(name: str) -> str:
    """The first letter with its marks, in any script; else the first digit; else a dot."""
    name = normalize("NFC", name)
    for kinds in ("L", "N"):
        for at, char in enumerate(name):
            if category(char)[0] == kinds:
                return _upper(char) + _marks(name[at + 1 :])
    return NAMELESS


def tone(name: str) -> int:
    """The same for the same name, however it is typed."""
    return crc32(normalize("NFKC", name).casefold().strip().encode()) % TONES


def _upper(char: str) -> str:
    """A letter without a capital of its own stays: ß is no SS."""
    return char.upper() if len(char.upper()) == 1 else char


def _marks(rest: str) -> str:
    """What belongs to the letter before it: vowel signs, and at most two accents of a pile."""
    end = 0
    while end < len(rest) and end < 2 and (combining(rest[end]) or category(rest[end]) == "Mc"):
        end += 1
    return rest[:end]
