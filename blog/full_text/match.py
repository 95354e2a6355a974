from dataclasses import dataclass


@dataclass(frozen=True)
class Phrase:
    """Words that stand side by side. They come from blog/text/words.py, so that no sign in them
    has a meaning for a database."""

    words: tuple[str, ...]
    # "ferr" finds "ferry": the last word is the beginning of one.
    is_prefix: bool = False
