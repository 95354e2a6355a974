"""Queues mail when a comment becomes public."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from blog import mail
from blog.models import User
from comments.models.mail import Mail
from comments.models.subscription import Subscription

Kind = Mail.Kind
# Minutes before a mail is sent: the moderator may undo, and later comments join the same mail.
DELAYS = {Kind.PUBLISHED: 1, Kind.REPLY: 1, Kind.LIVE: 5}


def announce(comments: list, *, by) -> None:
    """Writes the rows within the transaction of the decision; none is due at once. The mail leaves
    out comments that are no longer public when it is sent."""
    if not comments or not mail.is_configured():
        return
    now, recipients = timezone.now(), Recipients.of(comments)
    rows = [
        *(_to_commenter(comment, recipients, now) for comment in comments),
        *(_to_parent_author(comment, recipients, now) for comment in comments),
        *_to_authors(comments, recipients, by, now),
    ]
    Mail.objects.queue_all([row for row in rows if row])


class Reader(NamedTuple):
    """A commenter who asked for mail."""

    email: str
    is_confirmed: bool


class Author(NamedTuple):
    """An author of a post who gets mail."""

    pk: int
    email: str


@dataclass
class Recipients:
    """The people who get mail about some comments."""

    readers: dict[int, Reader] = field(default_factory=dict)  # by their comment
    authors: dict[int, list[Author]] = field(default_factory=lambda: defaultdict(list))  # by post

    @classmethod
    def of(cls, comments: list) -> "Recipients":
        comment_ids = {pk for c in comments for pk in (c.pk, c.parent_id) if pk}
        posts = {comment.post_id for comment in comments}
        recipients = cls()
        open_subscriptions = Subscription.objects.filter(comment__in=comment_ids, ended_at=None)
        for row in open_subscriptions:
            recipients.readers[row.comment_id] = Reader(row.email, row.confirmed_at is not None)
        people = User.objects.filter(is_active=True, gets_mail=True).exclude(email="").order_by()
        as_author = people.filter(posts__in=posts).values_list("posts", "pk", "email")
        as_coauthor = people.filter(posts_with__post__in=posts)
        as_coauthor = as_coauthor.values_list("posts_with__post", "pk", "email")
        for post, pk, email in as_author.union(as_coauthor):
            recipients.authors[post].append(Author(pk, email))
        return recipients


def _to_commenter(comment, recipients: Recipients, now) -> Mail | None:
    reader = recipients.readers.get(comment.pk)
    return _row(Kind.PUBLISHED, comment, now, reader.email) if reader else None


def _to_parent_author(comment, recipients: Recipients, now) -> Mail | None:
    reader = recipients.readers.get(comment.parent_id)
    if not reader or not reader.is_confirmed or comment.author_email.lower() == reader.email:
        return None
    return _row(Kind.REPLY, comment, now, reader.email)


def _to_authors(comments, recipients: Recipients, by, now) -> list[Mail]:
    return [
        _row(Kind.LIVE, comment, now, author.email, author.pk)
        for comment in comments
        for author in recipients.authors[comment.post_id]
        if author.pk != (by and by.pk) and not _is_by(comment, author)
    ]


def _is_by(comment, author: Author) -> bool:
    return comment.user_id == author.pk or comment.author_email.lower() == author.email.lower()


def _row(kind: str, comment, now: datetime, to: str, recipient: int | None = None) -> Mail:
    return Mail(
        kind=kind,
        to=to,
        recipient_id=recipient,
        key=f"{kind}:{comment.pk}" + (f":{recipient}" if recipient else ""),
        comment_id=comment.pk,
        created_at=now,
        due_at=now + timedelta(minutes=DELAYS[kind]),
    )
