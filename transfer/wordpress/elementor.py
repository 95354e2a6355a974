"""The text of a page of Elementor, which keeps its widgets as JSON in the meta `_elementor_data`.

Elementor also writes it into the post's content; this is for posts where it did not.
"""

import json
import re
from collections.abc import Iterator
from html import escape

from transfer.wordpress.shortcodes import Attachment, picture

# Settings of widgets, in the order in which they are shown.
HEADINGS = ("title", "title_text", "heading", "tab_title", "alert_title", "item_title")
TEXTS = (
    *(
        "editor",
        "html",
        "shortcode",
        "description_text",
        "tab_content",
        "alert_description",
        "text",
    ),
    *("item_description", "testimonial_content", "description"),
)
QUOTATIONS = ("blockquote_content",)
PLAYERS = ("youtube_url", "vimeo_url", "dailymotion_url", "external_url")
PICTURES = ("image", "testimonial_image")
LISTS = ("tabs", "icon_list", "slides", "gallery", "wp_gallery", "carousel", "features_list")
BLOCK = re.compile(r"<(?:p|div|ul|ol|h[1-6])\b", re.IGNORECASE)
DEEPEST = 40


def text_of(data: str) -> str:
    """Return "" for what is no such page."""
    try:
        elements = json.loads(data)
    except (ValueError, RecursionError):
        return ""
    return "\n\n".join(_elements(elements, 0))


def _elements(elements: object, depth: int) -> Iterator[str]:
    if not isinstance(elements, list) or depth > DEEPEST:
        return
    for element in elements:
        if not isinstance(element, dict):
            continue
        settings = element.get("settings")
        if element.get("elType") == "widget" and isinstance(settings, dict):
            yield from _settings(settings, depth)
        yield from _elements(element.get("elements"), depth + 1)


def _settings(settings: dict, depth: int) -> Iterator[str]:
    def texts(names: tuple[str, ...]) -> list[str]:
        values = (settings.get(name) for name in names)
        return [value for value in values if isinstance(value, str) and value.strip()]

    link = settings.get("link")
    address = link.get("url") if isinstance(link, dict) else ""
    size = str(settings.get("header_size") or "h3")
    for text in texts(HEADINGS):
        if BLOCK.search(text):
            yield text
            continue
        level = size if size in ("h1", "h2", "h3", "h4", "h5", "h6") else "h3"
        yield f"<{level}>{text}</{level}>"
    for name in PICTURES:
        yield from _picture(settings.get(name), settings.get("caption"))
    for text in texts(QUOTATIONS):
        yield f"<blockquote>{text}</blockquote>"
    for text in texts(TEXTS):
        is_link = isinstance(address, str) and address and "<" not in text
        yield f'<p><a href="{escape(str(address))}">{text}</a></p>' if is_link else text
    for text in texts(PLAYERS):
        yield f'<p><a href="{escape(text)}">{escape(text)}</a></p>'
    for name in LISTS:
        entries = settings.get(name)
        for entry in entries if isinstance(entries, list) and depth <= DEEPEST else ():
            if isinstance(entry, dict):
                yield from _picture(entry, "")
                yield from _settings(entry, depth + 1)


def _picture(value: object, caption: object) -> Iterator[str]:
    if isinstance(value, dict) and isinstance(value.get("url"), str) and value["url"]:
        alt = value.get("alt")
        words = caption if isinstance(caption, str) else ""
        yield picture(Attachment(value["url"], alt if isinstance(alt, str) else "", words))
