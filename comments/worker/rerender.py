"""Renders posts, corrections and comments again after a change of the renderer, batch by batch."""

from blog.cache import versions
from blog.models import Correction, Post
from blog.text.markup import RENDER_VERSION, render_comment
from blog.transactions import writing
from comments.models import Comment

BATCH = 200


def renew() -> bool:
    return any(step() for step in (renew_posts, renew_corrections, renew_comments))


def renew_posts() -> int:
    old = Post.objects.filter(render_version__lt=RENDER_VERSION).values_list("pk", flat=True)
    ids = list(old[:BATCH])
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
        for comment in comments:
            html = rendered[comment.pk][1]
            if html != comment.body_html and comment.status == Comment.Status.APPROVED:
                scopes.update((versions.of_post(comment.post_id), versions.COMMENTS))
            comment.body_html, comment.render_version = html, RENDER_VERSION
        Comment.objects.bulk_update(comments, ["body_html", "render_version"])
    return len(rendered)
