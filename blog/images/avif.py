"""Reads and writes the number of repeats of an animated AVIF, which Pillow does not know.

The file is a tree of boxes. `tkhd` of a track has the time of all plays together, `elst` that of
one and whether it repeats.
"""

import struct
from collections.abc import Iterator

FOR_EVER = 0
ENDLESS = (2**32 - 1, 2**64 - 1)
# struct formats of the times in a header: created, modified, the fields between, duration.
HEADERS = {b"mvhd": (">IIII", ">QQIQ"), b"mdhd": (">IIII", ">QQIQ"), b"tkhd": (">IIQI", ">QQQQ")}
PARENTS = (b"moov", b"trak", b"mdia", b"edts")


def plays(data: bytes) -> int:
    length = FOR_EVER
    for kind, at in _boxes(data, 0, len(data)):
        if kind == b"tkhd":
            length = struct.unpack_from(_format(data, kind, at), data, at + 4)[-1]
        elif kind == b"elst":
            once = struct.unpack_from(">Q" if data[at] else ">I", data, at + 8)[0]
            if not data[at + 3] & 1:
                return 1
            return FOR_EVER if length in ENDLESS or not once else max(round(length / once), 1)
    return FOR_EVER


def with_plays(data: bytes, plays: int) -> bytes:
    """Return the file as Pillow wrote it, without the time at which it did."""
    out, boxes = bytearray(data), list(_boxes(data, 0, len(data)))
    once = next(struct.unpack_from(">Q", data, at + 8)[0] for kind, at in boxes if kind == b"elst")
    for kind, at in boxes:
        if kind in HEADERS:
            form = _format(data, kind, at)
            _made, _changed, between, length = struct.unpack_from(form, data, at + 4)
            if kind != b"mdhd" and plays != FOR_EVER:
                length = once * plays
            struct.pack_into(form, out, at + 4, 0, 0, between, length)
        elif kind == b"elst" and plays == 1:
            out[at + 3] &= ~1
    return bytes(out)


def _format(data: bytes, kind: bytes, at: int) -> str:
    return HEADERS[kind][data[at]]


def _boxes(data: bytes, at: int, end: int) -> Iterator[tuple[bytes, int]]:
    """Yield the kind of each box, and where its content begins."""
    while at + 8 <= end:
        size, kind = struct.unpack_from(">I4s", data, at)
        header = 8
        if size == 1:
            size, header = struct.unpack_from(">Q", data, at + 8)[0], 16
        size = size if size >= header else end - at
        yield kind, at + header
        if kind in PARENTS:
            yield from _boxes(data, at + header, min(at + size, end))
        at += size
