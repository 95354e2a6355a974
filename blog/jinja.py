"""The blog's filters and functions for Jinja."""

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext
from markupsafe import Markup

from blog import page_sentences, structured_data
from blog.images import renditions
from blog.models import Post
from blog.text import characters, languages
from blog.text.sanitizer import as_browsers_write

LOUDEST = 5
LOGO_HEIGHT = 64  # .brand img in site.css


def lang(code: str, around: str) -> str:
    """Return `lang` and `dir` attributes; "" if the language is that of the element around it."""
    if not code or code == around:
        return ""
    return Markup(' lang="{}" dir="{}"').format(code, languages.direction(code))


def is_public(post) -> bool:
    return bool(post) and post.is_visible(timezone.now())


def listed(people: list) -> list[tuple]:
    """Return pairs of (text before it, person), for "A, B and C"."""
    comma, last = pgettext("between two of a list", ", "), len(people) - 1
    before = ["", *[comma] * (last - 1), pgettext("before the last of a list", " and ")]
    return list(zip(before, people, strict=False))


def edit_link(request, post) -> str:
    """Return the address of the post's form; "" for who may not edit it. Readers have no session:
    for them it makes no query."""
    if post is None or post.pk is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    # The session may have ended.
    if not request.user.has_perm("blog.change_post"):
        return ""
    if not Post.objects.editable_by(request.user).filter(pk=post.pk).exists():
        return ""
    return reverse("admin:blog_post_change", args=[post.pk])


def loudness(posts: int) -> int:
    # Each step of the tag cloud has twice as many posts as the one before.
    return min(posts.bit_length(), LOUDEST)


def picture_sources(image, card, large):
    # None while pages show the original.
    if image.renditions != image.Renditions.READY:
        return None
    return renditions.sources_of(image, card=bool(card), large=bool(large))


def small_logo(image):
    # Twice the displayed size, for fine screens; None while pages show the original.
    if image.renditions != image.Renditions.READY:
        return None
    return renditions.small(image, LOGO_HEIGHT * 2 * image.width / image.height)


def post_data(post, site):
    return structured_data.for_script(structured_data.of_post(post, site))


def list_data(posts, name, path, site):
    return structured_data.for_script(structured_data.of_list(posts, name, path, site))


def index_data(links, name, path, site):
    return structured_data.for_script(structured_data.of_index(links, name, path, site))


def author_data(person, site):
    return structured_data.for_script(structured_data.of_author(person, site))


def site_data(site):
    return structured_data.for_script(structured_data.of_site(site))


FILTERS = {
    "alt_of": structured_data.alt_of,
    "as_browsers_write": as_browsers_write,
    "description": structured_data.description,
    "direction": languages.direction,
    "is_public": is_public,
    "isolated": characters.isolated,
    "listed": listed,
    "loudness": loudness,
    "moment": structured_data.moment,
    "small": renditions.small,
    "shared_picture": structured_data.shared_picture,
    "shortened": structured_data.shortened,
}
GLOBALS = {
    "author_data": author_data,
    "by": page_sentences.by,
    "edit_link": edit_link,
    "index_data": index_data,
    "lang": lang,
    "list_data": list_data,
    "minutes_to_read": page_sentences.minutes_to_read,
    "number_of_comments": page_sentences.number_of_comments,
    "number_of_posts": page_sentences.number_of_posts,
    "number_of_results": page_sentences.number_of_results,
    "post_data": post_data,
    "posts_noun": page_sentences.posts_noun,
    "picture_sources": picture_sources,
    "site_data": site_data,
    "small_logo": small_logo,
}
