"""Limit the time that Python-Markdown and bleach may spend on a post.

A hostile text of 64 kB would take minutes; a text over the limit is shown as plain paragraphs.
Costs are microseconds, measured with the texts of tests/blog/test_markup_hostile.py, rounded up.
"""

import re

from markdown.util import HTML_PLACEHOLDER

COSTS = {
    re.compile(r"\n\s*\n|^ {0,3}[-#]|\d\. ", re.MULTILINE): 200,
    re.compile(r"[\[\]*_`\\&<>]"): 100,
    re.compile(r"\|"): 200,
    re.compile(HTML_PLACEHOLDER % r"\d+"): 700,
    re.compile(r"\[\^"): 900,
    re.compile(r"^ {0,3}: ", re.MULTILINE): 600,
}
SCAN_COST, ABBREVIATION_COST = 0.4, 0.05
LETTER_COST, SHORT_TEXT = 14, 65_536

ABBREVIATION = re.compile(r"^\*\[", re.MULTILINE)
BRACKET = re.compile(
    r"(?P<square>[\[\]])|(?P<round>[()])|(?P<angle><(?=[a-z/!?])|>)|(?P<blank>\n\s*\n)",
    re.IGNORECASE,
)
TAG_NAME = re.compile(r"<(/?)([a-z][a-z0-9]*)", re.IGNORECASE)
LEFT_OPEN = frozenset(
    {"br", "hr", "img", "wbr", "col", "p", "li", "dt", "dd", "tr", "td", "th"}
    | {"thead", "tbody", "tfoot"}
)


class TooDear(Exception):
    pass


def check_source(text: str) -> None:
    """Raises TooDear. `text` is Markdown with placeholders for the fenced code."""
    marks = sum(len(mark.findall(text)) * cost for mark, cost in COSTS.items())
    abbreviations = len(ABBREVIATION.findall(text)) * len(text)
    cost = marks + _scans(text) * SCAN_COST + abbreviations * ABBREVIATION_COST
    if cost > max(len(text), SHORT_TEXT) * LETTER_COST:
        raise TooDear


def _scans(text: str) -> int:
    # Counts the letters that a parser reads to find where each bracket closes.
    letters = last = 0
    depth: dict[str | None, int] = {"square": 0, "round": 0, "angle": 0}
    for match in BRACKET.finditer(text):
        letters += sum(depth.values()) * (match.start() - last)
        last = match.start()
        if match.lastgroup == "blank":
            depth["square"] = depth["round"] = 0
        else:
            step = 1 if match.group() in "[(<" else -1
            depth[match.lastgroup] = max(depth[match.lastgroup] + step, 0)
    return letters + sum(depth.values()) * (len(text) - last)


def check_nesting(html: str) -> None:
    """Raises TooDear for HTML whose open elements a parser would repeat in each paragraph."""
    elements = depth = 0
    for closing, name in TAG_NAME.findall(html):
        depth += (-1 if closing else 1) * (name.lower() not in LEFT_OPEN)
        elements += max(depth, 0) * (not closing)
    if elements > max(len(html), SHORT_TEXT):
        raise TooDear
