"""What a press has done and what it has left as it was, in words."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from comments import not_public
from comments.models import Comment
from comments.models.standing import ITS_AUTHOR
from comments.notice import clock

MOST_NAMED = 50


def done_words(verb: str, count: int, unseen: int = 0) -> str:
    """`unseen`: of these, what is approved under a post that is not public."""
    words = {
        "approve": ngettext("%(n)s comment approved.", "%(n)s comments approved.", count),
        "keep": ngettext("%(n)s comment kept.", "%(n)s comments kept.", count),
        "hold": ngettext("%(n)s comment unapproved.", "%(n)s comments unapproved.", count),
        "spam": ngettext("%(n)s comment marked as spam.", "%(n)s comments marked as spam.", count),
        "trash": ngettext("%(n)s comment moved to trash.", "%(n)s comments moved to trash.", count),
        "restore": ngettext("%(n)s comment restored.", "%(n)s comments restored.", count),
    }
    later = not_public.appear_later_words(unseen, count)
    return " ".join([words[verb] % {"n": f"{count:,}"}, *later])


def undone_words(count: int) -> str:
    words = ngettext("%(n)s comment put back.", "%(n)s comments put back.", count)
    return words % {"n": f"{count:,}"}


def tab_words(done: list[dict]) -> list[str]:
    """Where they are now, if all are in one: an undo can be undone too."""
    tabs = {row["status"] for row in done}
    return [_("Now: %(tab)s.") % {"tab": Comment.Status(*tabs).label}] if len(tabs) == 1 else []


def lost_words(row: dict) -> str:
    """Who was faster, and what they decided."""
    if not row["status"]:
        return _("Comment %(id)d: not there any more, or not yours to decide.") % {"id": row["id"]}
    status = Comment.Status(row["status"]).label
    words = _("Comment %(id)d was left as it is: %(status)s since %(time)s, decided by %(by)s.")
    if row.get("edited"):
        words = _("Comment %(id)d was edited by %(by)s, %(time)s. Read it again.")
    elif row["by"] == ITS_AUTHOR:
        words = _("Comment %(id)d was withdrawn by its author, %(time)s.")
    return words % {
        "id": row["id"],
        "status": status,
        "time": clock(row["at"]) if row["at"] else "",
        "by": row["by"] or _("the spam check or its sender"),
    }


def lost_lines(lost: list[dict]) -> list[dict]:
    """In words, and which one: whoever lost wants to see what stands there now. Of very many only
    the first: the session carries them to the next page."""
    rows = lost[:MOST_NAMED]
    named = [{"words": lost_words(row), "id": row["status"] and row["id"]} for row in rows]
    more = len(lost) - len(rows)
    words = ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more}
    return [*named, {"words": words, "id": ""}] if more else named
