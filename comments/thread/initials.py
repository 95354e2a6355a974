"""Makes the initial and the colour beside a comment from its author's name, without an avatar
service."""

from unicodedata import category, combining, normalize
from zlib import crc32

TONES = 6
NAMELESS = "•"


def monogram(name: str) -> str:
    """Returns the first letter with its marks, in any script; else the first digit; else a dot."""
    name = normalize("NFC", name)
    for kinds in ("L", "N"):
        for at, char in enumerate(name):
            if category(char)[0] == kinds:
                return _upper(char) + _marks(name[at + 1 :])
    return NAMELESS


def tone(name: str) -> int:
    """Returns the same number for all Unicode forms and cases of a name."""
    return crc32(normalize("NFKC", name).casefold().strip().encode()) % TONES


def _upper(char: str) -> str:
    # ß stays, because its capital would be SS.
    return char.upper() if len(char.upper()) == 1 else char


def _marks(rest: str) -> str:
    # Vowel signs, and at most two accents.
    end = 0
    while end < len(rest) and end < 2 and (combining(rest[end]) or category(rest[end]) == "Mc"):
        end += 1
    return rest[:end]
