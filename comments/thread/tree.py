"""Reads the comments of one post as a flat list in reading order, with their depths."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import Coalesce

from comments.models import Comment

PER_PAGE = 50  # threads, not comments (WordPress)


@dataclass
class Node:
    comment: Comment
    depth: int
    is_public: bool
    is_own: bool
    answers: str = ""
    can_be_answered: bool = False
    is_locked: bool = False  # the comment closes its thread for replies


@dataclass(frozen=True)
class Thread:
    nodes: list[Node]
    count: int
    page: int
    pages: int


def read(post, *, page: int, own: list[int], depth: int) -> Thread | None:
    """Returns None if there is no such page. Makes two queries for any number of comments."""
    threads = _threads(post, own)
    pages = max(1, -(-len(threads) // PER_PAGE))
    if not 1 <= page <= pages:
        return None
    shown = [root for root, _n in threads[(page - 1) * PER_PAGE : page * PER_PAGE]]
    nodes = list(_walk(_rows(post, shown, own), set(own), depth)) if shown else []
    return Thread(nodes, sum(n for _root, n in threads), page, pages)


def page_of(comment, *, own: list[int]) -> int:
    """Returns the number of the page that shows this comment, or will once it is approved."""
    root = comment.root_id or comment.pk
    before = [pk for pk, _n in _threads(comment.post, own) if pk < root]
    return len(before) // PER_PAGE + 1


def _threads(post, own) -> list[tuple[int, int]]:
    """Returns (root's pk, number of public comments) of each thread to show, the oldest first."""
    shown = Comment.objects.filter(post=post).filter(_shown(own))
    counted = shown.annotate(thread=Coalesce("root", "pk")).values("thread")
    public = Count("pk", filter=Q(status=Comment.Status.APPROVED))
    return list(counted.annotate(n=public).order_by("thread").values_list("thread", "n"))


def _shown(own) -> Q:
    # The caller checks that the reader may see the post.
    approved = Q(status=Comment.Status.APPROVED)
    return approved | Q(public_id__in=own, withdrawn_at=None, emptied_at=None) if own else approved


def _rows(post, roots, own):
    # A comment that was answered leaves an empty place when it is taken down.
    answered = Exists(Comment.objects.filter(parent=OuterRef("pk")))
    rows = Comment.objects.filter(post=post).annotate(thread=Coalesce("root", "pk"))
    rows = rows.filter(_shown(own) | Q(answered), thread__in=roots)
    comments = list(rows.order_by("submitted_at", "pk"))
    for comment in comments:
        comment.post = post
    return comments


def _walk(rows, own: set[int], max_depth: int):
    replies = defaultdict(list)
    for comment in rows:
        replies[comment.parent_id].append(comment)

    def is_shown(comment):
        is_gone = comment.withdrawn_at or comment.emptied_at
        return comment.status == Comment.Status.APPROVED or (
            comment.public_id in own and not is_gone
        )

    def nodes(parent, depth, is_locked):
        for comment in replies[parent.pk if parent else None]:
            is_public = comment.status == Comment.Status.APPROVED
            locks = bool(comment.locked_at)
            below = list(nodes(comment, depth + 1, is_locked or locks))
            if is_shown(comment) or below:
                answers = parent.author_name if parent and is_shown(parent) else ""
                is_own = is_shown(comment) and comment.public_id in own
                may_reply = is_public and depth < max_depth - 1 and not (is_locked or locks)
                yield Node(comment, depth, is_public, is_own, answers, may_reply, locks)
                yield from below

    return nodes(None, 0, False)
