import re
import unicodedata
from collections.abc import Callable, Iterator
from itertools import chain, count
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.text.characters import BLANK

if TYPE_CHECKING:
    from django.db.models import QuerySet

LONGEST = 80
# Joins again what NFKC and lower() separate: the Turkish "İ", and a vowel of Thai and of Lao.
JOINED = {"i\u0307": "i", "\u0e4d\u0e32": "\u0e33", "\u0ecd\u0eb2": "\u0eb3"}
# Marks that nobody sees: joiners and selectors of another shape.
UNSEEN_MARKS = re.compile("[\u034f\u180b-\u180d\u180f\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def make_slug(text: str) -> str:
    """Return a slug in NFC that keeps Unicode, cut at a word; "" if no character can be in it.

    Django's slugify() drops combining marks, which are the vowel signs of Indic, Thai and other
    scripts.
    """
    text = unicodedata.normalize("NFKC", text).lower()
    for parts, joined in JOINED.items():
        text = text.replace(parts, joined)
    kept = "".join(_kept(unicodedata.normalize("NFC", UNSEEN_MARKS.sub("", text))))
    return _shortened(re.sub(r"[-_\s]{2,}|\s", "-", kept).strip("-_"))


def without_marks(slug: str) -> str:
    """Return the slug that was made before slugs kept their marks."""
    return "".join(char for char in slug if not _is_mark(char))


def check_slug(slug: str) -> None:
    if "".join(_kept(slug)) != slug or any(map(str.isspace, slug)):
        message = _("A web address has letters and digits of any script, hyphens and underscores.")
        raise ValidationError(message)


def free_slug(
    text: str,
    taken: "QuerySet",
    *,
    fallback: str,
    is_free: Callable[[str], bool] = lambda slug: True,
) -> str:
    """Return the slug of the text, or the first of slug-2, slug-3 … that no row of `taken` has."""
    base = make_slug(text) or fallback
    used = set(taken.filter(slug__startswith=base).values_list("slug", flat=True))
    names = chain([base], (f"{base}-{n}" for n in count(2)))
    return next(slug for slug in names if slug not in used and is_free(slug))


def _kept(text: str) -> Iterator[str]:
    in_letter = False
    for char in text:
        is_letter = char.isalnum() and char not in BLANK
        in_letter = is_letter or in_letter and _is_mark(char)
        if in_letter or char in "-_" or char.isspace():
            yield char


def _is_mark(char: str) -> bool:
    # Marks that enclose a letter, such as a keycap, are category Me and dropped.
    return unicodedata.category(char) in ("Mn", "Mc") and char not in BLANK


def _shortened(slug: str) -> str:
    if len(slug) <= LONGEST:
        return slug
    if words := slug[: LONGEST + 1].rpartition("-")[0]:
        return words
    end = LONGEST
    while _is_mark(slug[end]):
        end -= 1  # a letter goes with its marks
    return slug[:end]
