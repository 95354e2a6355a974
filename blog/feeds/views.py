import hashlib
import uuid
from datetime import datetime
from types import ModuleType

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.templatetags.static import static
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.encoding import iri_to_uri
from django.utils.http import http_date
from django.utils.translation import gettext as _

from blog.feeds import atom, json, rss
from blog.feeds.items import NEWEST, Feed, Item, of_corrections, of_posts
from blog.middleware import Request
from blog.models import Correction, Post, Tag, User
from blog.text.characters import isolated

# The end of the name of a URL pattern, the end of its address, and the module that writes it.
FORMS = (("", "feed/", rss), ("-atom", "feed/atom/", atom), ("-json", "feed.json", json))
# A document that a browser shows with its stylesheet; Firefox saves application/rss+xml.
SHOWN = "application/xml; charset=utf-8"


def posts(request: Request, form: ModuleType) -> HttpResponse:
    found = of_posts(_newest())
    return answer(request, form, found, title=request.site.name, path="/", key="posts")


def tag_feed(request: Request, form: ModuleType, slug: str) -> HttpResponse:
    tag = get_object_or_404(Tag, slug=slug)
    found = of_posts(_newest().filter(tags=tag))
    if not found:
        raise Http404  # as the page: a tag that readers see nowhere is not named
    title = f"{tag.name} – {request.site.name}"
    key, path = f"tag {tag.pk}", tag.get_absolute_url()
    return answer(request, form, found, title=title, path=path, key=key)


def author_feed(request: Request, form: ModuleType, slug: str) -> HttpResponse:
    person = get_object_or_404(User, slug=slug)
    found = of_posts(_newest().by(person))
    if not found:
        raise Http404  # as the page: whoever has published nothing is not named
    title = f"{isolated(person.display_name)} – {request.site.name}"
    key, path = f"author {person.pk}", person.get_absolute_url()
    return answer(request, form, found, title=title, path=path, key=key)


def corrections(request: Request, form: ModuleType) -> HttpResponse:
    found = of_corrections(Correction.objects.visible(timezone.now()).with_posts()[:NEWEST])
    title = f"{_('Corrections')} – {request.site.name}"
    path = reverse("corrections")
    return answer(request, form, found, title=title, path=path, key="corrections")


def answer(
    request: Request, form: ModuleType, items: list[Item], *, title: str, path: str, key: str
) -> HttpResponse:
    """`path`: of the page that has the same; `key` tells the feeds of the site apart, whatever
    their titles and addresses become."""
    feed = Feed(
        id=uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.SITE_URL}#{key}").urn,
        title=title,
        url=iri_to_uri(settings.SITE_URL + path),
        address=iri_to_uri(settings.SITE_URL + request.path),
        description=request.site.tagline or title,
        site=request.site.name,
        language=request.site.language,
        styles=[
            static("blog/feed.css"),
            *([request.site.theme_path] if request.site.theme else []),
        ],
        items=items,
    )
    is_browser = form is not json and "text/html" in request.headers.get("Accept", "")
    kind = SHOWN if is_browser else form.TYPE
    response = send(request, form.write(feed), kind, feed.updated if items else None)
    patch_vary_headers(response, ["Accept"])
    return response


def send(request: Request, body: bytes, kind: str, changed: datetime | None = None) -> HttpResponse:
    """Answer a feed or sitemap, or 304. Search engines do not list it.

    The ETag alone is compared. The date is told, but a post that is taken down leaves none: whoever
    sends a date without an ETag is sent all.
    """
    etag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"ETag": etag, "X-Robots-Tag": "noindex"}
    if changed:
        headers["Last-Modified"] = http_date(changed.timestamp())
    response = HttpResponse(body, content_type=kind, headers=headers)
    return get_conditional_response(request, etag, response=response)


def _newest():
    return Post.objects.visible(timezone.now()).stream()
