"""Sentences of the pages that have a number or a context.

Django's makemessages finds only `_()` in Jinja templates.
"""

from django.utils.translation import ngettext, pgettext


def by() -> str:
    return pgettext("before the authors' names", "By")


def minutes_to_read(n: int) -> str:
    return ngettext("%(n)s minute to read", "%(n)s minutes to read", n) % {"n": n}


def number_of_posts(n: int) -> str:
    return ngettext("%(n)s post", "%(n)s posts", n) % {"n": n}


def posts_noun(n: int) -> str:
    return ngettext("post", "posts", n)


def number_of_results(n: int) -> str:
    return ngettext("%(n)s result", "%(n)s results", n) % {"n": n}


def number_of_comments(n: int) -> str:
    return ngettext("%(n)s comment", "%(n)s comments", n) % {"n": n}
