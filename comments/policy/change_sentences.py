"""Sentences about changes of the policy."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from comments.models import Policy, PolicyChange

SHOWN_WORDS = 10


@dataclass(frozen=True)
class Line:
    at: datetime
    who: str
    sentence: str


def lines(changes: Iterable[PolicyChange]) -> list[Line]:
    return [Line(change.at, change.who, sentence(change.changes)) for change in changes]


def sentence(changes: dict[str, list]) -> str:
    # `changes`: see PolicyChange.changes.
    parts = [f"{Policy.label_of(name)}: {_words(*change)}" for name, change in changes.items()]
    return "; ".join(parts)


def _words(old, new) -> str:
    if not isinstance(old, list):
        return f"{old} → {new}"
    parts = []
    if new:
        parts.append(_("added %(words)s") % {"words": _quoted(new)})
    if old:
        parts.append(_("taken out %(words)s") % {"words": _quoted(old)})
    return ", ".join(parts) or _("put in another order")


def _quoted(words: list[str]) -> str:
    shown = ", ".join(f"“{word}”" for word in words[:SHOWN_WORDS])
    more = len(words) - SHOWN_WORDS
    return shown if more <= 0 else _("%(shown)s and %(n)d more") % {"shown": shown, "n": more}
