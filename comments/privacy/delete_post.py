"""Deletes posts of the trash with all that belongs to them: by age, or when an Editor says so.

Comments go first, in batches and into the daily counts. Evidence among them stops it.
"""

from datetime import timedelta

from django.utils import timezone

from blog.models import Post
from blog.models.post import TRASH_DAYS
from blog.transactions import writing
from comments.models import Comment
from comments.models.querysets import CommentQuerySet
from comments.privacy import purge

# One call deletes about 10,000 comments; the rest is deleted an hour later.
MOST_BATCHES = 20


def empty_trash() -> int:
    """Return how many posts were deleted."""
    due = Post.objects.to_delete(timezone.now()).only("pk") if purge.may_delete() else ()
    return sum(map(delete, due))


def make_due(post: Post, seen: int) -> None:
    """Within writing(): the post is to go now. Raises ChangedMeanwhile."""
    post.claim(seen)
    due = timezone.now() - timedelta(days=TRASH_DAYS)
    Post.objects.filter(pk=post.pk, status=Post.Status.TRASH).update(trashed_at=due)


def delete(post: Post) -> bool:
    """Delete a post that is due. False: evidence stops it, there is more to do, or somebody has
    taken it out of the trash."""
    if evidence(post).exists():
        return False
    # Every batch asks again, so that none goes after the post was taken back.
    due = Post.objects.to_delete(timezone.now()).filter(pk=post.pk)
    comments = Comment.objects.filter(post__in=due.values("pk"), kept_because="")
    for _round in range(MOST_BATCHES):
        # Leaves first: a comment protects the one that it answers.
        if not purge.in_batches(comments.without_replies(), purge.delete, most=1):
            break
    with writing():
        row = due.select_for_update().first()
        if row is None or Comment.objects.filter(post=row).exists():
            return False
        row.delete()
    return True


def evidence(post: Post) -> CommentQuerySet:
    return Comment.objects.filter(post=post).exclude(kept_because="")
