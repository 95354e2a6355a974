import re
import unicodedata
from collections.abc import Callable
from itertools import chain, count

from django.db.models import QuerySet
from django.utils.text import slugify

LONGEST = 80


def make_slug(text: str) -> str:
    """Return a slug in NFC that keeps Unicode, cut at a word; "" if no character can be in it."""
    slug = unicodedata.normalize("NFC", slugify(text, allow_unicode=True)).strip("-_")
    slug = re.sub(r"[-_]{2,}", "-", slug)
    if len(slug) > LONGEST:
        slug = slug[: LONGEST + 1].rpartition("-")[0] or slug[:LONGEST]
    return slug


def free_slug(
    text: str, taken: QuerySet, *, fallback: str, is_free: Callable[[str], bool] = lambda slug: True
) -> str:
    """Return the slug of the text, or the first of slug-2, slug-3 … that no row of `taken` has."""
    base = make_slug(text) or fallback
    used = set(taken.filter(slug__startswith=base).values_list("slug", flat=True))
    names = chain([base], (f"{base}-{n}" for n in count(2)))
    return next(slug for slug in names if slug not in used and is_free(slug))
