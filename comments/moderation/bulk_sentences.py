"""Sentences for acting on many comments."""

from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments.queue.card import reason_text
from comments.queue.filter_sentences import filter_labels
from comments.queue.filters import Filters
from comments.rules.holding import Reason

WORDS_SHOWN = 20
# Comment.reasons has them, but reason_text() has no sentence for them.
CHECKS = (Reason.NOT_CHECKED, Reason.PROVISIONAL)


class Line:
    """One comment of the preview."""

    def __init__(self, comment):
        self.comment = comment
        self.text = Truncator(comment.body).words(WORDS_SHOWN)

    @property
    def reasons(self) -> str:
        found = [reason for reason in self.comment.reasons if reason[0] not in CHECKS]
        return ", ".join(reason_text(code, detail) for code, detail in found)


def count_in_tab(count: int, tab_name: str, *, has_more: bool) -> str:
    if has_more:
        return _("More than 10,000 comments in %(tab)s") % {"tab": tab_name}
    sentence = ngettext("%(n)s comment in %(tab)s", "%(n)s comments in %(tab)s", count)
    return sentence % {"n": count, "tab": tab_name}


def consequence(verb: str, count: int, unseen: int = 0) -> str:
    """`unseen`: how many of the comments are under posts that are not public."""
    if verb == "approve" and unseen:
        return " ".join([*_appears(count - unseen), *_appears_later(unseen)])
    sentences = {
        "approve": " ".join(_appears(count)),
        "keep": ngettext(
            "%(n)s comment stays public and asks for no second look.",
            "%(n)s comments stay public and ask for no second look.",
            count,
        ),
        "hold": ngettext(
            "%(n)s comment is taken down and waits in Pending.",
            "%(n)s comments are taken down and wait in Pending.",
            count,
        ),
        "spam": ngettext(
            "%(n)s comment goes to Spam; a minute later Akismet is told, where it was asked.",
            "%(n)s comments go to Spam; a minute later Akismet is told, where it was asked.",
            count,
        ),
        "trash": ngettext(
            "%(n)s comment goes to Trash; Akismet is told nothing.",
            "%(n)s comments go to Trash; Akismet is told nothing.",
            count,
        ),
        "restore": ngettext(
            "%(n)s comment goes back to where it stood before.",
            "%(n)s comments go back to where they stood before.",
            count,
        ),
    }
    return sentences[verb] % {"n": f"{count:,}"}


def left_there(count: int, verb: str) -> str:
    sentences = {
        "spam": ngettext(
            "%(n)s more is in Spam already and stays as it is.",
            "%(n)s more are in Spam already and stay as they are.",
            count,
        ),
        "trash": ngettext(
            "%(n)s more is in Trash already and stays as it is.",
            "%(n)s more are in Trash already and stay as they are.",
            count,
        ),
    }
    return sentences[verb] % {"n": f"{count:,}"}


def _appears(count: int) -> list[str]:
    sentence = ngettext(
        "%(n)s comment appears to readers at once.",
        "%(n)s comments appear to readers at once.",
        count,
    )
    return [sentence % {"n": f"{count:,}"}] if count else []


def _appears_later(count: int) -> list[str]:
    sentence = ngettext(
        "%(n)s comment appears when its post is public.",
        "%(n)s comments appear when their posts are public.",
        count,
    )
    return [sentence % {"n": f"{count:,}"}]


def searched(filters: Filters, comments, user) -> list[str]:
    found = filter_labels(filters, comments, user)
    return [_("%(kind)s: %(what)s") % {"kind": kind, "what": what} for kind, what in found]
