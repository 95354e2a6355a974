"""JSON Feed 1.1: https://www.jsonfeed.org/version/1.1/"""

import json

from blog.feeds.items import Author, Feed, Item

TYPE = "application/feed+json"


def write(feed: Feed) -> bytes:
    data = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.address,
        "description": feed.description,
        "language": feed.language,
        "items": [_item(item) for item in feed.items],
    }
    return json.dumps(data, ensure_ascii=False, indent=1).encode()


def _item(item: Item) -> dict:
    data = {
        "id": item.id,
        "url": item.url,
        "title": item.title,
        "content_html": item.html,
        "summary": item.summary,
        "image": item.picture.url if item.picture else "",
        "date_published": item.published.isoformat(),
        "date_modified": item.updated.isoformat(),
        "authors": [_author(author) for author in item.authors],
        "tags": item.tags,
        "language": item.language,
    }
    needed = ("id", "content_html")
    return {name: value for name, value in data.items() if value or name in needed}


def _author(author: Author) -> dict[str, str]:
    return {"name": author.name} | ({"url": author.url} if author.url else {})
