from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog.text.characters import isolated
from comments.models import Comment, Decision
from comments.models.querysets import GIVE_UP
from comments.rules.holding import feedback_for_move

_SENTENCES = {
    ("", "pending"): gettext_noop("Sent in; it waits for a moderator"),
    ("", "spam"): gettext_noop("Sent in; set aside as spam"),
    ("", "approved"): gettext_noop("%(who)s published it at once"),
    ("", "trash"): gettext_noop("Came in as trash"),
    ("pending", "approved"): gettext_noop("%(who)s approved it"),
    ("spam", "approved"): gettext_noop("%(who)s found it in spam and approved it"),
    ("trash", "approved"): gettext_noop("%(who)s took it out of the trash and approved it"),
    ("pending", "spam"): gettext_noop("%(who)s marked it as spam"),
    ("approved", "spam"): gettext_noop("%(who)s took it down as spam"),
    ("trash", "spam"): gettext_noop("%(who)s moved it from trash to spam"),
    ("pending", "trash"): gettext_noop("%(who)s moved it to trash"),
    ("approved", "trash"): gettext_noop("%(who)s took it down and moved it to trash"),
    ("spam", "trash"): gettext_noop("%(who)s moved it from spam to trash"),
    ("approved", "pending"): gettext_noop("%(who)s took it down again (unapproved)"),
    ("spam", "pending"): gettext_noop("%(who)s took it out of spam; it waits again"),
    ("trash", "pending"): gettext_noop("%(who)s took it out of the trash; it waits again"),
}
_BY_REASON = {
    "keep": gettext_noop("%(who)s looked again and kept it"),
    "undo": gettext_noop("%(who)s took back the decision before: %(tab)s again"),
    "undo of keep": gettext_noop("%(who)s took back that it was kept"),
    "withdrawn": gettext_noop("Its author withdrew it"),
    "erased": gettext_noop("Emptied: its author's address was erased"),
}
_NOTES = {
    "unchecked": lambda: _("without an answer from Akismet"),
    "same-as-spam": lambda: _("the same text had been called spam"),
    "trap": lambda: _("the field that people do not see was filled in"),
    "words": lambda: _("a word of the policy"),
    "network": lambda: _("a network of the policy"),
    "author": lambda: _("an e-mail address of the policy"),
}


def decision_sentence(decision: Decision) -> str:
    who = isolated(decision.by) if decision.by else _("Someone who has left")
    if not decision.by_a_person:
        who = _("Akismet") if decision.reason == "akismet" else _("Broadside")
    move = (decision.old_status, decision.new_status)
    undoes_keep = decision.reason == "undo" and decision.old_status == decision.new_status
    template = _BY_REASON.get("undo of keep" if undoes_keep else decision.reason)
    template = template or _SENTENCES.get(move) or "%(who)s: %(old)s → %(new)s"
    tab = Comment.Status(decision.new_status).label
    values = {"who": who, "old": decision.old_status, "new": decision.new_status, "tab": tab}
    sentence = _(template) % values
    note = _NOTES.get(decision.reason)
    return f"{sentence} ({note()})" if note else sentence


def report_sentence(decision: Decision) -> str:
    # Empty if there was nothing to tell Akismet.
    if decision.feedback and decision.feedback_claimed_at and decision.feedback_sent_at:
        sentences = {"spam": _("Akismet was told: spam"), "ham": _("Akismet was told: not spam")}
        return sentences[decision.feedback]
    moved = decision.feedback or feedback_for_move(decision.old_status, decision.new_status)
    if not decision.by_a_person or not moved:
        return ""
    comment = decision.comment
    if not comment.checks and not decision.feedback:
        return ""
    closed_at = decision.feedback_sent_at if decision.feedback else decision.created_at
    if closed_at and closed_at >= comment.submitted_at + GIVE_UP:
        return _("too old to report to Akismet")
    return _("Akismet will be told") if decision.feedback and not closed_at else ""
