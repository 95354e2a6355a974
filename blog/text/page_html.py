"""Adds to safe HTML what pages need: scrolling by keyboard, copies of pictures.

Pure functions over the output of sanitize(); nothing from the text is printed unescaped.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape, unescape
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from blog.text.sanitizer import ATTRIBUTE, TAG

if TYPE_CHECKING:
    from blog.images.renditions import Sources

# Pull quotes are skipped: hidden elements may not take the keyboard's focus. Code in a table makes
# the table wide.
WIDE = re.compile(r'<table>|<pre>|<aside class="pullquote"')
CODE, REACHABLE_CODE = "<pre>", '<pre tabindex="0">'
CAPTION = re.compile(r"<table>\s*<caption>(.*?)</caption>", re.DOTALL)


@dataclass(frozen=True)
class Picture:
    """One of the site's own pictures; `alt` is used where the text has none."""

    sources: "Sources"
    alt: str


def with_ways_to_scroll(html: str) -> str:
    """Make code and wide tables reachable and scrollable by keyboard."""
    pieces, last, number = [], 0, 0
    for start, end in elements(html, WIDE):
        if html.startswith(CODE, start):
            pieces += [html[last:start], REACHABLE_CODE]
            last = start + len(CODE)
        elif html.startswith("<table>", start):
            number += 1
            pieces += [html[last:start], _boxed(html[start:end], number)]
            last = end
    return "".join([*pieces, html[last:]])


def _boxed(table: str, number: int) -> str:
    label = _label(table, number)
    return f'<div class="scroll" role="region" tabindex="0" aria-label="{label}">{table}</div>'


def _label(table: str, number: int) -> str:
    caption = CAPTION.match(table)
    label = " ".join(unescape(TAG.sub("", caption[1])).split()) if caption else ""
    return escape(label or _("Table %(number)d") % {"number": number})


def with_pictures(html: str, pictures: Mapping[str, Picture]) -> str:
    def fitted(tag: re.Match[str]) -> str:
        if tag[2] != "img":
            return tag.group()
        typed = {name: unescape(value) for name, value in ATTRIBUTE.findall(tag[3])}
        picture = pictures.get(typed.get("src", ""))
        return _picture(picture, typed) if picture else tag.group()

    return TAG.sub(fitted, html) if pictures else html


def _picture(picture: Picture, typed: dict[str, str]) -> str:
    sources, role = picture.sources, typed.get("role")
    alt = "" if role else typed.get("alt", "").strip() or picture.alt
    width = int(typed.get("width") or 0) or sources.width
    height = max(round(sources.height * width / sources.width), 1)
    sizes = {"sizes": sources.sizes} if sources.sizes else {}
    img = {"loading": "lazy", "decoding": "async", "alt": alt, "src": sources.src}
    img |= {"role": role} if role else {}
    img |= {"title": typed["title"]} if "title" in typed else {}
    img |= {"srcset": sources.jpeg, **sizes} if sizes else {}
    html = _tag("img", img | {"width": width, "height": height})
    if not sources.webp:
        return html
    source = _tag("source", {"type": "image/webp", "srcset": sources.webp, **sizes})
    return f"<picture>{source}{html}</picture>"


def _tag(name: str, attributes: Mapping) -> str:
    written = " ".join(f'{key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name} {written}>"


def elements(html: str, opening: re.Pattern) -> Iterator[tuple[int, int]]:
    """Yield start and end of the outermost elements whose first tag matches `opening`."""
    depth, start, name = 0, 0, ""
    for tag in TAG.finditer(html):
        if depth and tag[2] == name:
            depth += -1 if tag[1] else 1
            if not depth:
                yield start, tag.end()
        elif not depth and opening.match(tag.group()):
            depth, start, name = 1, tag.start(), tag[2]
