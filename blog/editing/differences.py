"""The differences between two texts as typed, field by field."""

from dataclasses import dataclass

from blog.editing.compare import Change, collapse, compare
from blog.editing.fields import LABELS, in_words
from blog.editing.typed import Typed


@dataclass(frozen=True)
class Difference:
    label: str
    changes: list[Change]


def differences(before: Typed, after: Typed) -> list[Difference]:
    """Only of fields that both have: not every form has all of them."""
    both = before.keys() & after.keys()
    old, new = (in_words({name: text[name] for name in both}) for text in (before, after))
    return [
        Difference(str(label), collapse(compare(old[name], new[name])))
        for name, label in LABELS.items()
        if name in both and old[name] != new[name]
    ]
