"""Looks up the addresses in a text, for the checklist: one query for its links, one for its
pictures."""

from datetime import datetime
from itertools import islice
from urllib.parse import unquote

from blog.editing.passages import passages
from blog.editing.pictures_and_links import path_here
from blog.models import Image
from blog.models.image import names_in
from blog.redirects.check import not_found

MOST = 1000  # the rest is not looked up


def missing_paths(body: str, now: datetime) -> set[str]:
    """Return the paths of this site that the text links to and where readers find nothing."""
    links = (link for passage in passages(_with_line_feeds(body)) for link in passage.links)
    paths = (path_here(link.address) for link in links if not link.is_picture)
    typed = set(islice((path for path in paths if path), MOST))
    # PostgreSQL cannot be asked about NUL, typed as %00.
    unknown = {path for path in typed if "\0" in path}
    return not_found(typed - unknown, now) | unknown


def described_pictures(body: str) -> set[str]:
    """Return the paths of the site's own pictures in the text that have a description."""
    names = names_in(body)[:MOST]
    images = Image.objects.filter(file__in=names).exclude(alt="") if names else ()
    return {unquote(image.file.url) for image in images}


def _with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
