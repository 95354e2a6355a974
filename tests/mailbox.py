"""What tests do with the outbox: queue a mail, let time pass, look what was sent."""

import re
from datetime import timedelta

from django.core import mail

from blog.transactions import writing
from comments.enqueue import enqueue
from comments.models import Comment, Heartbeat, Mail
from comments.worker.sweep import sweep
from tests.factories import moderator, run_tasks

HOSTILE = [
    "Ana\r\nBcc: evil@example.org",
    "Ana\u2028Bcc: evil@example.org\x0b\x85",
    "\u202eevil\u2066 Ana\u200f",
    "\U0001f469\u200d\U0001f680 " * 20,
    "x" * 300,
    'Ana" <evil@example.org>, "',
    "=?utf-8?q?Ana=0ABcc:_evil@example.org?=",
    "Élodie – 電車 & <b>Söhne</b>",
]


def queue(kind: str, to: str, *, key: str, **fields) -> Mail:
    with writing():
        enqueue(Mail.objects.queue(kind, to, key=key, **fields))
    return Mail.objects.get(key=key)


def alert(**fields) -> Mail:
    fields = {"to": "ada@example.org", "key": "alert:1", "text": "Akismet is away."} | fields
    return queue(Mail.Kind.ALERT, **fields)


def letter(comment, text="Please tell us more.") -> Mail:
    return queue(
        Mail.Kind.LETTER,
        comment.author_email,
        key=f"letter:{comment.pk}",
        comment=comment,
        by=moderator(),
        text=text,
    )


def later(**delta) -> None:
    """As if so much time had passed in which the worker ran; then what it does."""
    moved = timedelta(**delta)
    for row in Mail.objects.all():
        for name in ("created_at", "due_at", "claimed_at", "sent_at"):
            if at := getattr(row, name):
                setattr(row, name, at - moved)
        row.save()
    for beat in Heartbeat.objects.exclude(name=Heartbeat.WORKER):
        beat.at -= moved
        beat.save()
    for comment in Comment.objects.exclude(told_at=None):
        Comment.objects.filter(pk=comment.pk).update(told_at=comment.told_at - moved)
    sweep()
    run_tasks()


def sent() -> list:
    run_tasks()
    return mail.outbox


def only(kind: str) -> Mail:
    return Mail.objects.get(kind=kind)


def path_of(link: str) -> str:
    return re.sub(r"^https?://[^/]+", "", link)
