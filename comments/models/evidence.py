from django.conf import settings
from django.db import models
from django.utils import timezone

from blog.transactions import writing


class Evidence(models.Model):
    """Records who kept a comment as evidence and why, and who released it. Comment.kept_because has
    the state. It is not a Decision: it changes no status, so neither the spam check nor an undo is
    blocked.
    """

    comment = models.ForeignKey("comments.Comment", models.CASCADE, related_name="evidence")
    note = models.CharField(max_length=500)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    kept_at = models.DateTimeField()
    released_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )
    released_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()
        ordering = ["pk"]

    def __str__(self):
        return f"{self.comment_id}: {self.note[:40]}"

    @classmethod
    def keep(cls, comment, note: str, *, by) -> bool:
        """Returns False where it is kept already; the first note stays."""
        with writing():
            free = type(comment).objects.filter(pk=comment.pk, kept_because="", emptied_at=None)
            if not free.update(kept_because=note):
                return False
            cls.objects.create(comment=comment, note=note, by=by, kept_at=timezone.now())
        return True

    @classmethod
    def release(cls, comment, *, by) -> bool:
        """Deletes the text of a comment that was withdrawn meanwhile."""
        with writing():
            kept = type(comment).objects.filter(pk=comment.pk).exclude(kept_because="")
            if not kept.update(kept_because=""):
                return False
            ended = {"released_by": by, "released_at": timezone.now()}
            cls.objects.filter(comment=comment, released_at=None).update(**ended)
            withdrawn = type(comment).objects.filter(pk=comment.pk, withdrawn_at__isnull=False)
            withdrawn.drop_text()
        return True
