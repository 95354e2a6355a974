"""Labels around a comment that have a translation context (see blog/page_sentences.py)."""

from django.utils.translation import pgettext


def author() -> str:
    return pgettext("wrote the post", "Author")


def staff() -> str:
    return pgettext("of the site", "Staff")


def report() -> str:
    return pgettext("a comment", "Report")
