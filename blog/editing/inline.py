"""Links and pictures in a block of Markdown, and what is left of it as prose.

Each function reads the text once, whatever stands in it.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, islice

# Both stand for text that is no prose, one character for each, so that places stay the same.
# Readers see code as part of the sentence; what is IGNORED they do not see there.
CODE, IGNORED = "\x01", "\x00"
# Beside a picture: it says nothing that the text does not.
DECORATIVE = "{decorative}"

LONGEST_LABEL, MOST_MARKS = 2000, 100_000

TICKS = re.compile(r"`++")
BRACKETS = re.compile(r"\\.|[\[\]]", re.DOTALL)
TARGET = re.compile(
    r"\(\s*+(?:<(?P<enclosed>[^<>\n]*+)>|(?P<plain>(?:[^\s()\\]|\\.|\([^\s()]*+\))*+))"
    r"[^()]*+(?:\([^()]*+\)[^()]*+)*+\)"
)
REFERENCE = re.compile(r"\[(?P<name>[^\[\]\n]*+)\]")
DEFINED = re.compile(r"^ {0,3}\[(?P<name>[^\]\n^][^\]\n]*+)\]:\s*+<?(?P<address>[^\s>]++)", re.M)
IMG = re.compile(r"<img\b(?P<attributes>[^<>]*+)>", re.IGNORECASE)
ANCHOR = re.compile(r"<a\b(?P<attributes>[^<>]*+)>(?P<label>[^<]*+)</a", re.IGNORECASE)
TAG = re.compile(r"</?[a-zA-Z][^<>]*+>")
ATTRIBUTE = re.compile(r"(?P<name>[\w:-]++)\s*+=\s*+(?P<value>\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++)")
FOOTNOTE = re.compile(r"\[\^[^\[\]\s]++\]")


@dataclass(frozen=True)
class Link:
    label: str
    address: str
    is_picture: bool
    start: int
    end: int
    label_start: int
    label_end: int
    is_decorative: bool = False


def references(text: str) -> dict[str, str]:
    """Return the addresses of "[name]: address", by name."""
    return {found["name"].strip().lower(): found["address"] for found in DEFINED.finditer(text)}


def links(text: str, defined: Mapping[str, str], most: int) -> list[Link]:
    """`text` comes from without_code()."""
    found: Iterable[Link] = _bracketed(text, defined) if "]" in text else ()
    if "<" in text:
        found = chain(found, _pictures_in_html(text), _links_in_html(text))
    return sorted(islice(found, max(most, 0)), key=lambda link: link.start)


def without_code(text: str) -> str:
    ticks = list(islice(TICKS.finditer(text), MOST_MARKS)) if "`" in text else []
    last_of = {len(tick[0]): tick.start() for tick in ticks}
    pieces, done, place = [], 0, 0
    while place < len(ticks):
        opening = ticks[place]
        place += 1
        if last_of[len(opening[0])] == opening.start():
            continue
        while len(ticks[place][0]) != len(opening[0]):
            place += 1
        end = ticks[place].end()
        pieces += [text[done : opening.start()], CODE * (end - opening.start())]
        done, place = end, place + 1
    return _without_comments("".join([*pieces, text[done:]]))


def prose(text: str, found: list[Link]) -> str:
    """Return the text with IGNORED in place of pictures, addresses, tags and notes' numbers."""
    hidden, picture_end = [], 0
    for link in found:
        if link.is_picture and link.end > picture_end:
            hidden.append((link.start, link.end))
            picture_end = link.end
        elif not link.is_picture:
            hidden += [(link.start, link.label_start), (link.label_end, link.end)]
    if hidden:
        letters = list(text)
        for start, end in hidden:
            letters[start:end] = IGNORED * (end - start)
        text = "".join(letters)
    for mark, pattern in (("<", TAG), ("[^", FOOTNOTE)):
        if mark in text:
            text = pattern.sub(lambda match: IGNORED * len(match[0]), text)
    return text


def _bracketed(text: str, defined: Mapping[str, str]) -> Iterator[Link]:
    open_at: list[int] = []
    for bracket in islice(BRACKETS.finditer(text), MOST_MARKS):
        if bracket[0] == "[":
            open_at.append(bracket.start())
        elif bracket[0] == "]" and open_at:
            start, label_end = open_at.pop(), bracket.start()
            label = text[start + 1 : min(label_end, start + 1 + LONGEST_LABEL)]
            target = _target(text, bracket.end(), label, defined)
            if target:
                address, end = target
                is_picture = text[start - 1 : start] == "!"
                is_decorative = is_picture and text.startswith(DECORATIVE, end)
                end += len(DECORATIVE) * is_decorative
                first = start - is_picture
                place = (first, end, start + 1, label_end)
                yield Link(label, address, is_picture, *place, is_decorative)


def _target(
    text: str, place: int, label: str, defined: Mapping[str, str]
) -> tuple[str, int] | None:
    """Return the address behind a label's "]", and where the link ends."""
    if text.startswith("(", place):
        target = TARGET.match(text, place)
        return (target["enclosed"] or target["plain"] or "", target.end()) if target else None
    if not defined or text.startswith(":", place):
        return None
    reference = REFERENCE.match(text, place)
    name = (reference["name"] if reference else "") or label
    address = defined.get(name.strip().lower())
    return (address, reference.end() if reference else place) if address else None


def _pictures_in_html(text: str) -> Iterator[Link]:
    for img in IMG.finditer(text):
        attributes = _attributes(img)
        label, address = attributes.get("alt", ""), attributes.get("src", "")
        is_decorative = attributes.get("alt") == ""
        yield Link(label, address, True, *img.span(), *img.span(), is_decorative)


def _links_in_html(text: str) -> Iterator[Link]:
    for link in ANCHOR.finditer(text):
        address = _attributes(link).get("href")
        if address is not None:
            label = link["label"][:LONGEST_LABEL]
            yield Link(label, address, False, *link.span(), *link.span("label"))


def _attributes(tag: re.Match[str]) -> dict[str, str]:
    found = ATTRIBUTE.finditer(tag["attributes"][:LONGEST_LABEL])
    return {each["name"].lower(): each["value"].strip("\"'") for each in found}


def _without_comments(text: str) -> str:
    pieces, done = [], 0
    while (start := text.find("<!--", done)) >= 0 and (end := text.find("-->", start)) >= 0:
        pieces += [text[done:start], IGNORED * (end + 3 - start)]
        done = end + 3
    return "".join([*pieces, text[done:]])
