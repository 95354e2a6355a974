from django import template
from django.utils import timezone
from django.utils.translation import pgettext

from blog import characters, languages, structured_data
from blog import renditions as files
from blog.sanitizer import as_browsers_write

register = template.Library()

LOUDEST = 5
LOGO_HEIGHT = 64  # .brand img in site.css

register.filter(as_browsers_write)
register.filter(characters.isolated)
register.filter(languages.direction)
register.filter(structured_data.description)
register.filter(structured_data.shortened)
register.filter(structured_data.moment)
register.filter(structured_data.alt_of)
register.filter(structured_data.shared_picture)


@register.filter
def is_public(post) -> bool:
    return bool(post) and post.is_visible(timezone.now())


@register.filter
def listed(people: list) -> list[tuple]:
    """Each with what stands before it: A, B and C."""
    comma, last = pgettext("between two of a list", ", "), len(people) - 1
    before = ["", *[comma] * (last - 1), pgettext("before the last of a list", " and ")]
    return list(zip(before, people, strict=False))


@register.filter
def loudness(posts: int) -> int:
    """The step of a tag in the cloud: each is twice as often used as the one before."""
    return min(posts.bit_length(), LOUDEST)


@register.simple_tag
def renditions(image, card, eager):
    """None while pages show the original."""
    if image.renditions != image.Renditions.READY:
        return None
    return files.shown(image, card=bool(card), large=bool(eager))


@register.simple_tag
def small_logo(image):
    """Twice as large as it is shown, for fine screens; None while pages show the original."""
    if image.renditions != image.Renditions.READY:
        return None
    return files.small(image, LOGO_HEIGHT * 2 * image.width / image.height)


@register.simple_tag
def post_data(post, site):
    return structured_data.for_script(structured_data.of_post(post, site))


@register.simple_tag
def list_data(posts, name, path, site):
    return structured_data.for_script(structured_data.of_list(posts, name, path, site))


@register.simple_tag
def index_data(links, name, path, site):
    return structured_data.for_script(structured_data.of_index(links, name, path, site))


@register.simple_tag
def author_data(person, site):
    return structured_data.for_script(structured_data.of_author(person, site))


@register.simple_tag
def site_data(site):
    return structured_data.for_script(structured_data.of_site(site))
