"""Three-way merge of the policy: field by field, and in a list line by line.

    base      the values when the form was opened
    mine      the values that were sent
    theirs    the values that are stored now

A clash is reported only where both people changed the same field or line in different ways.
Pure: values in, values and clashes out.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from itertools import zip_longest

# Two lines with at least this similarity count as one edited line.
SIMILARITY = 0.6
Value = int | str


@dataclass(frozen=True)
class Clash:
    """A field or line that both changed. `base` is None where it is unknown; a deleted line is
    ""."""

    name: str
    base: int | str | None
    mine: int | str
    theirs: int | str

    @property
    def is_line(self) -> bool:
        return isinstance(self.base, str)


Merged = tuple[Value, list[Clash]]


@dataclass(frozen=True)
class Merge:
    """Where there is a clash, `values` has mine."""

    theirs: dict
    values: dict = field(default_factory=dict)
    clashes: list[Clash] = field(default_factory=list)


def merge(base: dict, mine: dict, theirs: dict) -> Merge:
    """Fields missing in `mine` are left alone; `base` may lack some."""
    merged = Merge(theirs)
    for name, value in mine.items():
        merge_field = _merge_lines if isinstance(value, str) else _merge_value
        merged.values[name], clashes = merge_field(name, base.get(name), value, theirs[name])
        merged.clashes.extend(clashes)
    return merged


def _merge_value(name: str, base: Value | None, mine: Value, theirs: Value) -> Merged:
    if mine in (base, theirs):
        return theirs, []
    return mine, [Clash(name, base, mine, theirs)] if theirs != base else []


def _merge_lines(name: str, base: str | None, mine: str, theirs: str) -> Merged:
    my_lines, their_lines = lines(mine), lines(theirs)
    if base is None:
        both = "\n".join(dict.fromkeys((*my_lines, *their_lines)))
        return both, [Clash(name, None, mine, theirs)] if my_lines != their_lines else []
    before = lines(base)
    if my_lines in (before, their_lines):
        return theirs, []
    if their_lines == before:
        return mine, []
    my_edits, their_edits = _edits(before, my_lines), _edits(before, their_lines)
    both_edited = my_edits.keys() & their_edits.keys()
    clashing = [
        line for line in before if line in both_edited and my_edits[line] != their_edits[line]
    ]
    if _is_in_order(before, my_lines):
        # Apply my edits to theirs; where there is a clash, my edit replaces theirs.
        replacements = {their_edits[line]: my_edits[line] for line in clashing if their_edits[line]}
        merged = _apply(my_edits | replacements, _added(before, my_lines), onto=their_lines)
    else:
        # I reordered the lines: apply their edits to mine.
        edits = {line: edit for line, edit in their_edits.items() if line not in both_edited}
        left = {their_edits[line] for line in clashing}
        added = [line for line in _added(before, their_lines) if line not in left]
        merged = _apply(edits, added, onto=my_lines)
    clashes = [Clash(name, line, my_edits[line], their_edits[line]) for line in clashing]
    return "\n".join(merged), clashes


def lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.splitlines() if line.strip())


def _edits(before: tuple, after: tuple) -> dict[str, str]:
    """Maps each line that is gone to the line that replaces it, or to ""."""
    gone, added = _by_neighbour(before, set(after)), _by_neighbour(after, set(before))
    edits = {}
    for neighbour, old in gone.items():
        new = added.get(neighbour, [])[: len(old)]
        for line, other in zip_longest(old, new, fillvalue=""):
            is_edit = SequenceMatcher(None, line, other, False).ratio() >= SIMILARITY
            edits[line] = other if is_edit else ""
    return edits


def _by_neighbour(lines: tuple, kept: set) -> dict[str, list[str]]:
    found, neighbour = defaultdict(list), ""
    for line in lines:
        if line in kept:
            neighbour = line
        else:
            found[neighbour].append(line)
    return found


def _added(before: tuple, after: tuple) -> list[str]:
    old = set(before)
    return [line for line in after if line not in old]


def _is_in_order(before: tuple, after: tuple) -> bool:
    old, new = set(before), set(after)
    return [w for w in before if w in new] == [w for w in after if w in old]


def _apply(edits: dict[str, str], added: list[str], *, onto: tuple) -> list[str]:
    changed = (edits.get(line, line) for line in onto)
    return list(dict.fromkeys(filter(None, (*changed, *added))))
