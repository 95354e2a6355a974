"""Writes a mail at the time when it is sent. Each kind of mail has one function."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext as _

from blog import mail
from blog.mail import one_line
from blog.models import Post
from blog.text import web_addresses
from blog.text.characters import DIRECTIONS
from comments import signed_links
from comments.models import Comment, Mail, OptOut, Subscription, Unconfirmed
from comments.submit import cookies

HOUR = timedelta(hours=1)
A_MOMENT = timedelta(minutes=1)
# A mail with lost links: how old the comments may be, and how many it lists.
LOST_WITHIN, MOST_LINKS = timedelta(days=2 * 365), 20
MOST_ITEMS = 10
WEB_ADDRESS = re.compile(r"(?:https?://|www\.)\S+", re.IGNORECASE)


class NotSent(Exception):
    """The mail is no longer needed, or not possible. The history shows the message."""


class NotYet(Exception):
    """The mail must wait until `until`."""

    def __init__(self, until: datetime):
        self.until = until


@dataclass
class Message:
    rows: list
    context: dict
    headers: dict
    left_out: list = field(default_factory=list)
    why_left_out: str = ""


def write(rows: list, now: datetime) -> Message:
    """Returns one mail about all `rows`. Raises NotSent or NotYet."""
    first = rows[0]
    if first.recipient is None and first.kind != "alert" and OptOut.contains(first.to):
        raise NotSent(_("this address wants no mail from here"))
    message = _WRITERS[first.kind](rows, now)
    message.headers.setdefault("Message-ID", message_id(first))
    return message


def message_id(row) -> str:
    # The same each time that a mail is sent again.
    parts = f"{row.pk}.{row.created_at.timestamp()}"
    hashed = salted_hmac("comments.mail", parts, algorithm="sha256").hexdigest()
    return f"<{hashed[:32]}@{mail.domain()}>"


def _digest(rows, now):
    (row,) = rows
    user = _recipient(row)
    is_public = Q(post__in=Post.objects.visible(now).values("pk"))
    new = Comment.objects.filter(is_public, told_at=row.created_at, status="pending")
    new = new.select_related("post").order_by("submitted_at")
    if not (total := new.count()):
        raise NotSent(_("none of its comments waits any more"))
    stop = signed_links.to_staff(user)
    context = {
        "user": user,
        "count": Comment.objects.waiting().filter(is_public).count(),
        "not_public": Comment.objects.waiting().exclude(is_public).count(),
        "items": [_item(comment) | {"link": _in_queue(comment)} for comment in new[:MOST_ITEMS]],
        "more": max(0, total - MOST_ITEMS),
        "queue": settings.SITE_URL + reverse("queue"),
        "stop": stop,
    }
    return Message(rows, context, signed_links.one_click_headers(stop))


def _live(rows, now):
    user = _recipient(rows[0])
    public, left_out = _split_by_public(rows, now)
    _once_an_hour(rows, now)
    stop = signed_links.to_staff(user)
    context = {"user": user, "stop": stop, **_items_context(public)}
    return Message(
        public,
        context,
        signed_links.one_click_headers(stop),
        left_out,
        _("it is not public any more"),
    )


def _reply(rows, now):
    first = rows[0]
    parent = first.comment.parent_id
    found = Subscription.objects.filter(comment=parent, ended_at=None)
    if not found.exclude(confirmed_at=None).exists():
        raise NotSent(_("the recipient stopped mail about it"))
    public, left_out = _split_by_public(rows, now)
    _once_an_hour(rows, now)
    stop = signed_links.to_reader(signed_links.REPLIES, first.to, first.comment.parent.public_id)
    context = {"stop": stop, "stop_all": _stop_all(first.to), **_items_context(public)}
    return Message(
        public,
        context,
        signed_links.one_click_headers(stop),
        left_out,
        _("it is not public any more"),
    )


def _published(rows, now):
    (row,) = rows
    if not Subscription.objects.filter(comment=row.comment, ended_at=None).exists():
        raise NotSent(_("the recipient stopped mail about it"))
    _split_by_public(rows, now)
    _once_unconfirmed(row, now)
    stop = _stop_all(row.to)
    context = {
        "title": one_line(row.comment.post.title),
        "link": row.comment.url,
        "confirm": signed_links.to_reader(signed_links.CONFIRM, row.to, row.comment.public_id),
        "stop_all": stop,
    }
    return Message(rows, context, signed_links.one_click_headers(stop))


def _links(rows, now):
    (row,) = rows
    others = _others(row)
    if _follows_older(row, others, now) or _sent_within_an_hour(others, now).exists():
        raise NotSent(_("another mail with links was sent within the hour"))
    since = now - LOST_WITHIN
    comments = Comment.objects.by_email(row.to, since)
    found = comments.select_related("post").order_by("-submitted_at")[:MOST_LINKS]
    if not found:
        raise NotSent(_("no comment was sent with this e-mail address"))
    public = set(Post.objects.visible(now).filter(comments__in=found).values_list("pk", flat=True))
    stop = _stop_all(row.to)
    items = [
        {
            "title": one_line(comment.post.title) if comment.post_id in public else "",
            "at": comment.submitted_at,
            "link": settings.SITE_URL + reverse("comment-status", args=[cookies.sign(comment)]),
        }
        for comment in found
    ]
    return Message(rows, {"items": items, "stop_all": stop}, signed_links.one_click_headers(stop))


def _letter(rows, now):
    (row,) = rows
    stop = _stop_all(row.to)
    status = reverse("comment-status", args=[cookies.sign(row.comment)])
    context = {
        "title": one_line(row.comment.post.title),
        "text": row.text,
        "link": settings.SITE_URL + status,
        "stop_all": stop,
    }
    # A person wrote it, so an automatic answer is welcome.
    return Message(rows, context, {**signed_links.one_click_headers(stop), "Auto-Submitted": "no"})


def _alert(rows, now):
    (row,) = rows
    pages = {"queue": reverse("queue"), "people": reverse("admin:blog_user_changelist")}
    links = {name: settings.SITE_URL + path for name, path in pages.items()}
    return Message(rows, {"text": row.text, "at": row.created_at, **links}, {})


_WRITERS: dict[str, Callable[[list, datetime], Message]] = {
    "digest": _digest,
    "live": _live,
    "published": _published,
    "reply": _reply,
    "links": _links,
    "letter": _letter,
    "alert": _alert,
}


def _recipient(row):
    user = row.recipient
    if not (user and user.is_active and user.gets_mail and user.email == row.to):
        raise NotSent(_("the recipient no longer wants it"))
    return user


def _split_by_public(rows, now) -> tuple[list, list]:
    ids = [row.comment_id for row in rows]
    public_ids = set(Comment.objects.public(now).filter(pk__in=ids).values_list("pk", flat=True))
    public = [row for row in rows if row.comment_id in public_ids]
    approved = Comment.objects.filter(pk__in=ids, status="approved")
    if not public and approved.under_not_public(now).exists():
        raise NotYet(now)  # the post was taken down just now; see MailQuerySet.to_send
    if not public:
        raise NotSent(_("it is not public any more"))
    return public, [row for row in rows if row.comment_id not in public_ids]


def _once_an_hour(rows, now) -> None:
    others = Mail.objects.in_same_mail_as(rows[0]).exclude(pk__in=[row.pk for row in rows])
    if last := _sent_within_an_hour(others, now).order_by("sent_at").last():
        raise NotYet(last.sent_at + HOUR)
    if _under_way(others).exists():
        raise NotYet(now + A_MOMENT)


def _sent_within_an_hour(rows, now):
    # Times in the future, which a wrong clock wrote, would hold mail back.
    return rows.filter(sent_at__gt=now - HOUR, sent_at__lt=now + A_MOMENT)


def _once_unconfirmed(row, now) -> None:
    """Raises NotSent if an unconfirmed address, which may be a stranger's, has got its one mail."""
    if Subscription.is_confirmed(row.to):
        return
    if _follows_older(row, _others(row), now) or Unconfirmed.contains(row.to):
        raise NotSent(_("an earlier mail to this e-mail address has not been confirmed"))


