"""Unwraps text with hard line breaks, as in a mail: one line for each paragraph.

Only line breaks and spaces at the ends of lines are removed; only a backslash before a lone "*"
and "## " before a title are added.
"""

import re
from dataclasses import dataclass, field
from itertools import pairwise

SHORTEST, LONGEST = 55, 80  # length of wrapped lines
FEWEST_LINES = 3
CENTRED, TITLE_LINES = 4, 3
SHORT = 4  # a shorter line of capitals is a number
SPACES = " \t\xa0"  # text copied from web pages often has the third

VERBATIM = re.compile(r"[ \t]*(?P<fence>`{3,}(?=[^`]*$)|~{3,})|.*<(?P<pre>pre)\b", re.IGNORECASE)
# Markdown at the start of any line of a paragraph ...
RULE = re.compile(r"([-_*])[ ]*(?:\1[ ]*){2,}$")
MARKED = re.compile(
    rf"#{{1,6}} |>|<|\||:|\[[^\]]+\]:|\*\[[^\]]+\]:|{RULE.pattern}|[-:| ]*-\|[-:| ]*$"
)
# ... and items, which make a list only at the start of a paragraph or several times in it.
ITEM = re.compile(r"(?:[-+*]|\d+[.)])[ \t]")
INDENTED = re.compile(r"  |\t")
INDENT = re.compile(r"[ \xa0]{2}|\t")
HARD_BREAK = re.compile(r"(?:  |\\)$")

MEANT = re.compile(
    r"(?<!`)(`+)(?!`)[^`]+\1(?!`)|\\."
    r"|(?<![\w*])\*\*(?![\s*])(?:[^*]|\*(?!\*))+(?<!\s)\*\*(?![\w*])"
    r"|(?<![\w*])(\*|\*{3})(?![\s*])[^*]+(?<!\s)\2(?![\w*])"
    r"|(?P<lone>\*)",
    re.DOTALL,
)


@dataclass
class Block:
    """The lines between two blank ones; code keeps its blank lines."""

    lines: list[str] = field(default_factory=list)
    prose: bool = True

    @property
    def bare(self) -> list[str]:
        return [line.strip(SPACES) for line in self.lines]

    def is_wrapped(self) -> bool:
        lengths = [len(line) for line in self.bare]
        full = sum(length >= SHORTEST for length in lengths[:-1])
        return full > 0 and full * 3 >= (len(lengths) - 1) * 2 and max(lengths) <= LONGEST


def is_hard_wrapped(text: str) -> bool:
    blocks = [block for block in _blocks(text) if block.prose]
    wrapped = [block for block in blocks if block.is_wrapped()]
    longer = [block for block in blocks if len(block.lines) > 1 or len(block.bare[0]) > LONGEST]
    lines = sum(len(block.lines) for block in wrapped)
    return lines >= FEWEST_LINES and len(wrapped) * 2 > len(longer)


def split_title(text: str) -> tuple[str, str]:
    """Return the centred or capitalised title above the text, or "", and the rest."""
    blocks = _blocks(text)
    if len(blocks) < 2 or not blocks[0].prose or len(blocks[0].lines) > TITLE_LINES:
        return "", text
    below = min(_indent(line) for block in blocks[1:] for line in block.lines if line)
    centred = all(_indent(line) >= below + CENTRED for line in blocks[0].lines)
    in_capitals = all(line.isupper() and len(line) > SHORT for line in blocks[0].bare)
    if not (centred or in_capitals) or max(map(len, blocks[0].bare)) > LONGEST:
        return "", text
    return " ".join(blocks[0].bare), _text(["\n".join(block.lines) for block in blocks[1:]])


def unwrap(text: str, titled: bool = False) -> str:
    """Join wrapped lines; a centred title becomes a heading unless it was removed before
    (`titled`)."""
    title, rest = ("", text) if titled else split_title(text)
    heading = [f"## {_escaped(title)}"] if title else []
    return _text([*heading, *map(_unwrapped, _blocks(rest))])


def _text(paragraphs: list[str]) -> str:
    return "\n\n".join(paragraphs)


def _blocks(text: str) -> list[Block]:
    blocks, closing = [Block()], None
    for line in re.split(r"\r\n|\r|\n", text):
        if closing:
            closing = None if closing.match(line) else closing
        elif not line.strip(SPACES):
            blocks.append(Block())
            continue
        elif opening := VERBATIM.match(line):
            closing, blocks[-1].prose = _closing(opening, line), False
        blocks[-1].lines.append(line)
    blocks = [block for block in blocks if block.lines]
    _set_apart(blocks)
    return [part for block in blocks for part in _parted(block)]


def _closing(opening: re.Match, line: str) -> re.Pattern | None:
    if fence := opening["fence"]:
        return re.compile(rf"[ \t]*{fence}{fence[0]}*[ \t]*$")
    end = re.compile(r".*</pre\b", re.IGNORECASE)
    return None if end.match(line) else end


def _set_apart(blocks: list[Block]) -> None:
    # Marks blocks that are not prose, with the indented paragraphs of a list or a note.
    lines = [line for block in blocks for line in block.bare]
    stars = sum(line.startswith("* ") and not RULE.match(line) for line in lines)
    before = True
    for block in blocks:
        continued = not before and all(INDENTED.match(line) for line in block.lines)
        block.prose = before = block.prose and not continued and not _has_marks(block, stars)


def _parted(block: Block) -> list[Block]:
    # Without blank lines between them, indented lines begin paragraphs. Two in a row are a hanging
    # indent, or verse.
    deep = [place for place, line in enumerate(block.lines) if place and INDENT.match(line)]
    ends = [*deep[1:], len(block.lines)]
    if not block.prose or not deep or any(b - a < 2 for a, b in zip(deep, ends, strict=True)):
        return [block]
    return [Block(block.lines[a:b]) for a, b in pairwise([0, *deep, len(block.lines)])]


def _has_marks(block: Block, stars: int) -> bool:
    # A list has more than one item: the only "* " of a text begins a footnote.
    items = [bool(ITEM.match(line)) and (stars > 1 or line[0] != "*") for line in block.bare]
    marked = items[0] or sum(items) > 1 or any(map(MARKED.match, block.bare))
    return marked or any(map(HARD_BREAK.search, block.lines[:-1]))


def _unwrapped(block: Block) -> str:
    if len(block.lines) == 1 and RULE.match(block.bare[0]):
        return block.bare[0]  # Markdown does not recognise a centred rule
    if not block.prose:
        return "\n".join(block.lines)
    return _escaped(_joined(block.bare) if block.is_wrapped() else "\n".join(block.bare))


def _joined(lines: list[str]) -> str:
    text = lines[0]
    for line in lines[1:]:
        text += line if re.search(r"\w-$", text) else f" {line}"
    return text


def _escaped(text: str) -> str:
    return MEANT.sub(lambda found: r"\*" if found["lone"] else found.group(), text)


def _indent(line: str) -> int:
    line = line.replace("\xa0", " ").expandtabs()
    return len(line) - len(line.lstrip(" "))
