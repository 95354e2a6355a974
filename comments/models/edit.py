from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone

from comments.models.second_look import MOMENT


class Edit(models.Model):
    """The text of a comment before a change, for the history."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="edits")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    # Stays when the account is deleted, so that a moderator's edit never looks like the author's.
    by_moderator = models.BooleanField(default=False)
    # The version of the comment before the change.
    old_version = models.BigIntegerField(null=True)
    body = models.TextField()
    author_name = models.CharField(max_length=100, blank=True)
    author_url = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.comment_id}: {self.body[:40]}"

    @classmethod
    def record(cls, comment, *, by=None) -> "Edit":
        """Saves the comment as it is before a change. `by` None: its author changes it. Needs the
        lock of the comment."""
        return cls.objects.create(
            comment=comment,
            by=by,
            by_moderator=by is not None,
            old_version=comment.version,
            body=comment.body,
            author_name=comment.author_name,
            author_url=comment.author_url,
            created_at=_after_decisions(comment),
        )


def _after_decisions(comment) -> datetime:
    # Later than the last decision, even if the clock was set back since.
    last = comment.decisions.aggregate(at=Max("created_at"))["at"]
    return max(timezone.now(), last + MOMENT) if last else timezone.now()
