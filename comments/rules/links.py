"""The links of a comment. Pure: stored HTML and the website in, web addresses and hosts out."""

import re
from html import unescape
from urllib.parse import urlsplit

HREF = re.compile(r'<a [^>]*?href="(https?:[^"]*)"', re.IGNORECASE)


def links(body_html: str, author_url: str) -> list[str]:
    found = [unescape(address) for address in HREF.findall(body_html)]
    return list(dict.fromkeys(filter(None, [*found, author_url])))


def host_of(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def has_link(body_html: str, author_url: str, wanted: str) -> bool:
    """`wanted` is a host or a whole web address."""
    found = links(body_html, author_url)
    if "://" in wanted:
        return wanted in found
    return any(host_of(address) == wanted for address in found)
