"""What the rules of the door and of the first decision must know of a comment that is sent.

    request ─▶ Sender ─▶ of_place ─▶ of_sending ─▶ comments/rules/admission.py
                      └▶ of_comment ─────────────▶ comments/rules/holding.py

Each look-up is served by an index (tests/submit/test_context_plans.py reads the plans).
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
    """Who sends, as far as the request says and may be believed."""

    user: User | None
    origin: Origin
    own: list[int]
    ip: str | None
    agent: str
    referrer: str
    headers: dict[str, str]

    @classmethod
    def of(cls, request) -> "Sender":
        return cls(
            user=request.user if request.user.is_authenticated else None,
            origin=origin.sent_from(request),
            own=cookies.ids(request),
            ip=origin.client_ip(request.META),
            agent=origin.agent(request.META),
            referrer=origin.referrer(request.META),
            headers=origin.headers(request.META, request.path),
        )

    def wrote(self, comment: Comment, now: datetime) -> bool:
        """By the cookie, or, where the answer that set it got lost, by the address."""
        is_second_try = comment.submitted_at > now - SECOND_TRY
        return (
            comment.public_id in self.own
            or bool(self.ip)
            and comment.ip == self.ip
            and is_second_try
        )


def of_place(post, named: str, policy) -> tuple[Comment | None, Facts]:
    """`named` is the field `parent`, whatever stands in it."""
    now = timezone.now()
    parent, found = _parent(post, named.strip(), policy)
    facts = Facts(
        now=now,
        is_open=is_open(post, policy, now),
        parent=found,
        seconds_between=policy.seconds_between,
    )
    return parent, facts


def is_open(post, policy, now: datetime) -> bool:
    """Open by its own switch and not closed by age (WordPress: counted from publication)."""
    return post.comments_open and not admission.is_too_old(
        now - post.published_at, policy.close_after_days
    )


def _parent(post, named: str, policy) -> tuple[Comment | None, Parent]:
    if not named:
        return None, Parent.NONE
    parent = named_parent(post, named).select_related("root").first()
    if parent is None:
        return None, Parent.MISSING
    if parent.status != Comment.Status.APPROVED:
        return parent, Parent.NOT_APPROVED
    if (parent.root or parent).locked_at:
        return parent, Parent.LOCKED
    return parent, Parent.TOO_DEEP if parent.depth >= policy.depth - 1 else Parent.GOOD


def named_parent(post, named: str):
    return Comment.objects.filter(public_id=number(named) or 0, post=post)


def of_sending(place: Facts, sender: Sender, post, parent, said) -> tuple[Comment | None, Facts]:
    """With the sender's own comment that says the same and waits, if there is one."""
    found = list(said_before(post, parent, said))
    waits = [comment for comment in found if comment.status == Comment.Status.PENDING]
    own = next((comment for comment in waits if sender.wrote(comment, place.now)), None)
    before = Repeat.OWN_PENDING if own else Repeat.YES if found else Repeat.NO
    facts = replace(place, repeat=before)
    if sender.user and may_decide(sender.user, post):
        return own, facts
    pause = timedelta(seconds=place.seconds_between)
    between = (place.now - pause, place.now + pause)
    times = (
        last_by_email(said["email"], *between).first(),
        last_by_cookie(sender.own, *between).first(),
    )
    return own, replace(
        facts,
        last_by_sender=max(filter(None, times), default=None),
        nth_in_network=nth_in_network(sender.ip, place.now).first(),
    )


def said_before(post, parent, said):
    """Not what lies in spam or trash: whoever was wrongly flagged may say it again."""
    digest = Comment.digest_of(post.pk, parent and parent.pk, said)
    # As the index says it, comment_digest, which SQLite would not take else.
    kept = Comment.objects.exclude(status="spam").exclude(status="trash").exclude(digest="")
    return kept.filter(digest=digest)


def last_by_email(email: str, since: datetime, until: datetime):
    """An account may have no e-mail address; those without are not one sender."""
    sent = Comment.objects.by_email(email, since) if email else Comment.objects.none()
    return _newest(sent, until)


def last_by_cookie(own: list[int], since: datetime, until: datetime):
    return _newest(Comment.objects.filter(public_id__in=own, submitted_at__gte=since), until)


def nth_in_network(ip: str | None, now: datetime):
    """Those without a known address count together, and share a wider limit."""
    network, window = holding.network_of(ip), admission.NETWORK_WINDOW
    sent = Comment.objects.filter(network=network, submitted_at__gt=now - window)
    limit = admission.network_limit(admission.NETWORK_LIMIT, network)
    return _newest(sent, now + window)[limit - 1 :]


def _newest(comments, until: datetime):
    """Up to `until`: a clock that was wrong once leaves times in the future, which would hide what
    was sent since."""
    known = comments.filter(submitted_at__lte=until).order_by("-submitted_at")
    return known.values_list("submitted_at", flat=True)


def of_text(said: dict, **more) -> holding.Facts:
    """`said`: name, email, url and body as they were typed."""
    rendered = markup.render_comment(said["body"])
    return holding.Facts(
        **{name: said[name] for name in ("name", "email", "url", "body")},
        shown=markup.shown_text(rendered),
        links=markup.count_links(rendered),
        **more,
    )


def of_comment(sender: Sender, post, said) -> holding.Facts:
    return of_text(
        said,
        ip=sender.ip,
        user_agent=sender.agent,
        post_age_days=(timezone.now() - post.published_at) / timedelta(days=1),
        trap=said[TRAP],
        origin_known=sender.origin is not Origin.UNKNOWN,
        staff_names=frozenset() if sender.user else User.staff_names(),
    )
