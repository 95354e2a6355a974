"""Sentences about a press: what was done, and what was left unchanged."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from blog.text.characters import isolated
from comments.dates import clock, clock_in_sentence
from comments.models import Comment
from comments.queue import not_public

MOST_NAMED = 50


def done_sentence(verb: str, count: int, unseen: int = 0) -> str:
    # `unseen`: how many of them are under a post that is not public.
    sentences = {
        "approve": ngettext("%(n)s comment approved.", "%(n)s comments approved.", count),
        "keep": ngettext("%(n)s comment kept.", "%(n)s comments kept.", count),
        "hold": ngettext("%(n)s comment unapproved.", "%(n)s comments unapproved.", count),
        "spam": ngettext("%(n)s comment marked as spam.", "%(n)s comments marked as spam.", count),
        "trash": ngettext("%(n)s comment moved to trash.", "%(n)s comments moved to trash.", count),
        "restore": ngettext("%(n)s comment restored.", "%(n)s comments restored.", count),
    }
    later = not_public.appear_later_sentences(unseen, count)
    return " ".join([sentences[verb] % {"n": f"{count:,}"}, *later])


def undone_sentence(count: int) -> str:
    sentence = ngettext("%(n)s comment put back.", "%(n)s comments put back.", count)
    return sentence % {"n": f"{count:,}"}


def tab_sentences(done: list[dict]) -> list[str]:
    tabs = {row["status"] for row in done}
    return [_("Now: %(tab)s.") % {"tab": Comment.Status(*tabs).label}] if len(tabs) == 1 else []


def lost_sentence(row: dict) -> str:
    if not row["status"]:
        return _gone_sentence(1)
    sentence = _FASTER.get(row["did"], _("The comment by %(name)s is in %(tab)s since %(time)s."))
    return str(sentence) % {
        "name": isolated(row["name"]),
        "by": row["by"] or _("The spam check"),
        "tab": Comment.Status(row["status"]).label,
        "at": clock_in_sentence(row["at"]) if row["at"] else "",
        "time": clock(row["at"]) if row["at"] else "",
    }


_FASTER = {
    "approve": gettext_lazy("%(by)s approved the comment by %(name)s %(at)s."),
    "keep": gettext_lazy("%(by)s looked again and kept the comment by %(name)s %(at)s."),
    "hold": gettext_lazy("%(by)s unapproved the comment by %(name)s %(at)s."),
    "spam": gettext_lazy("%(by)s marked the comment by %(name)s as spam %(at)s."),
    "trash": gettext_lazy("%(by)s moved the comment by %(name)s to trash %(at)s."),
    "restore": gettext_lazy("%(by)s restored the comment by %(name)s %(at)s."),
    "undo": gettext_lazy("%(by)s put the comment by %(name)s back to %(tab)s %(at)s."),
    "edited": gettext_lazy("The comment by %(name)s was edited by %(by)s %(at)s. Read it again."),
    "withdrawn": gettext_lazy("The comment by %(name)s was withdrawn by its author %(at)s."),
    "erased": gettext_lazy("%(by)s erased the address of %(name)s %(at)s."),
}


def lost_lines(lost: list[dict]) -> list[dict]:
    # Limited, because the session carries the lines to the next page.
    there = [row for row in lost if row["status"]]
    rows, gone = there[:MOST_NAMED], len(lost) - len(there)
    lines = [{"words": lost_sentence(row), "id": row["id"], "name": row["name"]} for row in rows]
    if more := len(there) - len(rows):
        lines.append({"words": ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more}})
    return [*lines, {"words": _gone_sentence(gone)}] if gone else lines


def _gone_sentence(count: int) -> str:
    sentence = ngettext(
        "%(n)s comment is not there any more, or not yours to decide.",
        "%(n)s comments are not there any more, or not yours to decide.",
        count,
    )
    return sentence % {"n": f"{count:,}"}
