from datetime import datetime

from django.db import models
from django.db.models import Exists, OuterRef
from django.utils import timezone

from comments.models.edit import Edit
from comments.models.evidence import Evidence
from comments.models.mail import Mail
from comments.models.report import Report
from comments.models.subscription import Subscription


class RemovalQuerySet(models.QuerySet):
    """What is taken out of comments, or out of the database with them."""

    def to_remove(self, status: str, before: datetime):
        """What lies there since before, but for evidence. By the submission too, because the index
        of the queue then bounds the search."""
        lies = self.filter(status=status, status_at__lt=before, submitted_at__lt=before)
        return lies.filter(kept_because="")

    def with_replies(self):
        return self.filter(Exists(self.model.objects.filter(parent=OuterRef("pk"))))

    def without_replies(self):
        return self.filter(~Exists(self.model.objects.filter(parent=OuterRef("pk"))))

    def drop_text(self) -> int:
        """What a withdrawn comment said, but for evidence."""
        texts = self.filter(kept_because="")
        Edit.objects.filter(comment__in=texts).delete()
        return texts.update(body="", body_html="", submission=None, held_because=[])

    def empty(self) -> int:
        """Makes stubs: nothing stays but the place in its thread, and who decided what."""
        for model in (Edit, Evidence, Report, Subscription, Mail):
            model.objects.filter(comment__in=self).delete()
        Mail.objects.filter(kind=Mail.Kind.REPLY, comment__parent__in=self).delete()
        nothing = ("author_name", "author_email", "author_url", "body", "body_html", "check_error")
        nothing += ("guid", "digest", "text_digest", "network", "user_agent", "referrer")
        return self.update(
            **dict.fromkeys(nothing, ""),
            **dict.fromkeys(("ip", "submission", "user", "next_check_at", "reported_at")),
            held_because=[],
            emptied_at=timezone.now(),
        )
