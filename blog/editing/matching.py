"""Finds the parts that two lists have in common, in bounded time.

difflib alone takes seconds for long lists and minutes where items repeat. So a long list is first
cut at runs of items that stand once in both (a "patience diff"); difflib compares what is left.
"""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

# With less, difflib is as quick, and chooses better.
SMALL = 60**3 // 16
# Steps that reading a character costs, measured.
CHARACTER = 4


class Budget:
    """Steps that one comparison may take: all of them take about a second."""

    def __init__(self, steps: int = 12_000_000) -> None:
        self.left = steps

    def spend(self, steps: int) -> bool:
        if steps > self.left:
            return False
        self.left -= steps
        return True

    def spend_on_reading(self, characters: int) -> bool:
        return self.spend(characters * CHARACTER)


@dataclass(frozen=True)
class Block:
    a: int
    b: int
    size: int

    @property
    def range_a(self) -> range:
        return range(self.a, self.a + self.size)

    @property
    def range_b(self) -> range:
        return range(self.b, self.b + self.size)


def matching_blocks(
    a: list[str], b: list[str], budget: Budget, sizes: tuple[int, ...] = (2, 1)
) -> list[Block]:
    """Return what SequenceMatcher.get_matching_blocks does, without the empty block at the end.
    What the budget does not allow to compare counts as different.

    `sizes`: how long the runs are at which a long list is cut, in the order to try them.
    """
    return list(_joined(_blocks(a, b, budget, sizes)))


def _joined(found: Iterable[tuple[int, int, int]]) -> Iterator[Block]:
    a, b, size = 0, 0, 0
    for next_a, next_b, next_size in found:
        if (a + size, b + size) == (next_a, next_b):
            size += next_size
            continue
        if size:
            yield Block(a, b, size)
        a, b, size = next_a, next_b, next_size
    if size:
        yield Block(a, b, size)


def _blocks(
    a: list[str], b: list[str], budget: Budget, sizes: tuple[int, ...]
) -> Iterator[tuple[int, int, int]]:
    start = _common(a, b)
    end = _common(a[start:][::-1], b[start:][::-1])
    if start:
        yield 0, 0, start
    middle = _between(a[start : len(a) - end], b[start : len(b) - end], budget, sizes)
    for place_a, place_b, size in middle:
        yield start + place_a, start + place_b, size
    if end:
        yield len(a) - end, len(b) - end, end


def _common(a: list[str], b: list[str]) -> int:
    pairs = enumerate(zip(a, b, strict=False))
    return next((n for n, (x, y) in pairs if x != y), min(len(a), len(b)))


def _between(
    a: list[str], b: list[str], budget: Budget, sizes: tuple[int, ...]
) -> Iterator[tuple[int, int, int]]:
    if not a or not b:
        return
    # At worst difflib finds one item after the other, and looks at all pairs that are left.
    cost = len(a) * len(b) * min(len(a), len(b)) // 16 + len(a) + len(b)
    if cost > SMALL and sizes:
        yield from _cut(a, b, budget, sizes)
    elif budget.spend(cost):
        for block in SequenceMatcher(None, a, b, autojunk=False).get_matching_blocks()[:-1]:
            yield block.a, block.b, block.size


def _cut(
    a: list[str], b: list[str], budget: Budget, sizes: tuple[int, ...]
) -> Iterator[tuple[int, int, int]]:
    last_a, last_b = 0, 0
    for place_a, place_b in [*_anchors(a, b, sizes[0]), (len(a), len(b))]:
        if place_a > last_a and place_b > last_b:
            parts = a[last_a:place_a], b[last_b:place_b]
            for inner_a, inner_b, size in _blocks(*parts, budget, sizes[1:]):
                yield last_a + inner_a, last_b + inner_b, size
        if place_a < len(a):
            yield place_a, place_b, 1
        last_a, last_b = place_a + 1, place_b + 1


def _anchors(a: list[str], b: list[str], size: int) -> list[tuple[int, int]]:
    """Return the places of the runs that stand once in both: the most that are in one order."""
    once_in_a, once_in_b = _once(a, size), _once(b, size)
    shared = [(place, once_in_b[run]) for run, place in once_in_a.items() if run in once_in_b]
    return _longest_increasing(shared)


def _once(items: list[str], size: int) -> dict[Sequence[str], int]:
    places: dict[Sequence[str], int] = {}
    repeated = set()
    for place, run in enumerate(zip(*(items[n:] for n in range(size)), strict=False)):
        if run in places:
            repeated.add(run)
        places[run] = place
    for run in repeated:
        del places[run]
    return places


def _longest_increasing(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest run of pairs, sorted by their first number, whose second increases too."""
    ends: list[int] = []  # the smallest second at which a row of n + 1 pairs ends
    rows: list[int] = []  # the index of that pair
    before: list[int] = []
    for index, (_first, second) in enumerate(pairs):
        length = bisect_left(ends, second)
        before.append(rows[length - 1] if length else -1)
        ends[length : length + 1] = [second]
        rows[length : length + 1] = [index]
    longest = []
    index = rows[-1] if rows else -1
    while index >= 0:
        longest.append(pairs[index])
        index = before[index]
    return longest[::-1]
