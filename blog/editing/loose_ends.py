"""Findings of the checklist about words: to come, unfinished, torn or quoted wrongly.

Rather silent than wrong: each check was tried on finished essays, where it says nothing.
"""

import re
from collections.abc import Iterator
from html import unescape
from itertools import islice

from django.utils.translation import gettext as _

from blog.editing.blocks import Kind
from blog.editing.draft import MOST_OF_A_CODE, Draft, Finding, in_body
from blog.editing.inline import IGNORED, Link
from blog.editing.passages import Passage
from blog.text.plain_text import LONGEST

TO_COME = re.compile(r"(?<![\w/.#@-])(?:TK)++(?![\w/@-])")
WORD = re.compile(r"[^\W_]+")

SHORT = 40  # a shorter paragraph is a caption, a signature or a line of a list
SHORT_LINE = 80
DASHES, OPENING_QUOTES = ("—", "–", "-", "~"), "“‘\"'«„‹"
# After these blocks a sentence may go on; before them one may stop.
SHOWN = (Kind.ITEM, Kind.QUOTE, Kind.TABLE, Kind.CODE, Kind.DEFINITION, Kind.HTML)

TORN = re.compile(r"[^\W\d_]{2}-(?P<gap> |\n)(?P<next>[^\W\d_]+)")
# "Pre- and post-war" is not torn.
HANGING = frozenset(
    {"and", "or", "to", "nor", "but", "as", "than", "versus", "vs", "through", "rather", "not"}
    | {"und", "oder", "bis", "sowie", "bzw", "et", "ou", "y", "e", "o", "en", "of", "och", "og"}
)

MOST_PULL_QUOTES = 50


def findings(draft: Draft, passages: list[Passage], is_hard_wrapped: bool) -> Iterator[Finding]:
    for found in (
        _to_come(draft, passages),
        _torn(draft, passages, is_hard_wrapped),
        _unfinished(draft, passages),
        _pull_quotes(draft, passages),
    ):
        yield from islice(found, MOST_OF_A_CODE)


def has_to_come(text: str) -> bool:
    return bool(TO_COME.search(text))


def _to_come(draft: Draft, passages: list[Passage]) -> Iterator[Finding]:
    for passage in passages:
        for found in TO_COME.finditer(passage.prose) if "TK" in passage.prose else ():
            start, end = (passage.start + place for place in found.span())
            yield in_body(draft.body, "to-come", to_come_sentence(), start, end)


def to_come_sentence() -> str:
    return _("“TK” stands here: something is still to come.")


# Torn words.


def _torn(draft: Draft, passages: list[Passage], is_hard_wrapped: bool) -> Iterator[Finding]:
    for passage in passages:
        for found in TORN.finditer(passage.prose) if "-" in passage.prose else ():
            # "Unwrap lines" joins a word that is divided between two lines.
            mends_itself = found["gap"] == "\n" and is_hard_wrapped
            if mends_itself or not found["next"].islower() or found["next"] in HANGING:
                continue
            start, end = (passage.start + place for place in found.span())
            message = _("A word is torn after its hyphen.")
            yield in_body(draft.body, "torn-word", message, start, end)


# Paragraphs that stop in the middle.


def _unfinished(draft: Draft, passages: list[Passage]) -> Iterator[Finding]:
    around = [passage for passage in passages if not _is_beside_the_text(passage)]
    paragraphs = [passage for passage in around if passage.kind is Kind.PARAGRAPH]
    found = [
        passage
        for before, passage, after in zip(
            [None, *around], around, [*around[1:], None], strict=False
        )
        if passage.kind is Kind.PARAGRAPH and _stops(before, passage, after)
    ]
    if len(found) > 3 and len(found) * 2 > len(paragraphs):
        return  # somebody writes without full stops
    for passage in found:
        end = passage.start + len(passage.text.rstrip())
        message = _("This paragraph stops in the middle of a sentence.")
        yield in_body(draft.body, "unfinished-paragraph", message, end - SHORT, end)


def _is_beside_the_text(passage: Passage) -> bool:
    if passage.kind is Kind.PULL_QUOTE:
        return True
    is_picture = any(link.is_picture for link in passage.links)
    return passage.kind is Kind.PARAGRAPH and is_picture and not passage.plain


def _stops(before: Passage | None, passage: Passage, after: Passage | None) -> bool:
    text = passage.plain
    lines = passage.text.strip().split("\n")
    is_verse = len(lines) > 1 and max(map(len, lines)) <= LONGEST
    if len(text) <= SHORT or is_verse or text.startswith(DASHES) or not _ends_in_midair(text):
        return False
    if before and before.kind is Kind.QUOTE and len(text) <= SHORT_LINE:
        return False  # who said it
    if after and (after.kind in SHOWN or _begins_speech(after)):
        return False
    return not _is_marked_throughout(passage, text)


def _ends_in_midair(text: str) -> bool:
    last = text.rstrip("*_")[-1:]
    # In other scripts a sentence may end without a mark.
    return last == "," or last.islower() or last.isupper()


def _begins_speech(after: Passage) -> bool:
    lines = after.text.strip().split("\n")
    is_verse = len(lines) > 1 and max(map(len, lines)) <= SHORT_LINE
    return is_verse or after.plain.startswith((*DASHES, *OPENING_QUOTES))


def _is_marked_throughout(passage: Passage, text: str) -> bool:
    is_marked = text[0] in "*_(" and text[-1] in "*_)"
    is_one_link = len(passage.links) == 1 and _length(passage.links[0]) >= len(text)
    return is_marked or is_one_link


def _length(link: Link) -> int:
    return link.label_end - link.label_start


# Pull quotes.


def _pull_quotes(draft: Draft, passages: list[Passage]) -> Iterator[Finding]:
    quotes = [passage for passage in passages if passage.kind is Kind.PULL_QUOTE]
    if not quotes:
        return
    rest = _words(" ".join(p.plain for p in passages if p.kind is not Kind.PULL_QUOTE))
    for passage in quotes[:MOST_PULL_QUOTES]:
        lines = [line for line in passage.prose.split("\n") if not line.startswith(":::")]
        if len(lines) > 1 and lines[-1].strip().startswith(DASHES):
            lines.pop()  # who said it
        if _words(" ".join(lines).replace(IGNORED, "")) not in rest:
            start = passage.start + passage.text.find("\n") + 1
            message = _("This pull quote is no sentence of the text any more.")
            end = passage.start + len(passage.text)
            yield in_body(draft.body, "pull-quote", message, start, end)


def _words(text: str) -> str:
    return f" {' '.join(WORD.findall(unescape(text).casefold()))} "
