"""Who is written to when a comment becomes public."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from django.db import connection
from django.utils import timezone

from blog import mail
from comments.models.mail import Mail
from comments.models.sql import listed

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
    """Whom these comments concern, by one statement: most decisions end with it."""

    readers: dict[int, Reader] = field(default_factory=dict)  # by their comment
    authors: dict[int, list[Author]] = field(default_factory=lambda: defaultdict(list))  # by post

    @classmethod
    def about(cls, comments: list) -> "Told":
        said = {pk for c in comments for pk in (c.pk, c.parent_id) if pk}
        posts = {comment.post_id for comment in comments}
        found = cls()
        with connection.cursor() as cursor:
            cursor.execute(_TOLD.format(comments=listed(said), posts=listed(posts)))
            for comment, post, user, email, is_confirmed in cursor.fetchall():
                if comment:
                    found.readers[comment] = Reader(email, is_confirmed)
                else:
                    found.authors[post].append(Author(user, email))
        return found


_TOLD = """
    SELECT comment_id, NULL, NULL, email, confirmed_at IS NOT NULL FROM comments_subscription
    WHERE ended_at IS NULL AND comment_id IN ({comments})
    UNION ALL
    SELECT NULL, w.post_id, u.id, u.email, TRUE FROM blog_user u JOIN (
        SELECT id AS post_id, author_id AS user_id FROM blog_post WHERE id IN ({posts})
        UNION SELECT post_id, user_id FROM blog_postauthor WHERE post_id IN ({posts})
    ) w ON w.user_id = u.id WHERE u.is_active AND u.gets_mail AND u.email <> ''"""


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
