"""Three-way merge of two people's changes: a text by paragraph, other fields as a whole.

    base      what both people opened
    mine      what the second one sends
    theirs    what the first one saved meanwhile

No word that is new in `mine` or in `theirs` is lost from a text. It is a conflict, and both stand
in the text, where both changed the same paragraph, added other paragraphs at the same place, or
one deleted what the other changed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

from blog.editing.matching import Block, Budget, matching_blocks
from blog.editing.paragraphs import Paragraphs, pair, split, with_line_feeds

GAP = "\n\n"


@dataclass(frozen=True)
class Labels:
    """Lines that mark a conflict in the text, each a paragraph of its own:
    "[Ana's version of this paragraph:]", "[Ana added here:]", "[Ana deleted this paragraph:]"."""

    changed: str
    added: str
    deleted: str


@dataclass(frozen=True)
class Merged:
    text: str
    conflicts: int


@dataclass(frozen=True)
class MergedFields:
    """In fields with conflicts `values` has mine, except in the body, where it has both."""

    values: dict[str, Any] = field(default_factory=dict)
    conflicts: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class _Placed:
    """A paragraph of the result, and which one it is in each of the texts."""

    text: str
    base: int | None = None
    mine: int | None = None
    theirs: int | None = None


class _Side:
    """One person's version of each paragraph of the base."""

    def __init__(self, base: list[str], text: str, budget: Budget) -> None:
        self.paragraphs = split(text)
        self.texts = self.paragraphs.texts
        self.became: list[int | None] = [None] * len(base)
        # By the paragraph of the base that they stand before.
        self.added: list[list[int]] = [[] for _ in range(len(base) + 1)]
        slot = 0
        for i, j in pair(base, self.texts, budget):
            if i is None and j is not None:
                self.added[slot].append(j)
            elif i is not None and j is not None:
                self.became[i] = j
                slot = i + 1

    def text(self, index: int | None) -> str | None:
        return None if index is None else self.texts[index]


def merge(base: str, mine: str, theirs: str, labels: Labels) -> Merged:
    """White space between paragraphs stays as it is; lines end in LF."""
    base, mine, theirs = map(with_line_feeds, (base, mine, theirs))
    if mine in (base, theirs):
        return Merged(theirs, 0)
    if theirs == base:
        return Merged(mine, 0)
    return _Merge(base, mine, theirs, labels).result()


def merge_fields(
    base: dict[str, Any],
    mine: dict[str, Any],
    theirs: dict[str, Any],
    labels: Labels,
    by_paragraph: tuple[str, ...] = ("body",),
) -> MergedFields:
    """A field that one of the three lacks is unchanged there."""
    merged = MergedFields()
    for name in base | theirs | mine:
        old = _comparable(base.get(name))
        my_value, their_value = (_comparable(side.get(name, old)) for side in (mine, theirs))
        if name in by_paragraph:
            text = merge(old or "", my_value or "", their_value or "", labels)
            value, is_conflict = text.text, bool(text.conflicts)
        else:
            value = their_value if my_value == old else my_value
            is_conflict = their_value not in (old, my_value) and my_value != old
        merged.values[name] = value
        if is_conflict:
            merged.conflicts.append(name)
    return merged


def _comparable(value: Any) -> Any:
    return with_line_feeds(value) if isinstance(value, str) else value


class _Merge:
    def __init__(self, base: str, mine: str, theirs: str, labels: Labels) -> None:
        self.budget = Budget()
        self.base = split(base)
        self.mine = _Side(self.base.texts, mine, self.budget)
        self.theirs = _Side(self.base.texts, theirs, self.budget)
        self.labels = labels
        self.conflicts = 0

    def result(self) -> Merged:
        placed = list(self._placed())
        if not placed:
            return Merged("", 0)
        gaps = [self._gap(before, after) for before, after in pairwise(placed)]
        gaps.append(self._outer_gap(-1))
        texts = "".join(p.text + gap for p, gap in zip(placed, gaps, strict=True))
        # A text of spaces alone must not indent what now comes after them.
        start = "".join(self._outer_gap(0).rpartition("\n")[:2])
        return Merged(start + texts, self.conflicts)

    def _placed(self) -> Iterator[_Placed]:
        for index in range(len(self.base.texts)):
            yield from self._added(index)
            yield from self._paragraph(index)
        yield from self._added(len(self.base.texts))

    def _paragraph(self, index: int) -> Iterator[_Placed]:
        old = self.base.texts[index]
        mine, theirs = self.mine.became[index], self.theirs.became[index]
        my_text, their_text = self.mine.text(mine), self.theirs.text(theirs)
        if my_text == their_text or their_text == old:
            chosen = my_text
        elif my_text == old:
            chosen = their_text
        else:
            yield from self._conflict(index, my_text, their_text)
            return
        if chosen is not None:
            yield _Placed(chosen, index, mine, theirs)

    def _conflict(
        self, index: int, my_text: str | None, their_text: str | None
    ) -> Iterator[_Placed]:
        self.conflicts += 1
        if their_text is None:
            yield _Placed(self.labels.deleted)
        if my_text is not None:
            yield _Placed(my_text, index, mine=self.mine.became[index])
        if their_text is not None:
            yield _Placed(self.labels.changed)
            yield _Placed(their_text, index, theirs=self.theirs.became[index])

    def _added(self, index: int) -> Iterator[_Placed]:
        """Yield both additions; a paragraph that both added alike only once."""
        mine, theirs = self.mine.added[index], self.theirs.added[index]
        texts = [self.mine.texts[n] for n in mine], [self.theirs.texts[n] for n in theirs]
        a = b = 0
        for block in [*matching_blocks(*texts, self.budget), Block(len(mine), len(theirs), 0)]:
            yield from self._added_apart(mine[a : block.a], theirs[b : block.b])
            a, b = block.range_a.stop, block.range_b.stop
            for n, m in zip(mine[block.a : a], theirs[block.b : b], strict=True):
                yield _Placed(self.mine.texts[n], mine=n, theirs=m)

    def _added_apart(self, mine: list[int], theirs: list[int]) -> Iterator[_Placed]:
        for n in mine:
            yield _Placed(self.mine.texts[n], mine=n)
        if mine and theirs:
            self.conflicts += 1
            yield _Placed(self.labels.added)
        for n in theirs:
            yield _Placed(self.theirs.texts[n], theirs=n)

    def _gap(self, before: _Placed, after: _Placed) -> str:
        base = _between(self.base, before.base, after.base)
        mine = _between(self.mine.paragraphs, before.mine, after.mine)
        theirs = _between(self.theirs.paragraphs, before.theirs, after.theirs)
        if mine is None or theirs is None:
            return mine or theirs or GAP
        return theirs if mine == base else mine

    def _outer_gap(self, place: int) -> str:
        base, mine, theirs = (
            side.gaps[place] for side in (self.base, self.mine.paragraphs, self.theirs.paragraphs)
        )
        return theirs if mine == base else mine


def _between(paragraphs: Paragraphs, before: int | None, after: int | None) -> str | None:
    if before is None or after is None or after != before + 1:
        return None
    return paragraphs.gaps[after]
