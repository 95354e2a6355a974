"""Reasons to look at a comment twice: the label in the menu, the phrase about several comments,
and the condition on rows."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast
from django.db.models.lookups import Contains
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from comments.models import Comment
from comments.models.second_look import REPORTED
from comments.rules.holding import Reason

WORDS = {
    Reason.LINKS: (_("links"), _("held because of their links")),
    Reason.WORDS: (_("a word of the policy"), _("held because of a word of the policy")),
    Reason.NETWORK: (_("a network of the policy"), _("held because of a network of the policy")),
    Reason.AUTHOR: (
        _("an e-mail address of the policy"),
        _("held because of an e-mail address of the policy"),
    ),
    Reason.AGE: (_("the age of the post"), _("held because the post is old")),
    Reason.TRAP: (_("the hidden field"), _("with the hidden field filled in")),
    Reason.STAFF_NAME: (
        _("the name of somebody who works here"),
        _("with the name of somebody who works here"),
    ),
    Reason.NO_ORIGIN: (
        _("the browser did not say where the form came from"),
        _("whose browser did not say where the form came from"),
    ),
    Comment.SAME: (
        _("the same text was called spam"),
        _("whose text had been called spam before"),
    ),
    Reason.EDITED: (_("edited by its author"), _("edited by their authors after they were sent")),
    Reason.NOT_CHECKED: (_("not checked"), _("without an answer from Akismet")),
    Reason.PROVISIONAL: (
        _("Akismet is still looking at it"),
        _("at whose links Akismet is still looking"),
    ),
    Reason.REPORTED: (_("reported by a reader"), _("reported by readers")),
}
REASONS = {str(code): of_one for code, (of_one, _of_all) in WORDS.items()}
IN_COMMON = {str(code): of_all for code, (_of_one, of_all) in WORDS.items()}

# Reasons that are not in `held_because`, but follow from columns of the row.
IN_COLUMNS = {
    Comment.SAME: lambda: Q(check_error=Comment.SAME),
    Reason.NOT_CHECKED: lambda: Q(screened__in=Comment.UNCHECKED, user_is_staff=False),
    Reason.PROVISIONAL: lambda: Q(
        provisional_until__gt=timezone.now(), next_check_at__isnull=False
    ),
    Reason.REPORTED: lambda: REPORTED,
}


def held_by(code: str) -> Q:
    if code in IN_COLUMNS:
        return IN_COLUMNS[code]()
    # JSON pairs: a quote inside a detail is escaped, so this matches a code only.
    return Q(Contains(Cast("held_because", TextField()), f'["{code}", '))
