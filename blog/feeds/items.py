"""The items of a feed: one list for RSS, Atom and JSON Feed."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils.encoding import iri_to_uri

from blog.models import Correction, Post
from blog.structured_data import alt_of, shared_picture
from blog.text import markup
from blog.text.characters import isolated

NEWEST = 20
# The date of an empty feed, which must be the same bytes each time.
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)


class Printable:
    def __post_init__(self):
        # XML 1.0 does not allow some characters. JSON does, but all forms say the same.
        for name, value in vars(self).items():
            if isinstance(value, str):
                setattr(self, name, markup.for_xml(value))


@dataclass
class Author(Printable):
    name: str
    url: str = ""


@dataclass
class Picture(Printable):
    url: str
    width: int
    height: int
    alt: str


@dataclass
class Item(Printable):
    """One post, correction or comment. `id` is the same for ever; `updated` moves with a dated
    correction or a new publication only, so that readers of feeds show nothing twice."""

    id: str
    url: str
    title: str
    html: str
    published: datetime
    updated: datetime
    summary: str = ""
    language: str = ""
    authors: list[Author] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    picture: Picture | None = None


@dataclass
class Feed(Printable):
    """`url`: the page that has the same; `address`: of the feed itself; `styles`: the web addresses
    of its stylesheets."""

    id: str
    title: str
    url: str
    address: str
    description: str
    site: str
    language: str
    styles: list[str]
    items: list[Item]

    @property
    def updated(self) -> datetime:
        return max((item.updated for item in self.items), default=LONG_AGO)


def of_posts(posts) -> list[Item]:
    found = posts.with_authors("lead_image").prefetch_related("tags", "corrections")
    return [_of_post(post) for post in found[:NEWEST]]


def of_corrections(corrections: Iterable[Correction]) -> list[Item]:
    return [
        Item(
            id=correction.uuid.urn,
            url=iri_to_uri(settings.SITE_URL + correction.path),
            title=correction.post.title,
            html=markup.for_feed(correction.html, correction.post.url),
            published=correction.at,
            updated=correction.at,
            language=correction.post.language,
        )
        for correction in corrections
    ]


def _of_post(post: Post) -> Item:
    return Item(
        id=post.guid or post.uuid.urn,
        url=iri_to_uri(post.url),
        title=post.title,
        html=markup.for_feed(_whole_text(post), post.url),
        published=post.published_at,
        updated=post.date_modified,
        summary=post.summary,
        language=post.language,
        authors=[_author(person) for person in post.authors],
        tags=[markup.for_xml(tag.name) for tag in post.sorted_tags],
        picture=_picture(post) if post.lead_image else None,
    )


def _author(person) -> Author:
    address = iri_to_uri(settings.SITE_URL + person.get_absolute_url())
    return Author(isolated(str(person)), address)


def _whole_text(post) -> str:
    # Not every reader shows the picture that is named beside the text.
    lead = render_to_string("blog/_lead.html", {"post": post})
    corrections = render_to_string("blog/_correction.html", {"post": post})
    return lead + post.body_html + corrections


def _picture(post) -> Picture:
    picture = shared_picture(post.lead_image)
    url = iri_to_uri(settings.SITE_URL + picture["url"])
    return Picture(url, picture["width"], picture["height"], alt_of(post))
