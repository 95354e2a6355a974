"""Two Markdown texts side by side: by paragraph, and by word in those that changed.

Takes at most about a second, whatever the texts: what is too long or too different is shown as
replaced.
"""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from blog.editing.matching import Budget, matching_blocks
from blog.editing.paragraphs import pair, split

WORD = re.compile(r"\s*\S+\s*")
# With fewer words in common, a paragraph is easier to read as replaced.
LEAST_IN_COMMON = 0.3


@dataclass(frozen=True)
class Piece:
    text: str
    is_changed: bool


Pieces = tuple[Piece, ...]


@dataclass(frozen=True)
class Change:
    """One paragraph. The pieces joined are its text, before and after.

    "spacing": only spaces or line breaks changed. "collapsed" stands for `paragraphs` paragraphs
    that are the same and not shown; it has no pieces.
    """

    kind: Literal["same", "added", "removed", "changed", "spacing", "collapsed"]
    before: Pieces = ()
    after: Pieces = ()
    paragraphs: int = 1


def compare(before: str, after: str) -> list[Change]:
    budget = Budget()
    old, new = split(before).texts, split(after).texts
    return [
        _change(None if i is None else old[i], None if j is None else new[j], budget)
        for i, j in pair(old, new, budget)
    ]


def collapse(changes: Iterable[Change], context: int = 1) -> list[Change]:
    """Leave out what is the same, except `context` paragraphs on each side of a change."""
    runs = [(same, list(run)) for same, run in groupby(changes, lambda c: c.kind == "same")]
    shown: list[Change] = []
    for number, (same, run) in enumerate(runs):
        first = context if number else 0
        last = len(run) - (context if number < len(runs) - 1 else 0)
        if same and last - first > 1:
            run[first:last] = [Change("collapsed", paragraphs=last - first)]
        shown += run
    return shown


def words_changed(before: str, after: str) -> int:
    """Count a replaced word once and a moved word not at all."""
    old, new = Counter(before.split()), Counter(after.split())
    return max((new - old).total(), (old - new).total())


def _change(before: str | None, after: str | None, budget: Budget) -> Change:
    if before == after:
        return Change("same", _whole(before, False), _whole(after, False))
    if before is None or after is None:
        kind: Literal["added", "removed"] = "added" if before is None else "removed"
        return Change(kind, _whole(before, True), _whole(after, True))
    return _changed(before, after, budget)


def _changed(before: str, after: str, budget: Budget) -> Change:
    replaced = Change("changed", _whole(before, True), _whole(after, True))
    if not budget.spend_on_reading(len(before) + len(after)):
        return replaced
    old, new = WORD.findall(before), WORD.findall(after)
    blocks = matching_blocks(list(map(str.strip, old)), list(map(str.strip, new)), budget)
    in_common = sum(block.size for block in blocks)
    if in_common == len(old) == len(new):
        return Change("spacing", _whole(before, False), _whole(after, False))
    if in_common < LEAST_IN_COMMON * max(len(old), len(new)):
        return replaced
    return Change(
        "changed",
        _pieces(old, [block.range_a for block in blocks]),
        _pieces(new, [block.range_b for block in blocks]),
    )


def _whole(text: str | None, is_changed: bool) -> Pieces:
    return () if text is None else (Piece(text, is_changed),)


def _pieces(words: list[str], in_common: list[range]) -> Pieces:
    pieces: list[Piece] = []
    end = 0
    for place in [*in_common, range(len(words), len(words))]:
        for start, stop, is_changed in ((end, place.start, True), (place.start, place.stop, False)):
            if start < stop:
                pieces.append(Piece("".join(words[start:stop]), is_changed))
        end = place.stop
    return tuple(pieces)
