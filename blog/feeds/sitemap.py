"""The sitemap: an index, and files of at most 2,000 web addresses.

Not django.contrib.sitemaps: for the dates of its index it reads every row, and it finds a file by
counting rows, so that a new post moves all others. Here a file is a range of primary keys.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from io import StringIO

from django.conf import settings
from django.db.models import (
    BigIntegerField,
    Count,
    Exists,
    ExpressionWrapper,
    F,
    Max,
    OuterRef,
    QuerySet,
)
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.xmlutils import SimplerXMLGenerator

from blog.feeds.views import send
from blog.middleware import Request
from blog.models import Correction, Post, PostAuthor, PostTag, Tag, User
from blog.structured_data import shared_picture

MOST = 2000
TYPE = "application/xml; charset=utf-8"
NAMES = {
    "xmlns": "http://www.sitemaps.org/schemas/sitemap/0.9",
    "xmlns:image": "http://www.google.com/schemas/sitemap-image/1.1",
}
# The page of a tag with fewer is not to be indexed (templates/pages/blog/tag.html).
POSTS_OF_A_TAG = 2


@dataclass(frozen=True)
class Address:
    path: str
    changed: datetime | None = None
    picture: str = ""


def index(request: Request) -> HttpResponse:
    now = timezone.now()
    published = _ranges(_posts(now), "pk", Max("published_at"))
    corrected = _ranges(_corrections(now), "post_id", Max("at"))
    files = [Address(reverse("sitemap-lists"), _newest_post(now))]
    files += [
        Address(reverse("sitemap-posts", args=[number]), max(at, corrected.get(number, at)))
        for number, at in published.items()
    ]
    for name, rows in (("sitemap-tags", _tags(now)), ("sitemap-authors", _authors(now))):
        files += [Address(reverse(name, args=[number])) for number in _ranges(rows, "pk")]
    return _answer(request, "sitemapindex", "sitemap", files)


def lists(request: Request) -> HttpResponse:
    now = timezone.now()
    newest = _newest_post(now)
    found = [Address(reverse(name), newest) for name in ("home", "archive", "tags")]
    if request.site.has_corrections:
        last = Correction.objects.visible(now).first()
        found.append(Address(reverse("corrections"), last and last.at))
    return _answer(request, "urlset", "url", found)


def posts(request: Request, number: str) -> HttpResponse:
    now = timezone.now()
    found = _in_range(_posts(now), "pk", number).select_related("lead_image")
    corrections = _in_range(_corrections(now), "post_id", number)
    corrected = dict(corrections.values_list("post").annotate(Max("at")).order_by())
    addresses = [
        Address(
            post.path,
            max(post.published_at, corrected.get(post.pk, post.published_at)),
            shared_picture(post.lead_image)["url"] if post.lead_image else "",
        )
        for post in found.defer("body", "body_html", "body_text").order_by("pk")
    ]
    return _answer(request, "urlset", "url", addresses)


def tags(request: Request, number: str) -> HttpResponse:
    now = timezone.now()
    found = list(_in_range(_tags(now), "pk", number).order_by("pk"))
    used = PostTag.objects.filter(_is_in_stream("content_object", now), tag__in=found)
    newest = dict(used.values_list("tag").annotate(Max("content_object__published_at")).order_by())
    addresses = [Address(tag.get_absolute_url(), newest.get(tag.pk)) for tag in found]
    return _answer(request, "urlset", "url", addresses)


def authors(request: Request, number: str) -> HttpResponse:
    # Without a date, which would take a look at every post.
    found = _in_range(_authors(timezone.now()), "pk", number).order_by("pk")
    addresses = [Address(person.get_absolute_url()) for person in found]
    return _answer(request, "urlset", "url", addresses)


# Rows that are visible and may be indexed.


def _posts(now: datetime) -> QuerySet:
    """Return posts and pages, without those whose canonical address is on another site."""
    elsewhere = Post.objects.exclude(canonical_url="")
    return Post.objects.visible(now).exclude(pk__in=elsewhere.values("pk"))


def _stream(now: datetime) -> QuerySet:
    return Post.objects.visible(now).stream()


def _corrections(now: datetime) -> QuerySet:
    return Correction.objects.filter(post__in=_posts(now).values("pk"))


def _tags(now: datetime) -> QuerySet:
    used = PostTag.objects.filter(_is_in_stream("content_object", now)).order_by().values("tag")
    enough = used.annotate(posts=Count("pk")).filter(posts__gte=POSTS_OF_A_TAG)
    return Tag.objects.filter(pk__in=enough.values("tag"))


def _authors(now: datetime) -> QuerySet:
    own = _stream(now).order_by().filter(author=OuterRef("pk"))
    shared = PostAuthor.objects.filter(_is_in_stream("post", now), user=OuterRef("pk"))
    return User.objects.filter(Exists(own) | Exists(shared))


def _is_in_stream(post: str, now: datetime) -> Exists:
    # Asked for each row: a list of all posts would be read past their texts.
    return Exists(_stream(now).order_by().filter(pk=OuterRef(post)))


def _newest_post(now: datetime) -> datetime | None:
    return _stream(now).values_list("published_at", flat=True).first()


# Files.


def _ranges(rows: QuerySet, key: str, *wanted) -> dict:
    """Return the numbers of the files with a row, each with what is wanted of its rows."""
    number = ExpressionWrapper(F(key) / MOST + 1, BigIntegerField())
    files = rows.order_by().annotate(file=number).values_list("file")
    found = files.annotate(*wanted) if wanted else files.annotate(Count("pk"))
    return dict(found.order_by("file"))


def _in_range(rows: QuerySet, key: str, number: str) -> QuerySet:
    end = int(number) * MOST
    return rows.filter(**{f"{key}__gte": end - MOST, f"{key}__lt": end})


def _answer(request: Request, root: str, name: str, addresses: Iterable[Address]) -> HttpResponse:
    if not addresses:
        raise Http404
    out = StringIO()
    xml = SimplerXMLGenerator(out, "utf-8")
    xml.startDocument()
    xml.startElement(root, NAMES)
    for address in addresses:
        xml.startElement(name, {})
        xml.addQuickElement("loc", _absolute(address.path))
        if address.changed:
            xml.addQuickElement("lastmod", address.changed.isoformat(timespec="seconds"))
        if address.picture:
            xml.startElement("image:image", {})
            xml.addQuickElement("image:loc", _absolute(address.picture))
            xml.endElement("image:image")
        xml.endElement(name)
    xml.endElement(root)
    xml.endDocument()
    return send(request, out.getvalue().encode(), TYPE)


def _absolute(path: str) -> str:
    return iri_to_uri(settings.SITE_URL + path)
