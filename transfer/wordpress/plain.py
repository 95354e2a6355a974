"""Titles and names, which WordPress keeps with entities and sometimes with tags, as plain text."""

import re
from html import unescape

from blog.text.sanitizer import INLINE_TAGS

# Others may be words: a title such as "Using <main> well".
TAG = re.compile(rf"</?(?:{'|'.join(sorted(INLINE_TAGS))}|font|br)(?:\s[^<>]*)?/?>", re.IGNORECASE)
SCRIPT = re.compile(r"<(script|style)\b[^<>]*>[^<]*</\1\s*>", re.IGNORECASE)


def plain_text(html: str) -> str:
    """On one line. WordPress encodes some entities twice."""
    text = TAG.sub("", re.sub(r"<br\s*/?>", " ", SCRIPT.sub("", html), flags=re.IGNORECASE))
    text = unescape(re.sub(r"&amp;(?=#?\w{1,20};)", "&", text))
    return " ".join(text.split())
