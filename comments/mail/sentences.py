"""Writes the line about a mail in a comment's history."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from blog.text.characters import isolated
from comments.models import Mail

_SENTENCES: dict[str, str] = {
    Mail.Kind.DIGEST: gettext_noop("Mail to a moderator"),
    Mail.Kind.LIVE: gettext_noop("Mail to the author of the post: a new comment"),
    Mail.Kind.PUBLISHED: gettext_noop("Mail to the commenter: it is published"),
    Mail.Kind.REPLY: gettext_noop("Mail to the writer of the comment above: an answer"),
    Mail.Kind.LINKS: gettext_noop("Mail with lost links"),
    Mail.Kind.LETTER: gettext_noop("%(who)s wrote to the commenter"),
    Mail.Kind.ALERT: gettext_noop("Mail to an administrator"),
}


def history_sentence(mail: Mail) -> str:
    name = isolated(mail.by) if mail.by else _("Someone who has left")
    parts = {"mail": _(_SENTENCES[mail.kind]) % {"who": name}, "why": mail.error}
    if mail.sent_at and mail.error:
        return _("%(mail)s: %(why)s") % parts
    if mail.sent_at:
        return parts["mail"]
    if mail.closed_at:
        return _("%(mail)s: not sent, %(why)s") % parts
    if mail.waits_for_post:
        return _("%(mail)s: waits until the post is public") % parts
    if mail.error:
        return _("%(mail)s: not sent yet, %(why)s") % parts
    return _("%(mail)s: on its way") % parts
