"""Addresses in texts of WordPress, which keeps each picture in several sizes."""

import re
from urllib.parse import unquote, urljoin, urlsplit

# "photo-300x200.jpg", "photo-scaled.jpg" and "photo-e1285623412345.jpg" come from "photo.jpg".
SIZE = re.compile(r"-\d{1,5}x\d{1,5}(?=\.\w{2,5}$)")
EDITED = re.compile(r"-(?:scaled|rotated|e\d{10,13})(?=\.\w{2,5}$)")
CDN = re.compile(r"^https?://i\d\.wp\.com/")
PICTURE = re.compile(r"\.(?:jpe?g|png|gif|webp|avif|heic)$", re.IGNORECASE)


def absolute(address: str, link: str) -> str:
    """The address as a browser reads it in the text of the item with this link."""
    try:
        return urljoin(link, address.strip())
    except ValueError:
        return address


def candidates(address: str) -> list[str]:
    """Return the addresses under which the library may know a picture, the most exact first."""
    address = CDN.sub("https://", address)
    bare = address.partition("#")[0].partition("?")[0]
    whole = SIZE.sub("", bare)
    return list(dict.fromkeys([address, bare, whole, EDITED.sub("", whole)]))


def is_same_picture(one: str, other: str) -> bool:
    return _core(one) == _core(other) != ""


def _core(address: str) -> str:
    """The host and path of the original, without scheme."""
    try:
        parts = urlsplit(candidates(address)[-1])
    except ValueError:
        return ""
    is_picture = PICTURE.search(parts.path)
    return f"{parts.netloc}{unquote(parts.path)}".lower() if is_picture else ""
