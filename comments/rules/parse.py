"""Parses numbers from web addresses and forms."""


def number(text: str) -> int | None:
    is_one = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_one else None
