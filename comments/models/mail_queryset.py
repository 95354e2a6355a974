"""Which mails are due, which wait, and which go out together."""

from collections import defaultdict
from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone

from blog.models import Post
from comments.models.due import Due

# How long one sending may take before another worker may repeat it.
LEASE = timedelta(minutes=5)
# Rows that are about no comment: addresses are not kept longer than they are needed.
KEPT_LINKS = timedelta(days=1)
KEPT = timedelta(days=30)
# How often what waits for its post is dated anew.
RENEWED = timedelta(days=1)
# They say that a comment can be read.
ABOUT_PUBLIC = ("live", "published", "reply")


class MailQuerySet(models.QuerySet):
    def queue(
        self, kind: str, to: str, *, key: str, due_at: datetime | None = None, **more
    ) -> list[Due]:
        """Within writing(), in one commit with what it is about; once for each key."""
        now = timezone.now()
        row = self.model(kind=kind, to=to, key=key, created_at=now, due_at=due_at or now, **more)
        self.queue_all([row])
        found = self.get(key=key)
        return [Due("mail", found.pk)] if found.is_open and found.due_at <= now else []

    def queue_all(self, rows: list) -> None:
        """What was closed unsent is opened again: the comment may be public for the second time
        before anybody was written to about the first."""
        keys = defaultdict(list)
        for row in rows:
            keys[row.due_at].append(row.key)
        for due_at, same in keys.items():
            closed = self.filter(key__in=same, sent_at=None, closed_at__isnull=False)
            again = {"due_at": due_at, "created_at": timezone.now()}
            closed.update(closed_at=None, error="", tries=0, **again)
        self.bulk_create(rows, ignore_conflicts=True)

    def open(self):
        return self.filter(sent_at=None, closed_at=None)

    def to_send(self, now: datetime):
        """What is due, the oldest first."""
        free = Q(claimed_at=None) | Q(claimed_at__lte=now - LEASE)
        due = self.open().filter(free, due_at__lte=now).order_by("due_at", "pk")
        return due.exclude(pk__in=self.model.objects.waiting_for_post(now).values("pk"))

    def waiting_for_post(self, now: datetime):
        """About a comment that is approved, and that nobody can read before its post is public."""
        unseen = Post.objects.not_public(now).values("pk")
        open_ones = self.open().filter(kind__in=ABOUT_PUBLIC)
        return open_ones.filter(comment__status="approved", comment__post__in=unseen)

    def keep_waiting(self, now: datetime) -> None:
        """What waits for its post does not become too old for it. Within writing()."""
        old = self.model.objects.waiting_for_post(now).filter(created_at__lt=now - RENEWED)
        self.filter(pk__in=list(old.values_list("pk", flat=True))).update(created_at=now)

    def to_forget(self, now: datetime):
        done = Q(sent_at__isnull=False) | Q(closed_at__isnull=False)
        links = done & Q(kind="links", created_at__lt=now - KEPT_LINKS)
        return self.filter(links | Q(created_at__lt=now - KEPT), comment=None)

    def together(self, row):
        """What goes out in one mail with this row: of one post to its author, of one comment to
        whoever wrote it."""
        same = self.filter(kind=row.kind, to=row.to)
        match row.kind:
            case "live":
                return same.filter(comment__post=row.comment.post_id)
            case "reply":
                return same.filter(comment__parent=row.comment.parent_id)
        return self.filter(pk=row.pk)
