"""Who is written to when a comment becomes public."""

from datetime import datetime, timedelta

from django.db.models import F
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
    now, asked = timezone.now(), _subscriptions(comments)
    rows = [
        *(_to_commenter(comment, asked, now) for comment in comments),
        *(_to_the_answered(comment, asked, now) for comment in comments),
        *_to_authors(comments, by, now),
    ]
    Mail.objects.queue_all([row for row in rows if row])


def _subscriptions(comments) -> dict[int, Subscription]:
    own = {comment.pk for comment in comments}
    parents = {comment.parent_id for comment in comments if comment.parent_id}
    rows = Subscription.objects.filter(comment__in=own | parents, ended_at=None)
    return {row.comment_id: row for row in rows}


def _to_commenter(comment, asked, now) -> Mail | None:
    found = asked.get(comment.pk)
    return _row(Kind.PUBLISHED, comment, now, found.email) if found else None


def _to_the_answered(comment, asked, now) -> Mail | None:
    found = asked.get(comment.parent_id)
    if not found or not found.confirmed_at or comment.author_email.lower() == found.email:
        return None
    return _row(Kind.REPLY, comment, now, found.email)


def _to_authors(comments, by, now) -> list[Mail]:
    """Not about what they decided or wrote themselves."""
    authors = _authors({comment.post_id for comment in comments})
    return [
        _row(Kind.LIVE, comment, now, user.email, user)
        for comment in comments
        for user in authors.get(comment.post_id, ())
        if user != by and not _is_by(comment, user)
    ]


def _is_by(comment, user) -> bool:
    return comment.user_id == user.pk or comment.author_email.lower() == user.email.lower()


def _authors(posts: set[int]) -> dict[int, set]:
    people = User.objects.filter(is_active=True, gets_mail=True).exclude(email="").only("email")
    first = people.filter(posts__in=posts).annotate(of_post=F("posts"))
    others = people.filter(posts_with__post__in=posts).annotate(of_post=F("posts_with__post"))
    found = {}
    for user in [*first, *others]:
        found.setdefault(user.of_post, set()).add(user)
    return found


def _row(kind: str, comment, now: datetime, to: str, recipient=None) -> Mail:
    return Mail(
        kind=kind,
        to=to,
        recipient=recipient,
        key=f"{kind}:{comment.pk}" + (f":{recipient.pk}" if recipient else ""),
        comment_id=comment.pk,
        created_at=now,
        due_at=now + timedelta(minutes=DELAYS[kind]),
    )
