import hashlib

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.feedgenerator import Rss201rev2Feed
from django.utils.translation import gettext as _

from blog.models import Correction, Post, Tag, User
from blog.structured_data import alt_of, shared_picture
from blog.text import markup
from blog.text.characters import isolated

NEWEST = 20
MINUTES_KEPT = 15  # readers need not ask more often


class FullTextRss(Rss201rev2Feed):
    """RSS 2.0 with the full text, and ids that are not the address."""

    def rss_attributes(self):
        names = {
            "xmlns:content": "http://purl.org/rss/1.0/modules/content/",
            "xmlns:dc": "http://purl.org/dc/elements/1.1/",
            "xmlns:media": "http://search.yahoo.com/mrss/",
        }
        return super().rss_attributes() | names

    def add_item_elements(self, handler, item):
        super().add_item_elements(handler, item)
        for name in item.get("creators", ()):
            handler.addQuickElement("dc:creator", name)
        if item.get("content"):
            handler.addQuickElement("content:encoded", item["content"])
        if picture := item.get("picture"):
            alt = picture.pop("alt")
            handler.startElement("media:content", picture)
            if alt:
                handler.addQuickElement("media:description", alt, {"type": "plain"})
            handler.endElement("media:content")


def posts(request):
    return answer(request, _of_posts(request, _newest(), request.site.name, "/"))


def tag_feed(request, slug):
    tag = get_object_or_404(Tag, slug=slug)
    title = f"{tag.name} – {request.site.name}"
    feed = _of_posts(request, _newest().filter(tags=tag), title, tag.get_absolute_url())
    return answer(request, feed)


def author_feed(request, slug):
    person = get_object_or_404(User, slug=slug)
    title = f"{isolated(person.display_name)} – {request.site.name}"
    feed = _of_posts(request, _newest().by(person), title, person.get_absolute_url())
    return answer(request, feed)


def corrections(request):
    title = f"{_('Corrections')} – {request.site.name}"
    feed = make(request, title, reverse("corrections"))
    for correction in Correction.objects.visible(timezone.now()).with_posts()[:NEWEST]:
        feed.add_item(
            title=markup.for_xml(correction.post.title),
            link=settings.SITE_URL + correction.path,
            description="",
            content=markup.for_xml(markup.for_feed(correction.html, correction.post.url)),
            unique_id=correction.uuid.urn,
            unique_id_is_permalink=False,
            pubdate=correction.at,
        )
    return answer(request, feed)


def make(request, title: str, path: str, description: str = "") -> FullTextRss:
    return FullTextRss(
        title=markup.for_xml(title),
        link=settings.SITE_URL + path,
        description=markup.for_xml(description or request.site.tagline or title),
        language=request.site.language,
        feed_url=settings.SITE_URL + request.path,
        ttl=MINUTES_KEPT,
    )


def answer(request, feed: FullTextRss) -> HttpResponse:
    # The ETag is a hash of the bytes alone: a post that is taken down leaves no date to compare.
    kind = "application/rss+xml; charset=utf-8"
    response = HttpResponse(feed.writeString("utf-8"), content_type=kind)
    response["ETag"] = etag = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    return get_conditional_response(request, etag, response=response)


def _newest():
    return Post.objects.visible(timezone.now()).stream().with_authors("lead_image")


def _of_posts(request, posts, title, path):
    feed = make(request, title, path)
    for post in posts.prefetch_related("tags", "corrections")[:NEWEST]:
        feed.add_item(
            title=markup.for_xml(post.title),
            link=post.url,
            description=markup.for_xml(post.summary),
            content=markup.for_xml(markup.for_feed(_whole_text(post), post.url)),
            creators=[markup.for_xml(isolated(str(person))) for person in post.authors],
            unique_id=post.guid or post.uuid.urn,
            unique_id_is_permalink=False,
            pubdate=post.published_at,
            updateddate=post.date_modified,
            categories=[markup.for_xml(tag.name) for tag in post.sorted_tags],
            picture=_picture(post),
        )
    return feed


def _whole_text(post) -> str:
    # Not every reader shows the picture that is named beside the text.
    lead = render_to_string("blog/_lead.html", {"post": post})
    corrections = render_to_string("blog/_correction.html", {"post": post})
    return lead + post.body_html + corrections


def _picture(post) -> dict[str, str]:
    if not post.lead_image:
        return {}
    picture = shared_picture(post.lead_image)
    return {
        "url": settings.SITE_URL + picture["url"],
        "medium": "image",
        "width": str(picture["width"]),
        "height": str(picture["height"]),
        "alt": markup.for_xml(alt_of(post)),
    }
