from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# A person may think again for so long before Akismet is told.
FEEDBACK_DELAY = timedelta(seconds=60)
# A sender that was killed is followed by another after so long.
FEEDBACK_REPEAT = timedelta(minutes=5)


class DecisionQuerySet(models.QuerySet):
    def to_report(self, now: datetime) -> Self:
        """Akismet has to be told of these now, in this order."""
        then = now - FEEDBACK_DELAY
        # After an undo the comment stands as long as it stood before.
        due = self.filter(feedback_sent_at=None, created_at__lte=then, comment__status_at__lte=then)
        free = Q(feedback_claimed_at=None) | Q(feedback_claimed_at__lte=now - FEEDBACK_REPEAT)
        return due.exclude(feedback="").filter(free).order_by("created_at", "pk")

    def of_people(self) -> Self:
        """Decisions that agree or disagree with the check. Trash does neither, nor does a decision
        that was made before Akismet called the comment spam."""
        decided = self.filter(by_a_person=True).exclude(new_status="trash")
        after = ~Q(comment__screened="spam") | Q(created_at__gt=F("comment__screened_at"))
        return decided.filter(after)


class Decision(models.Model):
    """One change of status; the first of a comment is its creation. Also the history that people
    read, what can be undone, and what Akismet has to be told."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="decisions")
    # Its index is decision_by.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # Stays when the account is deleted: a person's decision is never taken for the machine's.
    by_a_person = models.BooleanField(default=False)
    old_status = models.CharField(max_length=10, blank=True)
    new_status = models.CharField(max_length=10)
    reason = models.CharField(max_length=20, blank=True)
    # The comment's version before and after; null in rows older than these columns.
    old_version = models.BigIntegerField(null=True)
    new_version = models.BigIntegerField(null=True)
    batch = models.UUIDField(null=True)
    created_at = models.DateTimeField()
    feedback = models.CharField(max_length=4, blank=True)
    feedback_claimed_at = models.DateTimeField(null=True)
    # Without a claim: closed unsent, because nothing had to be said any more.
    feedback_sent_at = models.DateTimeField(null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        indexes = [
            # DecisionQuerySet.to_report
            models.Index(
                fields=["created_at"],
                condition=~Q(feedback="") & Q(feedback_sent_at__isnull=True),
                name="decision_outbox",
            ),
            # Accounts that are deleted
            models.Index(fields=["by"], name="decision_by"),
            # verbs.undo(), and all that Batch is asked
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="decision_batch"),
            # comments/queue/spam_figures.py
            models.Index(
                fields=["created_at"], condition=Q(by_a_person=True), name="decision_by_people"
            ),
        ]

    def __str__(self):
        return f"{self.comment_id}: {self.old_status} → {self.new_status}"

    @classmethod
    def of_creation(cls, comment, *, by) -> "Decision":
        return cls(
            comment=comment,
            by=by,
            by_a_person=by is not None,
            new_status=comment.status,
            new_version=comment.version,
            reason=next((code for code, _detail in comment.held_because), "")
            if comment.status == "spam"
            else "",
            created_at=comment.submitted_at,
        )
