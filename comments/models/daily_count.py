from collections import Counter, defaultdict

from django.db import models
from django.db.models import F
from django.utils import timezone

from comments.models.comment import Comment
from comments.models.decision import Decision


class Tally(models.Model):
    """Counts of deleted comments, by the day of their submission."""

    day = models.DateField(primary_key=True)
    comments = models.PositiveIntegerField(default=0)
    caught = models.PositiveIntegerField(default=0)  # called spam by Akismet and left there
    missed = models.PositiveIntegerField(default=0)  # called ham; a person marked it as spam
    false_alarms = models.PositiveIntegerField(default=0)  # called spam; a person took it out

    class Meta:
        default_permissions = ()

    def __str__(self):
        return f"{self.day}"

    @classmethod
    def add(cls, ids: list[int]) -> None:
        """Counts comments that are about to be deleted. Call it within writing()."""
        judged, days = _judged_by_people(ids), defaultdict(Counter)
        rows = Comment.objects.filter(pk__in=ids)
        for pk, submitted_at, screened in rows.values_list("pk", "submitted_at", "screened"):
            day = days[timezone.localdate(submitted_at)]
            day.update(("comments", *check_outcome(screened, judged.get(pk))))
        cls.objects.bulk_create((cls(day=day) for day in sorted(days)), ignore_conflicts=True)
        for day in sorted(days):
            counts = {name: F(name) + n for name, n in days[day].items()}
            cls.objects.filter(day=day).update(**counts)


def _judged_by_people(ids: list[int]) -> dict[int, str]:
    rows = Decision.objects.of_people().filter(comment__in=ids).order_by("pk")
    return dict(rows.values_list("comment_id", "new_status"))


def check_outcome(screened: str, judged: str | None) -> tuple[str, ...]:
    match screened, judged:
        case "spam", "approved" | "pending":
            return ("false_alarms",)
        case "spam", _:
            return ("caught",)
        case "ham", "spam":
            return ("missed",)
    return ()
