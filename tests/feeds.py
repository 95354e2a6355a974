"""Read feeds as programs do: with feedparser, and JSON Feed by its own names."""

import json
from dataclasses import dataclass
from datetime import datetime
from html import unescape

import feedparser

# What an address ends with in each form.
FORMS = {"rss": "feed/", "atom": "feed/atom/", "json": "feed.json"}


@dataclass(frozen=True)
class Entry:
    id: str
    link: str
    title: str
    html: str
    summary: str
    updated: datetime


def read(body: bytes, form: str) -> list[Entry]:
    return _read_json(body) if form == "json" else _read_xml(body)


def _read_json(body: bytes) -> list[Entry]:
    return [
        Entry(
            item["id"],
            item["url"],
            item["title"],
            item["content_html"].strip(),
            item.get("summary", ""),
            datetime.fromisoformat(item["date_modified"]),
        )
        for item in json.loads(body)["items"]
    ]


def _read_xml(body: bytes) -> list[Entry]:
    # What is to be looked at is what was sent, not what feedparser makes of it.
    found = feedparser.parse(body, sanitize_html=False, resolve_relative_uris=False)
    assert not found.bozo, found.get("bozo_exception")
    return [
        Entry(
            entry.id,
            entry.link,
            entry.title,
            entry.content[0].value,
            _summary(entry),
            datetime.fromisoformat(entry.updated),
        )
        for entry in found.entries
    ]


def _summary(entry) -> str:
    """feedparser gives the text where there is no summary."""
    found = entry.get("summary", "")
    return "" if found == entry.content[0].value else unescape(found)
