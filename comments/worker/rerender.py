"""Renders posts, corrections and comments again after a change of the renderer, batch by batch."""

import time

from blog.cache import versions
from blog.models import Correction, Post
from blog.text.markup import RENDER_VERSION, render_comment
from blog.transactions import writing
from comments.models import Comment

# A batch of comments is one transaction, and other writers wait for it.
BATCH = 50
POSTS = 10
# The sweep renders for so long each minute. As much of it is pauses: a server of one processor
# answers readers meanwhile.
SECONDS = 10.0


def renew() -> bool:
    """Return whether there is more to do."""
    end = time.monotonic() + SECONDS
    while True:
        began = time.monotonic()
        if not any(step() for step in (renew_posts, renew_corrections, renew_comments)):
            return False
        now = time.monotonic()
        if now >= end:
            return True
        time.sleep(min(now - began, end - now))


def renew_posts() -> int:
    old = Post.objects.filter(render_version__lt=RENDER_VERSION).values_list("pk", flat=True)
    ids = list(old[:POSTS])
    for pk in ids:
        Post.objects.filter(pk=pk).render_again()
    return len(ids)


def renew_corrections() -> int:
    old = Correction.objects.filter(render_version__lt=RENDER_VERSION).values_list("pk", flat=True)
    ids = list(old[:BATCH])
    Correction.objects.filter(pk__in=ids).render_again()
    return len(ids)


def renew_comments() -> int:
    """Renders before it takes the lock: readers' comments would wait for it."""
    old = Comment.objects.filter(render_version__lt=RENDER_VERSION).order_by("pk")
    rendered = {
        pk: (body, render_comment(body)) for pk, body in old.values_list("pk", "body")[:BATCH]
    }
    if not rendered:
        return 0
    with writing() as scopes:
        comments = list(old.filter(pk__in=rendered).select_for_update())
        # One that was edited meanwhile has been rendered, or is in the next batch.
        comments = [comment for comment in comments if comment.body == rendered[comment.pk][0]]
        changed = [c for c in comments if c.body_html != rendered[c.pk][1]]
        for comment in changed:
            comment.body_html = rendered[comment.pk][1]
            if comment.status == Comment.Status.APPROVED:
                scopes.update((versions.of_post(comment.post_id), versions.COMMENTS))
        Comment.objects.bulk_update(changed, ["body_html"])
        done = Comment.objects.filter(pk__in=[comment.pk for comment in comments])
        done.update(render_version=RENDER_VERSION)
    return len(rendered)
