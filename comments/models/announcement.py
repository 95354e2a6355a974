"""Who is written to when a comment becomes public."""

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
# A person may think again for so long before anybody is written to; what comes within it is
# collected.
DELAYS = {Kind.PUBLISHED: 1, Kind.REPLY: 1, Kind.LIVE: 5}


def announce(comments: list, *, by) -> None:
    """Within writing(), in one commit with the decision. A mail is written when it is sent: what is
    not public any more by then is left out."""
    if not comments or not mail.is_configured():
        return
    now, told = timezone.now(), Told.about(comments)
    rows = [
        *(_to_commenter(comment, told, now) for comment in comments),
        *(_to_the_answered(comment, told, now) for comment in comments),
        *_to_authors(comments, told, by, now),
    ]
    Mail.objects.queue_all([row for row in rows if row])


class Reader(NamedTuple):
    """Who asked to be written to, beside a comment."""

    email: str
    is_confirmed: bool


class Author(NamedTuple):
    """Of a post, who gets mail."""

    pk: int
    email: str


@dataclass
class Told:
    """Who may be written to about these comments."""

    readers: dict[int, Reader] = field(default_factory=dict)  # by their comment
    authors: dict[int, list[Author]] = field(default_factory=lambda: defaultdict(list))  # by post

    @classmethod
    def about(cls, comments: list) -> "Told":
        said = {pk for c in comments for pk in (c.pk, c.parent_id) if pk}
        posts = {comment.post_id for comment in comments}
        found = cls()
        open_ones = Subscription.objects.filter(comment__in=said, ended_at=None)
        for row in open_ones:
            found.readers[row.comment_id] = Reader(row.email, row.confirmed_at is not None)
        people = User.objects.filter(is_active=True, gets_mail=True).exclude(email="").order_by()
        first = people.filter(posts__in=posts).values_list("posts", "pk", "email")
        with_others = people.filter(posts_with__post__in=posts)
        with_others = with_others.values_list("posts_with__post", "pk", "email")
        for post, pk, email in first.union(with_others):
            found.authors[post].append(Author(pk, email))
        return found


def _to_commenter(comment, told: Told, now) -> Mail | None:
    found = told.readers.get(comment.pk)
    return _row(Kind.PUBLISHED, comment, now, found.email) if found else None


def _to_the_answered(comment, told: Told, now) -> Mail | None:
    found = told.readers.get(comment.parent_id)
    if not found or not found.is_confirmed or comment.author_email.lower() == found.email:
        return None
    return _row(Kind.REPLY, comment, now, found.email)


def _to_authors(comments, told: Told, by, now) -> list[Mail]:
    """Not about what they decided or wrote themselves."""
    return [
        _row(Kind.LIVE, comment, now, author.email, author.pk)
        for comment in comments
        for author in told.authors[comment.post_id]
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
