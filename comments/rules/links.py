"""The links of a comment. Pure: stored HTML and the website in, addresses and hosts out."""

import re
from html import unescape
from urllib.parse import urlsplit

HREF = re.compile(r'<a [^>]*?href="(https?:[^"]*)"', re.IGNORECASE)


def links(body_html: str, author_url: str) -> list[str]:
    """Each once, as it was typed: those of the text first, then the website."""
    found = [unescape(address) for address in HREF.findall(body_html)]
    return list(dict.fromkeys(filter(None, [*found, author_url])))


def host_of(address: str) -> str:
    """ "" where it has none, or none that anybody could read."""
    try:
        return (urlsplit(address).hostname or "").rstrip(".")
    except ValueError:
        return ""


def has_link(body_html: str, author_url: str, wanted: str) -> bool:
    """`wanted`: a host, whatever the rest of the address; or one whole address."""
    found = links(body_html, author_url)
    if "://" in wanted:
        return wanted in found
    return any(host_of(address) == wanted for address in found)
