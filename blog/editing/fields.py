"""The names of the post form's fields, and their values in words."""

from contextlib import suppress

from django.db.models import Model
from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.editing.typed import DATES, LISTS, ROWS, TICKS, Typed
from blog.models import Image, Post, User

LABELS = {
    "title": gettext_lazy("Title"),
    "note": gettext_lazy("A line to the editor or the writer"),
    "deck": gettext_lazy("Deck"),
    "body": gettext_lazy("Text"),
    "tags": gettext_lazy("Tags"),
    "lead_tag": gettext_lazy("Label on cards"),
    "correction": gettext_lazy("Correction"),
    "excerpt": gettext_lazy("Excerpt"),
    "lead_image": gettext_lazy("Lead picture"),
    "lead_alt": gettext_lazy("Description of the lead picture"),
    "lead_decorative": gettext_lazy("The lead picture is decorative"),
    "lead_caption": gettext_lazy("Caption of the lead picture"),
    "published_at": gettext_lazy("Date"),
    "expires_at": gettext_lazy("Expires"),
    "author": gettext_lazy("Author"),
    "co_authors": gettext_lazy("Co-authors"),
    "slug": gettext_lazy("Web address"),
    "canonical_url": gettext_lazy("Canonical address"),
    "meta_description": gettext_lazy("Description for search"),
    "language": gettext_lazy("Language"),
    "comments_open": gettext_lazy("Comments are open"),
    "pinned": gettext_lazy("Pinned to the top of the home page"),
    "kind": gettext_lazy("Kind"),
}
# No column holds more.
LONGEST_ID = 18
ROWS_OF: dict[str, type[Model]] = {
    "author": User,
    "lead_image": Image,
    "co_authors": User,
}


def in_words(typed: Typed) -> dict[str, str]:
    """Return each value as a person reads it: names instead of numbers."""
    return {name: _word(name, typed[name]) for name in LABELS if name in typed}


def shown_fields(typed: Typed) -> list[tuple[str, str]]:
    """Return label and value of each field that has one."""
    return [(str(LABELS[name]), value) for name, value in in_words(typed).items() if value]


def _word(name: str, value: str | list[str]) -> str:
    if name in TICKS:
        return _("yes") if value else ""
    if name == "kind":
        return str(dict(Post.Kind.choices).get(str(value), value))
    if name in DATES:
        return _date(str(value))
    if name in ROWS or name in LISTS:
        return _rows(name, value if isinstance(value, list) else [value])
    return str(value)


def _date(typed: str) -> str:
    with suppress(ValueError):
        if moment := parse_datetime(typed.removesuffix(" 2")):
            words = date_format(moment, "D j M Y, H:i")
            return f"{words} {_('(the second time)')}" if typed.endswith(" 2") else words
    return typed


def _rows(name: str, pks: list[str]) -> str:
    found = ROWS_OF[name]._default_manager.in_bulk([int(pk) for pk in pks if is_id(pk)])
    return ", ".join(str(found.get(int(pk), pk)) if is_id(pk) else pk for pk in pks)


def is_id(typed: str) -> bool:
    return typed.isdecimal() and len(typed) <= LONGEST_ID
