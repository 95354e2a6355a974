"""Marks matches in the text of an HTML page, across the tags in it."""

from collections.abc import Callable
from html import escape, unescape
from itertools import groupby

Find = Callable[[str], list[tuple[int, int]]]


def mark(nodes: list[str], find: Find) -> list[str]:
    """`nodes` are the texts between the tags. `find` is called once with the whole text, so that
    a word with tags in it is marked in its parts."""
    texts = [unescape(node) for node in nodes]
    whole = "".join(texts)
    inside = [False] * len(whole)
    for start, end in find(whole):
        inside[start:end] = [True] * (end - start)
    if not any(inside):
        return nodes
    marked, start = [], 0
    for text in texts:
        marked.append(_marked(text, inside[start : start + len(text)]))
        start += len(text)
    return marked


def _marked(text: str, inside: list[bool]) -> str:
    pieces = []
    for is_inside, run in groupby(zip(text, inside, strict=True), key=lambda pair: pair[1]):
        piece = escape("".join(char for char, _is in run), quote=False)
        pieces.append(f"<mark>{piece}</mark>" if is_inside else piece)
    return "".join(pieces)
