from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    PENDING = "pending", _("Pending")
    APPROVED = "approved", _("Approved")
    SPAM = "spam", _("Spam")
    TRASH = "trash", _("Trash")


class Screened(models.TextChoices):
    """The result of the spam check; only `waiting` means that there is none yet."""

    WAITING = "waiting"
    HAM = "ham"
    SPAM = "spam"
    UNAVAILABLE = "unavailable"
    SKIPPED = "skipped"


UNCHECKED = (Screened.WAITING, Screened.UNAVAILABLE, Screened.SKIPPED)
# check_error of a comment set aside because another comment has the same text.
SAME_AS_SPAM = "same-as-spam"