def _others(row):
    return Mail.objects.filter(kind=row.kind, to=row.to).exclude(pk=row.pk)


def _under_way(rows):
    return rows.open().filter(claimed_at__isnull=False)


def _follows_older(row, others, now: datetime) -> bool:
    """Returns True while an older mail is being sent. Raises NotYet while a newer one is. Call it
    before looking at sent mails, because a mail may be sent in between."""
    under_way = _under_way(others)
    if under_way.filter(pk__lt=row.pk).exists():
        return True
    if under_way.exists():
        raise NotYet(now + A_MOMENT)
    return False


def _items_context(rows) -> dict:
    post = rows[0].comment.post
    return {
        "title": one_line(post.title),
        "count": len(rows),
        "items": [_item(row.comment) for row in rows[:MOST_ITEMS]],
        "more": max(0, len(rows) - MOST_ITEMS),
        "post": settings.SITE_URL + post.path,
    }


def _in_queue(comment) -> str:
    return settings.SITE_URL + reverse("history", args=[comment.public_id])


def _item(comment) -> dict:
    return {
        "name": one_line(_without_addresses(comment.author_name), 60),
        "title": one_line(comment.post.title),
        "excerpt": one_line(_without_addresses(comment.body), 160),
        "link": comment.url,
    }


def _without_addresses(text: str) -> str:
    # Mail programs turn them into links. one_line() would join an address that marks divide.
    text = DIRECTIONS.sub("", text)
    pieces, last = [], 0
    while found := WEB_ADDRESS.search(text, last):
        pieces += [text[last : found.start()], _("[link]")]
        last = found.start() + web_addresses.end_in(found.group())
    return "".join([*pieces, text[last:]])


def _stop_all(email: str) -> str:
    return signed_links.to_reader(signed_links.ADDRESS, email)
