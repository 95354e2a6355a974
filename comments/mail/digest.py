"""Queues one mail to moderators about all waiting comments: the first at once, then at most one an
hour."""

from datetime import datetime, timedelta

from django.db.models import Q

from blog import mail
from blog.models import Post, User
from comments.models import Comment, Heartbeat, Mail

EVERY = timedelta(hours=1)
MOST = 5_000


def queue_digest(now: datetime) -> None:
    """Called within writing(). Queues nothing unless a comment waits that no digest has counted."""
    if not mail.is_configured() or _was_sent_lately(now):
        return
    # Comments under a post that is not public count once it is.
    public = Post.objects.visible(now).values("pk")
    new = Comment.objects.waiting().filter(told_at=None, post__in=public)
    recipients = _recipients() if new.exists() else []
    if not recipients:
        return
    # Skips rows that the verbs have locked, and locks in their order: no deadlock, and another
    # worker queues no second mail.
    free = new.select_for_update(skip_locked=True).order_by("pk")
    ids = list(free.values_list("pk", flat=True)[:MOST])
    if Comment.objects.filter(pk__in=ids).update(told_at=now):
        Mail.objects.queue_all([_row(user, now) for user in recipients])


def _was_sent_lately(now: datetime) -> bool:
    """Also True while a digest cannot be sent, or several would arrive together later. Ignores
    times in the future, which a wrong clock wrote."""
    digests = Mail.objects.filter(kind=Mail.Kind.DIGEST)
    if Heartbeat.is_failing(Heartbeat.MAIL) and digests.open().exists():
        return True
    near = (now - EVERY, now + EVERY)
    is_recent = Q(sent_at__range=near) | Q(created_at__range=near, closed_at=None)
    return digests.filter(is_recent).exists()


def _recipients() -> list[User]:
    users = User.objects.with_perm("comments.decide_comment").filter(gets_mail=True)
    return list(users.exclude(email=""))


def _row(user: User, now: datetime) -> Mail:
    return Mail(
        kind=Mail.Kind.DIGEST,
        to=user.email,
        recipient=user,
        key=f"digest:{user.pk}:{now.isoformat()}",
        created_at=now,
        due_at=now,
    )
