from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from blog.transactions import writing
from comments.models.second_look import MOMENT


class Report(models.Model):
    """A reader's complaint about a public comment; see also Comment.reported_at."""

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="reports")
    words = models.CharField(max_length=500, blank=True)
    network = models.CharField(max_length=43, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["pk"]
        indexes = [models.Index(fields=["network", "created_at"], name="report_network")]

    def __str__(self):
        return f"{self.comment_id}: {self.words[:40]}"

    @classmethod
    def submit(cls, comment, text: str, network: str) -> None:
        """Saves one report for each known network, and every report without one. The comment stays
        public; a moderator is asked to look."""
        now = timezone.now()
        with writing():
            row = type(comment).objects.filter(pk=comment.pk)
            # The lock lets the second of two clicks find the first one's row.
            decided_at = row.select_for_update().values_list("status_at", flat=True).first()
            if not decided_at or cls.exists_from(comment, network):
                return
            # Later than the decision, even if the clock was set back since.
            at = max(now, decided_at + MOMENT)
            cls.objects.create(comment=comment, words=text, network=network, created_at=at)
            closed = Q(reported_at=None) | Q(reported_at__lte=F("status_at"))
            row.filter(closed).update(reported_at=at)

    @classmethod
    def exists_from(cls, comment, network: str) -> bool:
        # Without a network it may be another reader.
        return bool(network) and cls.objects.filter(comment=comment, network=network).exists()

    @classmethod
    def nth_last(cls, n: int, network: str, since: datetime, until: datetime) -> datetime | None:
        """Returns when the network sent its n-th last report; None if it sent fewer in that
        time."""
        times = cls.objects.filter(network=network, created_at__gt=since, created_at__lte=until)
        times = times.order_by("-created_at").values_list("created_at", flat=True)
        return next(iter(times[n - 1 : n]), None)
