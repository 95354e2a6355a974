"""How large a GIF becomes while it is played.

A frame may be larger than the screen that the head of the file tells of. Pillow notices when it
comes to that frame, with the one before it decoded; this walks from frame to frame as Pillow does
and decodes nothing.
"""

import struct

END, EXTENSION, FRAME = b";!,"
COMMENT = 0xFE
LOOP = b"NETSCAPE2.0"


def canvas(data: bytes) -> tuple[int, int]:
    """ValueError where Pillow might read on from another place than this."""
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _colours(flags)
    while at < len(data) and data[at] != END:
        if data[at] == EXTENSION:
            at = _after_extension(data, at + 1)
        elif data[at] == FRAME and at + 10 < len(data):
            left, top, wide, high, flags = struct.unpack_from("<HHHHB", data, at + 1)
            width, height = max(width, left + wide), max(height, top + high)
            _count, at = _blocks(data, at + 11 + _colours(flags))
        else:
            at += 1
    return width, height


def _colours(flags: int) -> int:
    """The bytes of the table that the flags announce."""
    return 3 << ((flags & 7) + 1) if flags & 128 else 0


def _after_extension(data: bytes, at: int) -> int:
    """Pillow takes for granted that these blocks are there, and seeks an end beyond the end."""
    label, first = data[at : at + 1], data[at + 2 : at + 2 + len(LOOP)]
    count, after = _blocks(data, at + 1)
    least = 0 if label == bytes([COMMENT]) else 2 if first == LOOP else 1
    if count < least:
        raise ValueError("a block is missing")
    return after


def _blocks(data: bytes, at: int) -> tuple[int, int]:
    """How many there are up to the empty one, and where they are over."""
    count = 0
    while at < len(data) and data[at]:
        count, at = count + 1, at + 1 + data[at]
    return count, at + 1
