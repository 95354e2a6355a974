"""Structured data of pages (schema.org, as JSON-LD) and descriptions for shared links."""

import json

from django.utils import timezone
from django.utils.encoding import iri_to_uri

from blog.images import crops, renditions
from blog.text import markup

LONGEST_DESCRIPTION = 160
IN_SCRIPT = {ord(char): f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"}


def description(post) -> str:
    return shortened(post.meta_description or post.deck or post.summary)


def shortened(text: str) -> str:
    """Cut at a word, unless one word fills the line or the script has no spaces."""
    text = " ".join(text.split())
    if len(text) <= LONGEST_DESCRIPTION:
        return text
    start = text[: LONGEST_DESCRIPTION - 1]
    return (start.rpartition(" ")[0] or start).rstrip(",;:–—、，") + "…"


def moment(when) -> str:
    return timezone.localtime(when).isoformat(timespec="seconds") if when else ""


def alt_of(post) -> str:
    return post.lead_alt or post.lead_image.alt


def shared_picture(image) -> dict:
    # The picture beside a link on other sites: the crop for it, or the original.
    crop = renditions.for_sharing(image) if image.renditions == image.Renditions.READY else None
    return _sized(crop.url if crop else image.file.url, crop or image)


def of_post(post, site) -> dict:
    is_post = post.kind == post.Kind.POST
    return name_of(post) | {
        "headline": post.title,
        "description": description(post),
        "url": post.url,
        "mainEntityOfPage": post.url,
        "datePublished": moment(post.published_at),
        "dateModified": moment(post.date_modified),
        "author": [_person(person, site) for person in post.authors] if is_post else None,
        "publisher": _publisher(site),
        "image": _pictures(post, site),
        "keywords": [tag.name for tag in post.sorted_tags] if is_post else None,
        "wordCount": post.word_count,
        "inLanguage": post.language or site.language,
    }


def name_of(post) -> dict:
    """Return the type and @id under which other data refers to the post."""
    is_post = post.kind == post.Kind.POST
    return {"@type": "BlogPosting" if is_post else "WebPage", "@id": post.url}


def of_list(posts, name: str, path: str, site) -> dict:
    return _list([(post.url, post.title) for post in posts], name, path, site)


def of_index(links, name: str, path: str, site) -> dict:
    return _list([(site.url + to, label) for label, to in links], name, path, site)


def _list(links, name: str, path: str, site) -> dict:
    items = [
        {"@type": "ListItem", "position": position, "url": url, "name": label}
        for position, (url, label) in enumerate(links, start=1)
    ]
    return {
        "@type": "CollectionPage",
        "name": name,
        "url": site.url + iri_to_uri(path),
        "inLanguage": site.language,
        "mainEntity": {"@type": "ItemList", "itemListElement": items},
    }


def of_author(person, site) -> dict:
    about = {"description": person.bio} if person.bio else {}
    if image := person.picture:
        about |= {"image": _picture(image.file.url, image, site)}
    return {"@type": "ProfilePage", "mainEntity": _person(person, site) | about}


def of_site(site) -> dict:
    return {
        "@type": "WebSite",
        "name": site.name,
        "description": site.tagline,
        "url": f"{site.url}/",
        "inLanguage": site.language,
        "publisher": _publisher(site),
    }


def _person(person, site) -> dict:
    data = {"@type": "Person", "name": str(person), "url": site.url + person.get_absolute_url()}
    return data | ({"sameAs": person.elsewhere} if person.links else {})


def _publisher(site) -> dict:
    logo = site.logo and {"logo": _picture(site.logo.file.url, site.logo, site)}
    return {"@type": "Organization", "name": site.name, "url": f"{site.url}/"} | (logo or {})


def _pictures(post, site) -> list[dict]:
    # Three crops once they are made; pictures too small for search engines are left out.
    image = post.lead_image
    if not image:
        return []
    if image.renditions == image.Renditions.READY:
        found = [_picture(file.url, file, site) for file in renditions.for_search_engines(image)]
    else:
        is_enough = image.width * image.height >= crops.LEAST_PIXELS
        found = [_picture(image.file.url, image, site)] if is_enough else []
    about = {"description": alt_of(post)} if alt_of(post) else {}
    return [picture | about for picture in found]


def _picture(url: str, sized, site) -> dict:
    return {"@type": "ImageObject"} | _sized(site.url + url, sized)


def _sized(url: str, picture) -> dict:
    return {"url": url, "width": picture.width, "height": picture.height}


def for_script(data: dict):
    """Return JSON that cannot end its script element; HTML's escapes would not be undone there."""
    data = {"@context": "https://schema.org"} | {
        name: value for name, value in data.items() if value not in (None, "", [])
    }
    compact = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return markup.stored(compact.translate(IN_SCRIPT))
