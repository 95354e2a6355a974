"""Numbers as addresses and forms bring them."""


def number(text: str) -> int | None:
    """None where it is none that a column of ids can hold."""
    is_one = text.isascii() and text.isdecimal() and len(text) < 19
    return int(text) if is_one else None
