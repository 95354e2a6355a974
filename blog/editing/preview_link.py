"""The link with which somebody without an account reads a post before it is published.

Its random part is shown once; the post keeps the SHA-256 of it.
"""

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare

from blog.models import Post
from blog.transactions import writing

DAYS = 14
S = Post.Status


def make(post: Post, now: datetime) -> str:
    """Return the web address; a former one stops working."""
    secret = secrets.token_urlsafe(32)
    _store(post, _hash(secret), now + timedelta(days=DAYS))
    return settings.SITE_URL + reverse("preview", args=[post.uuid, secret])


def revoke(post: Post) -> None:
    _store(post, "", None)


def _store(post: Post, preview_hash: str, expires_at: datetime | None) -> None:
    # update(): the post itself does not change, nor do its version and its date.
    post.preview_hash, post.preview_expires_at = preview_hash, expires_at
    with writing():
        Post.objects.filter(pk=post.pk).update(
            preview_hash=preview_hash, preview_expires_at=expires_at
        )


def belongs(post: Post, secret: str) -> bool:
    return constant_time_compare(post.preview_hash, _hash(secret))


def expires_at(post: Post, now: datetime) -> datetime | None:
    """Return when the link stops working; None if there is none that works."""
    end = post.preview_expires_at
    return end if post.preview_hash and end and end > now else None


def is_for(post: Post, now: datetime) -> bool:
    """Is it still to be published? What was taken from readers has no link either."""
    return post.status in (S.DRAFT, S.REVIEW) or post.is_scheduled(now)


def state(post: Post | None, now: datetime) -> dict[str, object]:
    """Return the context of templates/admin/_preview_link.html."""
    if post is None or not is_for(post, now):
        return {"may_have_link": False}
    return {"may_have_link": True, "link_expires_at": expires_at(post, now)}


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
