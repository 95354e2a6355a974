"""The values of the post form as somebody typed them: what autosaves, conflicts and comparisons
work with.

A dict of strings and lists of strings by the name of the form's field; a date and its time are one
string in the site's zone. A post or a revision can be put into the same form.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.dateparse import parse_datetime

from blog.models import Post, Revision, Tag
from blog.models.revision import fields_of

Typed = dict[str, str | list[str]]

TEXTS = (
    *("title", "deck", "body", "excerpt", "lead_alt", "lead_caption", "slug", "language"),
    *("canonical_url", "meta_description", "tags", "lead_tag", "kind", "note"),
    *("change", "correction"),
)
ROWS = ("author", "lead_image")
DATES = ("published_at", "expires_at")
TICKS = ("lead_decorative", "comments_open", "pinned")
LISTS = ("co_authors",)
NAMES = (*TEXTS, *ROWS, *DATES, *TICKS, *LISTS)
# A revision that is restored leaves these alone.
NOT_CONTENT = (
    *("kind", "slug", "published_at", "expires_at", "comments_open", "author", "pinned"),
    *("note", "change", "correction"),
)


def from_data(data: QueryDict, names: Iterable[str]) -> Typed:
    """`names` are the fields that the form has; what a person cannot edit is not in the result."""
    typed: Typed = {}

    def text(name: str) -> str:
        return data.get(name, "").replace("\0", "")  # PostgreSQL takes none

    for name in set(names) & set(NAMES):
        if name in DATES:
            typed[name] = _moment(*(text(f"{name}_{part}") for part in range(3)))
        elif name in TICKS:
            typed[name] = "on" if data.get(name) else ""
        elif name in LISTS:
            typed[name] = [each.replace("\0", "") for each in data.getlist(name)]
        else:
            typed[name] = "\n".join(text(name).splitlines())
    return typed


def to_data(typed: Typed) -> QueryDict:
    """Return what a browser would send for these values."""
    data = QueryDict(mutable=True)
    for name, value in typed.items():
        if name in DATES:
            for part, text in enumerate(_parts(value)):
                data[f"{name}_{part}"] = text
        elif name in LISTS:
            data.setlist(name, list(value))
        elif name not in TICKS or value:
            data[name] = str(value)
    return data


def from_post(post: Post) -> Typed:
    return _from_fields(json.loads(Revision.as_stored(fields_of(post))))


def like(post: Post, fields: Typed) -> Typed:
    """Return the saved values of the same fields."""
    stored = from_post(post)
    return {name: stored.get(name, "") for name in fields}


def differs(post: Post, copy: Revision) -> bool:
    # The choice between a small fix and a correction is no text.
    kept: Typed = copy.fields | {"change": ""}
    return like(post, copy.fields) | {"change": ""} != kept


def to_initial(typed: Typed) -> dict[str, Any]:
    """Return initial values for an unbound form."""
    initial: dict[str, Any] = dict(typed)
    if not initial.get("change"):
        initial.pop("change", None)  # typed when the post was not public yet
    for name, value in typed.items():
        if name in DATES:
            day, time, which = _parts(value)
            parts = [_value(forms.DateField(), day), _value(forms.TimeField(), time), which]
            initial[name] = parts
        elif name in TICKS:
            initial[name] = bool(value)
    return initial


def from_revision(revision: Revision) -> Typed:
    if revision.kind in Revision.AS_TYPED:
        return dict(revision.fields)
    return _from_fields(revision.fields)


def _from_fields(fields: dict) -> Typed:
    typed: Typed = {name: _text(fields.get(name)) for name in TEXTS}
    typed |= {name: _text(fields.get(f"{name}_id")) for name in ROWS}
    typed |= {name: _local(fields.get(name)) for name in DATES}
    typed |= {name: "on" if fields.get(name) else "" for name in TICKS}
    tags, typed["lead_tag"] = _tags(fields)
    typed["tags"] = ", ".join(tags)
    typed["co_authors"] = [str(pk) for pk in fields.get("co_authors", [])]
    return typed


def _tags(fields: dict) -> tuple[list[str], str]:
    """Return the names of a revision's tags today, and of its label: a tag that was merged gives
    the other one."""
    slugs, label = fields.get("tag_slugs", []), fields.get("lead_tag_slug", "")
    now_called = Tag.objects.by_former_slug([*slugs, label] if label else slugs)
    pairs = zip(fields["tags"], slugs, strict=True) if slugs else ((n, "") for n in fields["tags"])
    tags = list(dict.fromkeys(now_called.get(slug, name) for name, slug in pairs))
    return tags, now_called.get(label, "")


def _moment(day: str, time: str, which: str) -> str:
    """As from_post() writes it, if it can be read; forms show dates in the site's language.
    `which` is "2" for the second time of an hour that exists twice."""
    parts = [(forms.DateField(), day.strip()), (forms.TimeField(), time.strip())]
    second = ["2"] if which == "2" else []
    return " ".join([*(str(_value(field, text)) for field, text in parts if text), *second])


def _parts(moment: str | list[str]) -> list[str]:
    return [*str(moment).split(" "), "", ""][:3]


def _value(field: forms.Field, text: str) -> Any:
    try:
        return field.to_python(text)
    except forms.ValidationError:
        return text


def digest(typed: Typed, *more: str) -> str:
    return hashlib.sha256(json.dumps([typed, more], sort_keys=True).encode()).hexdigest()


def _text(value: object) -> str:
    return "" if value is None else "\n".join(str(value).splitlines())


def _local(stored: str | None) -> str:
    moment = parse_datetime(stored) if stored else None
    return local(moment) if moment else ""


def local(moment: datetime) -> str:
    there = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return f"{there:%Y-%m-%d %H:%M:%S}{' 2' if there.fold else ''}"


def zone_name() -> str:
    return settings.TIME_ZONE
