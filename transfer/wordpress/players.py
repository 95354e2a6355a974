"""The page on which people watch or listen to what a player plays."""

import re
from urllib.parse import parse_qs, urlsplit

YOUTUBE = "https://www.youtube.com/watch?v={}"
PAGES = (
    (r"(?:www\.)?youtube(?:-nocookie)?\.com/(?:embed|v|shorts)/([\w-]{6,20})", YOUTUBE),
    (r"youtu\.be/([\w-]{6,20})", YOUTUBE),
    (r"player\.vimeo\.com/video/(\d{1,15})", "https://vimeo.com/{}"),
    (r"(?:www\.)?dailymotion\.com/embed/video/(\w+)", "https://www.dailymotion.com/video/{}"),
    (r"open\.spotify\.com/embed/((?:\w+/){1,4}\w+)", "https://open.spotify.com/{}"),
)


def page_of(address: str) -> str:
    """Return the address itself where no page is known for it."""
    address = re.sub(r"^\s*//", "https://", address).strip()
    bare = re.sub(r"^https?://", "", address)
    for pattern, page in PAGES:
        if found := re.match(pattern, bare):
            return page.format(found[1])
    return _shown_in_frame(address) or address


def _shown_in_frame(address: str) -> str:
    """SoundCloud and Facebook name the page in the address of their players."""
    try:
        parts = urlsplit(address)
        hosts = ("w.soundcloud.com", "www.facebook.com")
        if (
            parts.hostname not in hosts
            or "/plugins/" not in parts.path
            and "player" not in parts.path
        ):
            return ""
        named = parse_qs(parts.query)
    except ValueError:
        return ""
    page = (named.get("url") or named.get("href") or [""])[0]
    return page if page.startswith("https://") and "//api." not in page else ""
