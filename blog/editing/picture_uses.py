"""Where many pictures are used: in a fixed number of queries, one of which reads every text that
has a picture (90 MB of texts in a fifth of a second). See also Image.uses(), for one picture."""

import re
from collections.abc import Iterable, Iterator
from urllib.parse import unquote

from django.conf import settings
from django.db.models import Model, QuerySet

from blog.models import Image, Post

# The address of a picture in a text.
FILE = re.compile(
    rf"{re.escape(settings.MEDIA_URL)}([^\s\"'<>()\\]+?\.(?:jpg|png|webp|gif|avif))", re.IGNORECASE
)


def uses_of(images: Iterable[Image]) -> dict[int, list[Model]]:
    """Return the rows that show each picture, by its primary key."""
    found: dict[int, dict[Model, None]] = {image.pk: {} for image in images}
    for relation in Image._meta.related_objects:
        rows = relation.related_model._default_manager.filter(
            **{f"{relation.field.name}__in": found}
        )
        rows = rows.defer("body", "body_html", "body_text") if rows.model is Post else rows
        for row in rows:
            found[getattr(row, relation.field.attname)][row] = None
    for post, pictures in _posts_with(images):
        for pk in pictures:
            found[pk][post] = None
    return {pk: list(rows) for pk, rows in found.items()}


def unused(images: QuerySet[Image]) -> QuerySet[Image]:
    for relation in Image._meta.related_objects:
        name = relation.field.name
        used = relation.related_model._default_manager.filter(
            **{f"{name}__isnull": False}
        ).order_by()
        images = images.exclude(pk__in=used.values(name))
    in_texts = {name for _pk, names in _named() for name in names}
    files = images.order_by().values_list("pk", "file")
    return images.filter(pk__in=[pk for pk, file in files if file not in in_texts])


def _posts_with(images: Iterable[Image]) -> Iterator[tuple[Post, set[int]]]:
    pictures: dict[str, set[int]] = {}
    for image in images:
        pictures.setdefault(str(image.file), set()).add(image.pk)
    found = {
        pk: set().union(*(pictures[name] for name in names & pictures.keys()))
        for pk, names in _named()
        if names & pictures.keys()
    }
    posts = Post.objects.filter(pk__in=found).defer("body", "body_html", "body_text")
    for post in posts.order_by("pk"):
        yield post, found[post.pk]


def _named() -> Iterator[tuple[int, set[str]]]:
    """Yield each post whose text names files, and their names."""
    texts = Post.objects.filter(body__contains=settings.MEDIA_URL).order_by()
    for pk, body in texts.values_list("pk", "body").iterator():
        yield pk, set(map(unquote, FILE.findall(body)))
