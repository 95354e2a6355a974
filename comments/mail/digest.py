"""One mail to moderators about all that waits: the first at once, then at most one an hour."""

from datetime import datetime, timedelta

from django.db.models import Q

from blog import mail
from blog.models import Post, User
from comments.models import Comment, Heartbeat, Mail

EVERY = timedelta(hours=1)
MOST = 5_000


def queue_digest(now: datetime) -> None:
    """Within writing(). Only when something new waits; each comment is new once."""
    if not mail.is_configured() or _wrote_lately(now):
        return
    # Comments under a post that is not public are new when the post is public.
    public = Post.objects.visible(now).values("pk")
    new = Comment.objects.waiting().filter(told_at=None, post__in=public)
    readers = _readers() if new.exists() else []
    if not readers:
        return
    # Skips what the verbs have locked, and locks in their order: no deadlock, and no second mail by
    # another worker.
    free = new.select_for_update(skip_locked=True).order_by("pk")
    ids = list(free.values_list("pk", flat=True)[:MOST])
    if Comment.objects.filter(pk__in=ids).update(told_at=now):
        Mail.objects.queue_all([_row(user, now) for user in readers])


def _wrote_lately(now: datetime) -> bool:
    """True also while a digest could not be sent, or many would arrive together later. Times in the
    future do not count: the clock may have been wrong."""
    digests = Mail.objects.filter(kind=Mail.Kind.DIGEST)
    if Heartbeat.is_failing(Heartbeat.MAIL) and digests.open().exists():
        return True
    near = (now - EVERY, now + EVERY)
    late = Q(sent_at__range=near) | Q(created_at__range=near, closed_at=None)
    return digests.filter(late).exists()


def _readers() -> list[User]:
    wanting = User.objects.with_perm("comments.decide_comment").filter(gets_mail=True)
    return list(wanting.exclude(email=""))


def _row(user: User, now: datetime) -> Mail:
    return Mail(
        kind=Mail.Kind.DIGEST,
        to=user.email,
        recipient=user,
        key=f"digest:{user.pk}:{now.isoformat()}",
        created_at=now,
        due_at=now,
    )
