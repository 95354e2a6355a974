"""Reads an editor's Markdown as blocks: quicker than rendering it, and with their place in the
text."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import partial

from blog.text.fences import FENCE
from blog.text.markdown import PullQuote
from blog.text.sanitizer import INLINE_TAGS


class Kind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    ITEM = "item"
    QUOTE = "quote"
    PULL_QUOTE = "pull quote"
    TABLE = "table"
    NOTE = "note"
    DEFINITION = "definition"
    REFERENCE = "reference"
    HTML = "html"
    CODE = "code"
    RULE = "rule"


@dataclass(frozen=True)
class Block:
    kind: Kind
    text: str
    start: int


# In an item or a quotation too.
OPENING_FENCE = re.compile(r"(?:[ \t>]|(?:[-+*]|\d{1,9}[.)])[ \t]+)*+" + FENCE)
HEADING = re.compile(r"#{1,6}(?: .*)?$")
RULE = re.compile(r" {0,3}([-_*]) *+(?:\1 *+){2,}+$")
ITEM = re.compile(r" {0,3}(?:[-+*]|\d{1,9}[.)])(?:\s|$)")
NOTE = re.compile(r" {0,3}\[\^[^\]\n]+\]:")
REFERENCE = re.compile(r" {0,3}\*?\[[^\]\n]+\]:")
TABLE = re.compile(r"\s*\||(?=[^\n]*-\|)[-:| ]++$|Table: ")
DEFINITION = re.compile(r" {0,3}: ")
TAG = re.compile(r"</?([a-zA-Z][a-zA-Z0-9]*)|<[!?]")
PRE, PRE_END = re.compile(r"\s*<pre\b", re.IGNORECASE), re.compile(r"</pre\b", re.IGNORECASE)
ALONE, OPENINGS = frozenset("#-_*"), frozenset(":<")
CONTINUED = (Kind.ITEM, Kind.NOTE, Kind.DEFINITION)


def blocks(text: str) -> Iterator[Block]:
    """`text` has line feeds as the ends of its lines."""
    before: Kind | None = None
    for start, lines in _chunks(text):
        kind = _kind(lines)
        is_indented = lines[0].startswith(("  ", "\t"))
        if kind is not Kind.CODE and is_indented and before in CONTINUED:
            kind = before
        before = kind
        yield Block(kind, "\n".join(lines), start)


def _chunks(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield each block's lines with the offset of the first."""
    chunk: list[str] = []
    start = place = 0
    closes: Callable[[str], object] | None = None
    for line in text.split("\n"):
        if closes:
            chunk.append(line)
            if closes(line):
                yield start, chunk
                chunk, closes = [], None
        elif not line or line.isspace():
            if chunk:
                yield start, chunk
            chunk = []
        elif closes := _closing(line):
            if chunk:
                yield start, chunk
            chunk, start = [line], place
            if PRE.match(line) and closes(line):
                yield start, chunk
                chunk, closes = [], None
        elif line.lstrip()[:1] in ALONE and (HEADING.match(line) or RULE.match(line)):
            if chunk:
                yield start, chunk
            chunk = []
            yield place, [line]
        else:
            if not chunk:
                start = place
            chunk.append(line)
        place += len(line) + 1
    if chunk:
        yield start, chunk


def _closing(line: str) -> Callable[[str], object] | None:
    """Return what tells the last line of the block that this line opens, if no blank line does."""
    is_fence = "```" in line or "~~~" in line
    if is_fence and (fence := OPENING_FENCE.match(line)):
        return partial(_is_closing, fence["fence"])
    if line.lstrip()[:1] not in OPENINGS:
        return None
    if PullQuote.OPENING.match(line):
        return PullQuote.CLOSING.match
    return PRE_END.search if PRE.match(line) else None


def _is_closing(fence: str, line: str) -> bool:
    line = line.strip(" \t>")
    return len(line) >= len(fence) and not line.strip(fence[0])


def _kind(lines: list[str]) -> Kind:
    first = lines[0]
    if OPENING_FENCE.match(first) or PRE.match(first):
        return Kind.CODE
    if PullQuote.OPENING.match(first):
        return Kind.PULL_QUOTE
    if RULE.match(first):
        return Kind.RULE
    for kind, pattern in (
        (Kind.HEADING, HEADING),
        (Kind.NOTE, NOTE),
        (Kind.REFERENCE, REFERENCE),
        (Kind.ITEM, ITEM),
    ):
        if pattern.match(first):
            return kind
    if first.lstrip().startswith(">"):
        return Kind.QUOTE
    if any(map(TABLE.match, lines)):
        return Kind.TABLE
    if any(map(DEFINITION.match, lines)):
        return Kind.DEFINITION
    tag = TAG.match(first.lstrip())
    is_block = tag and (tag[1] or "").lower() not in INLINE_TAGS
    return Kind.HTML if is_block else Kind.PARAGRAPH
