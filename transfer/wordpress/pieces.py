"""Cuts an export (WXR) into pieces: one item, author or term each, as bytes.

Nothing is parsed here, so a bad byte spoils its own piece and no other. A tag inside CDATA is text.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, NamedTuple

LARGEST = 16 << 20
CHUNK = 1 << 18
BEGINNING = 1 << 16  # kept of a piece that is too large, for its name
LONGEST_MARK = 64

CDATA, END_OF_CDATA = b"<![CDATA[", re.compile(rb"\]\]>")
END_OF_COMMENT = re.compile(rb"-->")
TERMS = ("category", "tag", "term")
ITEM = "item"


@dataclass(frozen=True)
class Piece:
    kind: str  # "item", "author", "category", "tag" or "term"
    start: int
    end: int
    data: bytes
    is_too_large: bool = False  # then `data` is only its beginning
    is_cut_off: bool = False


@dataclass(frozen=True)
class Between:
    """The text between two pieces. Only the head of an export holds anything of interest."""

    data: bytes


class Mark(NamedTuple):
    text: bytes
    start: int
    end: int


class ForbiddenDeclaration(ValueError):
    """A DOCTYPE or an entity: WordPress writes none, and what they name may be anything."""


class Window:
    """A file that is read forwards. Of what is searched, at most LARGEST bytes stay in memory."""

    def __init__(self, file: BinaryIO, start: int):
        file.seek(start)
        self.file, self.first, self.data = file, start, bytearray()
        self.beginning = b""

    def begin(self, place: int) -> None:
        self._forget(place)
        self.beginning = b""

    def find(self, mark: re.Pattern[bytes], place: int) -> Mark | None:
        while True:
            if found := mark.search(self.data, place - self.first):
                start, end = found.span()
                return Mark(bytes(found[0]), self.first + start, self.first + end)
            place = max(place, self.end - LONGEST_MARK)
            if len(self.data) > LARGEST:
                self.beginning = self.beginning or bytes(self.data[:BEGINNING])
                self._forget(place)
            chunk = self.file.read(CHUNK)
            if not chunk:
                return None
            self.data += chunk

    def taken(self, start: int, end: int) -> bytes:
        return bytes(self.data[max(start - self.first, 0) : end - self.first])

    @property
    def end(self) -> int:
        return self.first + len(self.data)

    def _forget(self, place: int) -> None:
        del self.data[: place - self.first]
        self.first = place


def cut(file: BinaryIO, start: int = 0, prefix: str = "wp") -> Iterator[Piece | Between]:
    """`start` is the end of a piece, or 0. `prefix` stands for WordPress's namespace in this
    file."""
    wp = re.escape(prefix.encode())
    outside = re.compile(
        rb"<!\[CDATA\[|<!--|<!DOCTYPE|<!ENTITY"
        rb"|<(?:(item)|" + wp + rb":(?:author|category|tag|term))(?=[\s>])",
        re.IGNORECASE,
    )
    window = Window(file, start)
    last = place = start
    while mark := window.find(outside, place):
        if mark.text in (CDATA, b"<!--"):
            end = window.find(END_OF_CDATA if mark.text == CDATA else END_OF_COMMENT, mark.end)
            place = end.end if end else window.end
            continue
        if mark.text.startswith(b"<!"):
            raise ForbiddenDeclaration(mark.text.decode())
        yield Between(window.taken(last, mark.start))
        window.begin(mark.start)
        piece = _piece(window, mark)
        yield piece
        window.begin(piece.end)
        last = place = piece.end
    yield Between(window.taken(last, window.end))


def _piece(window: Window, opening: Mark) -> Piece:
    tag = opening.text[1:]
    # Another item inside of an item: the end of the first is missing.
    inside = re.compile(
        rb"<!\[CDATA\[|</" + re.escape(tag) + rb"\s{0,20}>|<" + re.escape(tag) + rb"(?=[\s>])"
    )
    place, is_cut_off = opening.end, False
    while True:
        mark = window.find(inside, place)
        if mark and mark.text == CDATA:
            mark = window.find(END_OF_CDATA, mark.end)
            if mark:
                place = mark.end
                continue
        if not mark:
            end, is_cut_off = window.end, True
        elif mark.text.startswith(b"</"):
            end = mark.end
        else:
            end, is_cut_off = mark.start, True
        break
    kind = tag.rpartition(b":")[2].decode().lower()
    is_too_large = bool(window.beginning) or end - opening.start > LARGEST
    data = window.beginning or window.taken(opening.start, end)
    data = data[:BEGINNING] if is_too_large else data
    return Piece(kind, opening.start, end, data, is_too_large, is_cut_off)
