"""Markdown as paragraphs, and which paragraph of one text became which of another."""

import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from blog.editing.matching import Budget, matching_blocks

LINE_END = re.compile(r"\r\n?")
BLANK_LINES = re.compile(r"(\n(?:[^\S\n]*\n)+)")
FIRST_BLANK_LINES = re.compile(r"(?:[^\S\n]*\n)*")
# A text with more is no essay, and counts as one paragraph.
MOST_PARAGRAPHS = 50_000

Pair = tuple[int | None, int | None]


@dataclass(frozen=True)
class Paragraphs:
    """`gaps` is the white space around `texts`: gaps[0] stands before the first, gaps[n] after the
    n-th."""

    texts: list[str]
    gaps: list[str]


def with_line_feeds(text: str) -> str:
    return LINE_END.sub("\n", text)


def split(text: str) -> Paragraphs:
    text = with_line_feeds(text)
    body = text.rstrip()
    if not body:
        return Paragraphs([], [text])
    start = FIRST_BLANK_LINES.match(body).end()  # type: ignore[union-attr]
    parts = BLANK_LINES.split(body[start:])
    if len(parts) > 2 * MOST_PARAGRAPHS:
        parts = [body[start:]]
    return Paragraphs(parts[::2], [text[:start], *parts[1::2], text[len(body) :]])


def pair(before: list[str], after: list[str], budget: Budget) -> list[Pair]:
    """Return every index of both once, in order: (3, 4) where paragraph 3 stayed or became
    paragraph 4, (3, None) where it was removed, (None, 4) where one was added."""
    pairs: list[Pair] = []
    old = new = 0
    for block in [*matching_blocks(before, after, budget, sizes=(1,)), None]:
        old_end, new_end = (block.a, block.b) if block else (len(before), len(after))
        changed = _pair_changed(before[old:old_end], after[new:new_end], budget)
        pairs += _shifted(changed, old, new)
        if block:
            pairs += zip(block.range_a, block.range_b, strict=True)
            old, new = block.range_a.stop, block.range_b.stop
    return pairs


def _shifted(pairs: Iterable[Pair], old: int, new: int) -> Iterator[Pair]:
    for i, j in pairs:
        yield (None if i is None else i + old), (None if j is None else j + new)


def _pair_changed(before: list[str], after: list[str], budget: Budget) -> list[Pair]:
    """Pair paragraphs that share phrases; those between them by their order if there are as many
    of them on both sides."""
    pairs: list[Pair] = []
    old = new = 0
    for i, j in [*_similar(before, after, budget), (len(before), len(after))]:
        removed, added = range(old, i), range(new, j)
        if len(removed) == len(added):
            pairs += zip(removed, added, strict=True)
        else:
            pairs += [(n, None) for n in removed] + [(None, n) for n in added]
        pairs.append((i, j))
        old, new = i + 1, j + 1
    return pairs[:-1]


def _similar(before: list[str], after: list[str], budget: Budget) -> list[tuple[int, int]]:
    if not before or not after or len(before) == len(after) == 1:
        return []
    if not budget.spend_on_reading(sum(map(len, before)) + sum(map(len, after))):
        return []
    old, new = _phrases(before), _phrases(after)
    shared = Counter((old[phrase], new[phrase]) for phrase in old.keys() & new.keys())
    chosen: list[tuple[int, int]] = []
    for found in sorted(shared, key=lambda found: (-shared[found], found)):
        place = bisect(chosen, found)
        fits_left = not place or _precedes(chosen[place - 1], found)
        if fits_left and (place == len(chosen) or _precedes(found, chosen[place])):
            chosen.insert(place, found)
    return chosen


def _precedes(one: tuple[int, int], other: tuple[int, int]) -> bool:
    return one[0] < other[0] and one[1] < other[1]


def _phrases(paragraphs: list[str]) -> dict[tuple[str, str], int]:
    """Return each two words that stand together once only, with their paragraph's index."""
    places: dict[tuple[str, str], int] = {}
    repeated = set()
    for index, text in enumerate(paragraphs):
        words = text.split()
        for phrase in zip(words, words[1:], strict=False):
            if phrase in places:
                repeated.add(phrase)
            places[phrase] = index
    return {phrase: index for phrase, index in places.items() if phrase not in repeated}
