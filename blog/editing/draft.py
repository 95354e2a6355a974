"""The checklist's input (Draft) and output (Finding); no query, no request."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

AROUND, LONGEST_EXCERPT = 30, 120
MOST_OF_A_CODE = 20


@dataclass(frozen=True)
class Draft:
    """A post as somebody typed it. The last two come from blog/editing/links.py."""

    title: str = ""
    deck: str = ""
    body: str = ""
    excerpt: str = ""
    tags: Sequence[str] = ()
    is_page: bool = False
    has_lead_picture: bool = False
    lead_alt: str = ""  # or the description of the chosen picture
    lead_is_decorative: bool = False
    missing: Collection[str] = field(default_factory=frozenset)
    described: Collection[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class Finding:
    """`field` is the form's. In the body, `excerpt` is an exact piece of its text with "\\n" as the
    end of lines, and `position` is where it begins."""

    code: str
    sentence: str
    field: str
    excerpt: str = ""
    position: int = 0


def in_body(body: str, code: str, sentence: str, start: int, end: int) -> Finding:
    """Return a finding with the words around body[start:end], on one line."""
    first = max(start - AROUND, 0)
    first = max(first, body.rfind("\n", first, start) + 1)
    last = min(end + AROUND, first + LONGEST_EXCERPT)
    line_end = body.find("\n", start, last)
    last = last if line_end < 0 else line_end
    while first < start and body[first].isspace():
        first += 1
    return Finding(code, sentence, "body", body[first:last].rstrip(), first)
