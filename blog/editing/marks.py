"""Findings of the checklist about marks such as "*" and "[1]" whose note is missing."""

import re
from collections.abc import Iterator
from itertools import islice

from django.utils.translation import gettext as _

from blog.editing.blocks import ITEM, Kind
from blog.editing.draft import MOST_OF_A_CODE, Draft, Finding, in_body
from blog.editing.inline import IGNORED, MOST_MARKS
from blog.editing.passages import Passage

STARS = re.compile(r"(?P<escape>\\)?(?P<stars>\*{1,3}|†{1,2}|‡{1,2})")
STAR_NOTE = re.compile(r"[\s>]*(\\?\*{1,2}|†{1,2}|‡{1,2})(?![*†‡])")
NUMBER = re.compile(r"(?<![\]\\!])\[(\^?[^\[\]\s^]{1,40})\](?![(\[:])")
NUMBERED = re.compile(r"^[ \t>]*+(?:\[(\^?[^\[\]\n]{1,40})\]|(\d{1,3})[.)])", re.MULTILINE)


def findings(draft: Draft, passages: list[Passage]) -> Iterator[Finding]:
    yield from islice(_stars(draft, passages), MOST_OF_A_CODE)
    yield from islice(_numbers(draft, passages), MOST_OF_A_CODE)


def _stars(draft: Draft, passages: list[Passage]) -> Iterator[Finding]:
    if not any(mark in draft.body for mark in "*†‡"):
        return
    items = sum(passage.kind is Kind.ITEM for passage in passages)
    notes = {note for passage in passages for note in _star_notes(passage, items)}
    for passage in passages:
        if passage.kind in (Kind.CODE, Kind.RULE, Kind.REFERENCE):
            continue
        for mark, place in _star_marks(passage.prose):
            if mark not in notes:
                start = passage.start + place
                yield _without_note(draft, mark, start)


def _star_notes(passage: Passage, items: int) -> Iterator[str]:
    """Yield the mark that a passage or a line of it begins with, unless it begins emphasis."""
    if passage.kind in (Kind.CODE, Kind.RULE, Kind.TABLE):
        return
    is_list = passage.kind is Kind.ITEM and (
        items > 1 or sum(bool(ITEM.match(line)) for line in passage.text.split("\n")) > 1
    )
    for line in passage.prose.split("\n"):
        note = STAR_NOTE.match(line)
        if note and not (is_list and line.lstrip().startswith("* ")):
            yield note[1].lstrip("\\")


def _star_marks(text: str) -> Iterator[tuple[str, int]]:
    """Yield marks behind a word that do not end an emphasis."""
    opened = 0
    if not any(mark in text for mark in "*†‡"):
        return
    for found in islice(STARS.finditer(text), MOST_MARKS):
        before = text[found.start() - 1 : found.start()]
        after = text[found.end() : found.end() + 1]
        is_escaped, stars = bool(found["escape"]), found["stars"]
        follows_word = before.isalpha() or before in tuple(".,;:!?)”’\"'")
        is_mark = follows_word and not (after.isalnum() or after == "*")
        if stars[0] == "*" and not is_escaped:
            if opened and not before.isspace():
                opened -= 1
                continue
            if after.strip() and (not follows_word or (before.isalpha() and after.isalnum())):
                opened += 1
                continue
        if is_mark and before and len(stars) < 3:
            yield stars, found.start()


def _numbers(draft: Draft, passages: list[Passage]) -> Iterator[Finding]:
    if "[" not in draft.body:
        return
    notes: dict[str, int] = {}
    for passage in passages:
        if passage.kind is not Kind.CODE:
            for note in NUMBERED.finditer(passage.text):
                notes[note[1] or note[2]] = passage.start + note.start()
    for passage in passages:
        if passage.kind is Kind.CODE or "[" not in passage.text:
            continue
        for found in _numbers_in(passage):
            start = passage.start + found.start()
            has_note = notes.get(found[1], -1) > start or (
                found[1].startswith("^") and found[1] in notes
            )
            before = draft.body[max(start - 5, 0) : start].rpartition("\n")[2]
            begins_line = not before.strip(" >")
            if not has_note and not (begins_line and found[1] in notes):
                yield _without_note(draft, found[0], start)


def _without_note(draft: Draft, mark: str, start: int) -> Finding:
    message = _("There is no note for the mark “%(mark)s”.") % {"mark": mark}
    return in_body(draft.body, "mark-without-note", message, start, start + len(mark))


def _numbers_in(passage: Passage) -> Iterator[re.Match[str]]:
    for found in NUMBER.finditer(passage.text):
        is_number = found[1].isdecimal() and len(found[1]) <= 3
        shown = passage.prose[found.start()]
        # Footnotes are ignored in prose, numbers in links, pictures and code too.
        is_footnote = found[1].startswith("^") and shown == IGNORED
        if is_footnote or (is_number and shown == "["):
            yield found
