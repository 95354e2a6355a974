"""Parses the text of a search: words, "phrases", -without and tag:names."""

import re
from dataclasses import dataclass, field

from blog.full_text.match import Phrase
from blog.text.words import is_one_letter, typed_words

# The rest of a longer search is not looked for.
MOST_PARTS = 16
# From so many letters on, a word also finds those that begin with it.
BEGUN = 3
PHRASE = r'"(?P<phrase>[^"]*)"? | (?P<word>[^\s"]+)'
PART = re.compile(
    rf"""(?P<minus>-?)
    (?: tag: (?: "(?P<long_tag>[^"]*)"? | (?P<tag>[^\s"]*) ) | {PHRASE} )""",
    re.IGNORECASE | re.VERBOSE,
)
PHRASES = re.compile(PHRASE, re.VERBOSE)


@dataclass(frozen=True)
class Query:
    phrases: list[Phrase] = field(default_factory=list)
    without: list[Phrase] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    without_tags: list[str] = field(default_factory=list)

    def __bool__(self):
        return bool(self.phrases or self.tags)


def parse(typed: str) -> Query:
    query = Query()
    for part in list(PART.finditer(typed))[:MOST_PARTS]:
        is_without = bool(part["minus"])
        if part.lastgroup in ("tag", "long_tag"):
            tags = query.without_tags if is_without else query.tags
            tags += filter(None, [part[part.lastgroup].strip()])
        elif phrase := _phrase(part, may_go_on=not is_without):
            (query.without if is_without else query.phrases).append(phrase)
    return query


def phrases(typed: str) -> list[Phrase]:
    """Parse a search that has words and "phrases" only: no sign excludes one or names a tag."""
    parts = list(PHRASES.finditer(typed))[:MOST_PARTS]
    return [phrase for part in parts if (phrase := _phrase(part))]


def _phrase(part: re.Match, *, may_go_on: bool = True) -> Phrase | None:
    words = typed_words(part["phrase"] or part["word"] or "")
    if not words:
        return None
    is_begun = bool(part["word"]) and may_go_on and len(words[-1]) >= BEGUN
    return Phrase(tuple(words), is_begun or is_one_letter(words[-1]))
