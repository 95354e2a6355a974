from datetime import datetime, timedelta
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

# A person may undo a decision for this time before Akismet is told.
FEEDBACK_DELAY = timedelta(seconds=60)
# After this time another worker may repeat unfinished feedback.
FEEDBACK_REPEAT = timedelta(minutes=5)


class DecisionQuerySet(models.QuerySet):
    def to_report(self, now: datetime) -> Self:
        then = now - FEEDBACK_DELAY
        # After an undo, `status_at` starts the delay again.
        due = self.filter(feedback_sent_at=None, created_at__lte=then, comment__status_at__lte=then)
        free = Q(feedback_claimed_at=None) | Q(feedback_claimed_at__lte=now - FEEDBACK_REPEAT)
        return due.exclude(feedback="").filter(free).order_by("created_at", "pk")

    def of_people(self) -> Self:
        """People's decisions that agree or disagree with the spam check. Trash does neither, nor
        does a decision from before the verdict of spam."""
        decided = self.filter(by_a_person=True).exclude(new_status="trash")
        after = ~Q(comment__screened="spam") | Q(created_at__gt=F("comment__screened_at"))
        return decided.filter(after)


class Decision(models.Model):
    """One change of status; the first of a comment is its creation. Decisions are also its history,
    the basis of undo, and the queue of feedback for Akismet.
    """

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="decisions")
    # Indexed by decision_by.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # Stays when the account is deleted, so that a person's decision never looks automatic.
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
    # Without a claim: closed unsent, because no feedback was needed any more.
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
            # Deletion of accounts
            models.Index(fields=["by"], name="decision_by"),
            # verbs.undo() and the queries of Batch
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
