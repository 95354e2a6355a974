"""Reads values that PHP's serialize() wrote, as plugins of WordPress keep them in metas.

A text has its length in bytes before it, which is wrong wherever line ends or the encoding were
changed since. Then the text ends at the first quotation mark with a semicolon after which another
value, or the end, follows.
"""

import re

DEEPEST = 50
SCALAR = re.compile(rb"N;|b:([01]);|i:(-?\d{1,20});|d:(-?[\d.eE+-]{1,400}|-?INF|NAN);")
TEXT = re.compile(rb's:\d{1,9}:"')
# A value of an enumeration, and a reference to a value before it, hold nothing that we can use.
OTHER = re.compile(rb'E:\d{1,9}:"[^"]*";|[rR]:\d{1,9};')
ARRAY = re.compile(rb'(?:a|O:\d{1,9}:"[^"]{0,200}"):\d{1,9}:\{')
END_OF_TEXT = re.compile(rb'";(?=[}NbidsaOErR]|$)')


def unserialize(text: str) -> object:
    """Arrays and objects become a dict. Raise ValueError for what is not such a value."""
    data = text.strip().encode()
    value, end = _value(data, 0, 0)
    if end != len(data):
        raise ValueError("something follows the value")
    return value


def _value(data: bytes, place: int, depth: int) -> tuple[object, int]:
    if found := SCALAR.match(data, place):
        true, whole, real = found.groups()
        value = None if found[0] == b"N;" else true == b"1" if true else int(whole or 0)
        return (float(real) if real else value), found.end()
    if found := TEXT.match(data, place):
        return _text(data, found)
    if found := OTHER.match(data, place):
        return None, found.end()
    if not (found := ARRAY.match(data, place)) or depth == DEEPEST:
        raise ValueError("not a value that PHP serialized")
    place, values = found.end(), {}
    while data[place : place + 1] != b"}":
        key, place = _value(data, place, depth + 1)
        values[str(key) if isinstance(key, (dict, float)) else key], place = _value(
            data, place, depth + 1
        )
    return values, place + 1


def _text(data: bytes, found: re.Match[bytes]) -> tuple[str, int]:
    start = found.end()
    end = start + int(found[0][2:-2])
    if data[end : end + 2] != b'";':
        mended = END_OF_TEXT.search(data, start)
        if not mended:
            raise ValueError("a text without an end")
        end = mended.start()
    return data[start:end].decode(errors="replace"), end + 2
