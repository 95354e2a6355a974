"""A piece of a text around the words that were looked for, with those words apart, to mark them."""

from bisect import bisect
from collections import defaultdict
from typing import NamedTuple

from blog.full_text.match import Phrase
from blog.search.query import Query
from blog.text.words import places

LENGTH, BEFORE = 260, 60
# The rest of a longer text is not read, so that a page of results is made soon.
READ = 100_000
# One word or phrase is mostly found near the beginning: half the time for a page of results.
SOON = 2_000


class Piece(NamedTuple):
    text: str
    is_found: bool = False


def whole(text: str, query: Query) -> list[Piece]:
    return _pieces(text, find(text, query.phrases))


def snippet(text: str, query: Query) -> list[Piece]:
    """Return the stretch with most of the words; the beginning where there are none."""
    if len(query.phrases) == 1 and len(text) > SOON + LENGTH:
        beginning = " ".join(text[: SOON + LENGTH].split())
        found = find(beginning, query.phrases)
        if found and _start(beginning, found) + LENGTH < len(beginning):
            return _stretch(beginning, found)
    text = " ".join(text[:READ].split())
    return _stretch(text, find(text, query.phrases))


def _stretch(text: str, found: list[tuple[int, int]]) -> list[Piece]:
    start = _start(text, found)
    end = _end(text, start)
    inside = [(a - start, b - start) for a, b in found if start <= a and b <= end]
    before, after = Piece("… " * (start > 0)), Piece(" …" * (end < len(text)))
    return [piece for piece in (before, *_pieces(text[start:end], inside), after) if piece.text]


def find(text: str, phrases: list[Phrase]) -> list[tuple[int, int]]:
    """Return the places of the phrases; those that overlap, as pairs of letters do, as one."""
    words = places(text)
    single = tuple(p.words[0] for p in phrases if len(p.words) == 1 and p.is_prefix)
    longer = defaultdict(list)
    for phrase in phrases:
        longer[phrase.words[0]].append(phrase)
    found: list[tuple[int, int]] = []
    for number, (word, start, end) in enumerate(words):
        ends = [end] if single and word.startswith(single) else []
        for phrase in longer.get(word, ()):
            those = words[number : number + len(phrase.words)]
            if phrase.matches(tuple(word for word, _start, _end in those)):
                ends.append(those[-1][2])
        if ends and found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(*ends, found[-1][1])
        elif ends:
            found.append((start, max(ends)))
    return found


def _start(text: str, found: list[tuple[int, int]]) -> int:
    starts = [start for start, _end in found]
    within = [bisect(starts, start + LENGTH - BEFORE) - n for n, start in enumerate(starts)]
    first = starts[within.index(max(within))] if starts else 0
    if first <= BEFORE:
        return 0
    return text.find(" ", first - BEFORE, first) + 1 or first


def _end(text: str, start: int) -> int:
    end = start + LENGTH
    if end >= len(text):
        return len(text)
    blank = text.rfind(" ", end - BEFORE, end)
    return blank if blank > start else end


def _pieces(text: str, found: list[tuple[int, int]]) -> list[Piece]:
    pieces, last = [], 0
    for start, end in found:
        pieces += [Piece(text[last:start]), Piece(text[start:end], is_found=True)]
        last = end
    return [piece for piece in (*pieces, Piece(text[last:])) if piece.text]
