"""Looks up the facts that the rules need to refuse or to hold a comment.

    request ─▶ Sender ─▶ place_facts ─▶ sending_facts ─▶ comments/rules/admission.py
                      └▶ comment_facts ────────────────▶ comments/rules/holding.py

Every query uses an index (tests/submit/test_context_plans.py reads the plans).
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from django.utils import timezone

from blog.models import User
from blog.text import markup
from comments.check.akismet import TRAP
from comments.models import Comment, may_decide
from comments.rules import admission, holding
from comments.rules.admission import Facts, Origin, Parent, Repeat
from comments.rules.parse import number
from comments.submit import cookies, origin

SECOND_TRY = timedelta(minutes=10)


@dataclass(frozen=True)
class Sender:
    """The person and the browser that sent a request."""

    user: User | None
    origin: Origin
    own: list[int]  # public_id of the comments in the browser's cookies
    ip: str | None
    agent: str
    referrer: str
    headers: dict[str, str]

    @classmethod
    def of(cls, request) -> "Sender":
        return cls(
            user=request.user if request.user.is_authenticated else None,
            origin=origin.sent_from(request),
            own=cookies.waiting_ids(request),
            ip=origin.client_ip(request.META),
            agent=origin.user_agent(request.META),
            referrer=origin.referrer(request.META),
            headers=origin.headers(request.META, request.path),
        )

    def wrote(self, comment: Comment, now: datetime) -> bool:
        # Not by the cookie alone: the response that set it may have got lost.
        is_second_try = comment.submitted_at > now - SECOND_TRY
        return (
            comment.public_id in self.own
            or bool(self.ip)
            and comment.ip == self.ip
            and is_second_try
        )


def place_facts(post, parent_id: str, policy) -> tuple[Comment | None, Facts]:
    """Returns the parent and the facts. `parent_id` is the form's field, not yet validated."""
    now = timezone.now()
    parent, parent_state = _find_parent(post, parent_id.strip(), policy)
    facts = Facts(
        now=now,
        is_open=is_open(post, policy, now),
        parent=parent_state,
        seconds_between=policy.seconds_between,
    )
    return parent, facts


def is_open(post, policy, now: datetime) -> bool:
    return post.comments_open and not admission.is_too_old(
        now - post.published_at, policy.close_after_days
    )


def _find_parent(post, parent_id: str, policy) -> tuple[Comment | None, Parent]:
    if not parent_id:
        return None, Parent.NONE
    parent = comments_with_id(post, parent_id).select_related("root").first()
    if parent is None:
        return None, Parent.MISSING
    if parent.status != Comment.Status.APPROVED:
        return parent, Parent.NOT_APPROVED
    if (parent.root or parent).locked_at:
        return parent, Parent.LOCKED
    return parent, Parent.TOO_DEEP if parent.depth >= policy.depth - 1 else Parent.GOOD


def comments_with_id(post, public_id: str):
    return Comment.objects.filter(public_id=number(public_id) or 0, post=post)


def sending_facts(place: Facts, sender: Sender, post, parent, data) -> tuple[Comment | None, Facts]:
    """Returns the sender's own pending comment with the same text or None, and the facts."""
    same = list(duplicates(post, parent, data))
    pending = [comment for comment in same if comment.status == Comment.Status.PENDING]
    own = next((comment for comment in pending if sender.wrote(comment, place.now)), None)
    facts = replace(place, repeat=Repeat.OWN_PENDING if own else Repeat.YES if same else Repeat.NO)
    if sender.user and may_decide(sender.user, post):
        return own, facts
    pause = timedelta(seconds=place.seconds_between)
    between = (place.now - pause, place.now + pause)
    times = (
        last_by_email(data["email"], *between).first(),
        last_by_cookie(sender.own, *between).first(),
    )
    return own, replace(
        facts,
        last_by_sender=max(filter(None, times), default=None),
        nth_in_network=nth_in_network(sender.ip, place.now).first(),
    )


def duplicates(post, parent, data):
    # A wrongly flagged sender may try again: spam and trash do not count.
    digest = Comment.digest_of(post.pk, parent and parent.pk, data)
    # Same condition as the index comment_digest, or SQLite ignores it.
    kept = Comment.objects.exclude(status="spam").exclude(status="trash").exclude(digest="")
    return kept.filter(digest=digest)


def last_by_email(email: str, since: datetime, until: datetime):
    # Accounts without an e-mail address are not one sender.
    sent = Comment.objects.by_email(email, since) if email else Comment.objects.none()
    return _newest(sent, until)


def last_by_cookie(own: list[int], since: datetime, until: datetime):
    return _newest(Comment.objects.filter(public_id__in=own, submitted_at__gte=since), until)


def nth_in_network(ip: str | None, now: datetime):
    # Comments without a known IP address count as one network, with a wider limit.
    network, window = holding.network_of(ip), admission.NETWORK_WINDOW
    sent = Comment.objects.filter(network=network, submitted_at__gt=now - window)
    limit = admission.network_limit(admission.NETWORK_LIMIT, network)
    return _newest(sent, now + window)[limit - 1 :]


def _newest(comments, until: datetime):
    # Later times were written by a wrong clock and would hide newer comments.
    newest = comments.filter(submitted_at__lte=until).order_by("-submitted_at")
    return newest.values_list("submitted_at", flat=True)


def text_facts(data: dict, **more) -> holding.Facts:
    rendered = markup.render_comment(data["body"])
    return holding.Facts(
        **{name: data[name] for name in ("name", "email", "url", "body")},
        shown=markup.shown_text(rendered),
        links=markup.count_links(rendered),
        **more,
    )


def comment_facts(sender: Sender, post, data) -> holding.Facts:
    return text_facts(
        data,
        ip=sender.ip,
        user_agent=sender.agent,
        post_age_days=(timezone.now() - post.published_at) / timedelta(days=1),
        trap=data[TRAP],
        origin_known=sender.origin is not Origin.UNKNOWN,
        staff_names=frozenset() if sender.user else User.staff_names(),
    )
