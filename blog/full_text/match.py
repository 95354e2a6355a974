"""A search as a list of phrases, and the parts of a row that it may look at."""

from dataclasses import dataclass

# The columns of an index, by weight.
PARTS = ("title", "about", "text")


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side. They come from blog/text/words.py, so that no sign in them
    has a meaning for a database."""

    words: tuple[str, ...]
    # "ferr" finds "ferry": the last word is the beginning of one.
    is_prefix: bool = False

    def matches(self, words: tuple[str, ...]) -> bool:
        """Say whether these words are the phrase, as a database would."""
        *before, last = self.words
        if len(words) != len(self.words) or list(words[:-1]) != before:
            return False
        return words[-1] == last or (self.is_prefix and words[-1].startswith(last))
