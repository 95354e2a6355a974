"""Parses the text of a search: words, "phrases", -without and tag:names."""

import re
from dataclasses import dataclass, field

from blog.full_text.match import Phrase
from blog.text.words import is_one_letter, typed_words

# The rest of a longer search is not looked for.
MOST_PARTS = 16
# From so many letters on, a word also finds those that begin with it.
BEGUN = 3
PART = re.compile(
    r"""(?P<minus>-?)
    (?: tag: (?: "(?P<long_tag>[^"]*)"? | (?P<tag>[^\s"]*) )
      | "(?P<phrase>[^"]*)"?
      | (?P<word>[^\s"]+) )""",
    re.IGNORECASE | re.VERBOSE,
)


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
        elif words := typed_words(part["phrase"] or part["word"] or ""):
            may_go_on = bool(part["word"]) and not is_without and len(words[-1]) >= BEGUN
            phrase = Phrase(tuple(words), may_go_on or is_one_letter(words[-1]))
            (query.without if is_without else query.phrases).append(phrase)
    return query
