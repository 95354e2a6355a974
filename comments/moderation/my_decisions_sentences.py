"""Sentences for "What I did": the press, and whether it still stands. No queries."""

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.text.characters import isolated
from comments.dates import clock
from comments.models import Comment
from comments.models.conflict import SPAM_CHECK_REASONS


def press_sentence(
    verb: str, moves: set[tuple[str, str, str]], count: int, name: str | None = None
) -> str:
    """`moves`: (old status, new status, reason) of the Decisions. `name`: of the colleague who
    pressed, None for the reader of the page."""
    tabs = {str(Comment.Status(new).label) for _old, new, _reason in moves}
    kind = verb
    if verb == "approve" and {reason for _old, _new, reason in moves} == {"keep"}:
        kind = "keep"
    if verb == "undo" and len(tabs) > 1:
        kind = "undo apart"
    sentences = _of_oneself(count) if name is None else _of_a_colleague(count)
    return sentences[kind] % {"n": f"{count:,}", "tab": ", ".join(tabs), "name": name}


def _of_oneself(count: int) -> dict[str, str]:
    return {
        "approve": ngettext("You approved %(n)s comment.", "You approved %(n)s comments.", count),
        "hold": ngettext("You unapproved %(n)s comment.", "You unapproved %(n)s comments.", count),
        "spam": ngettext(
            "You marked %(n)s comment as spam.", "You marked %(n)s comments as spam.", count
        ),
        "trash": ngettext(
            "You moved %(n)s comment to trash.", "You moved %(n)s comments to trash.", count
        ),
        "restore": ngettext("You restored %(n)s comment.", "You restored %(n)s comments.", count),
        "keep": ngettext(
            "You looked again and kept %(n)s comment.",
            "You looked again and kept %(n)s comments.",
            count,
        ),
        "undo": ngettext(
            "You put %(n)s comment back to %(tab)s.",
            "You put %(n)s comments back to %(tab)s.",
            count,
        ),
        "undo apart": ngettext(
            "You put %(n)s comment back.", "You put %(n)s comments back.", count
        ),
        "erase": ngettext(
            "You erased an address: %(n)s comment taken down.",
            "You erased an address: %(n)s comments taken down.",
            count,
        ),
    }


def _of_a_colleague(count: int) -> dict[str, str]:
    return {
        "approve": ngettext(
            "%(name)s approved %(n)s comment.", "%(name)s approved %(n)s comments.", count
        ),
        "hold": ngettext(
            "%(name)s unapproved %(n)s comment.", "%(name)s unapproved %(n)s comments.", count
        ),
        "spam": ngettext(
            "%(name)s marked %(n)s comment as spam.",
            "%(name)s marked %(n)s comments as spam.",
            count,
        ),
        "trash": ngettext(
            "%(name)s moved %(n)s comment to trash.",
            "%(name)s moved %(n)s comments to trash.",
            count,
        ),
        "restore": ngettext(
            "%(name)s restored %(n)s comment.", "%(name)s restored %(n)s comments.", count
        ),
        "keep": ngettext(
            "%(name)s looked again and kept %(n)s comment.",
            "%(name)s looked again and kept %(n)s comments.",
            count,
        ),
        "undo": ngettext(
            "%(name)s put %(n)s comment back to %(tab)s.",
            "%(name)s put %(n)s comments back to %(tab)s.",
            count,
        ),
        "undo apart": ngettext(
            "%(name)s put %(n)s comment back.", "%(name)s put %(n)s comments back.", count
        ),
        "erase": ngettext(
            "%(name)s erased an address: %(n)s comment taken down.",
            "%(name)s erased an address: %(n)s comments taken down.",
            count,
        ),
    }


def name_of(person) -> str:
    return isolated(person) if person else _("Somebody who has left")


def standing(parts, count: int) -> str:
    return " ".join([_standing(parts, count), *_unread(sum(part.is_unread for part in parts))])


def _standing(parts, count: int) -> str:
    changed = [part for part in parts if not part.stands]
    if not parts:
        return _("Nothing of it is left to decide.")
    if not changed:
        return _("Still stands.")
    since = _since(changed)
    if len(changed) == count:
        return since
    sentence = ngettext("%(n)d still stands.", "%(n)d still stand.", count - len(changed))
    return f"{sentence % {'n': count - len(changed)}} {since}"


def _unread(count: int) -> list[str]:
    sentence = ngettext(
        "%(n)d was edited since: read it and approve it anew.",
        "%(n)d were edited since: read them and approve them anew.",
        count,
    )
    return [sentence % {"n": count}] if count else []


def _since(changed) -> str:
    newest = max((part.last for part in changed), key=lambda last: last.pk)
    values = {"time": clock(newest.created_at), "by": _people(changed)}
    reasons = {part.last.reason for part in changed}
    if reasons == {"withdrawn"}:
        return _("Withdrawn by its author, %(time)s.") % values
    if reasons != {"undo"}:
        return _("Changed since by %(by)s, %(time)s.") % values
    if all(part.last.new_status == part.decision.new_status for part in changed):
        return _("Undone and done again by %(by)s, %(time)s.") % values
    return _("Undone by %(by)s, %(time)s.") % values


def _people(changed) -> str:
    names = []
    for part in changed:
        last = part.last
        name = isolated(last.by) if last.by else _("somebody who has left")
        if not last.by_a_person:
            is_check = last.reason in SPAM_CHECK_REASONS
            name = _("the spam check") if is_check else _("a rule of the policy")
        elif last.reason == "withdrawn":
            name = _("its author")
        names.append(name)
    return ", ".join(dict.fromkeys(names))
