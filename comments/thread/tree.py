"""The comments of one post as a page shows them: a flat list in reading order."""

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
    is_locked: bool = False  # its thread, of which it is the first


@dataclass(frozen=True)
class Thread:
    nodes: list[Node]
    count: int
    page: int
    pages: int


def read(post, *, page: int, own: list[int], depth: int) -> Thread | None:
    """None where there is no such page. Two queries whatever the rows."""
    threads = _threads(post, own)
    pages = max(1, -(-len(threads) // PER_PAGE))
    if not 1 <= page <= pages:
        return None
    shown = [root for root, _n in threads[(page - 1) * PER_PAGE : page * PER_PAGE]]
    nodes = list(_walk(_rows(post, shown, own), set(own), depth)) if shown else []
    return Thread(nodes, sum(n for _root, n in threads), page, pages)


def page_of(comment, *, own: list[int]) -> int:
    """The page of the thread where this comment stands or will stand."""
    root = comment.root_id or comment.pk
    before = [known for known, _n in _threads(comment.post, own) if known < root]
    return len(before) // PER_PAGE + 1


def _threads(post, own) -> list[tuple[int, int]]:
    """(root, count of public comments) of each thread that shows anything, oldest first."""
    shown = Comment.objects.filter(post=post).filter(_shown(own))
    counted = shown.annotate(thread=Coalesce("root", "pk")).values("thread")
    public = Count("pk", filter=Q(status=Comment.Status.APPROVED))
    return list(counted.annotate(n=public).order_by("thread").values_list("thread", "n"))


def _shown(own) -> Q:
    """Approved, and one's own; only called for a post that the reader may see."""
    approved = Q(status=Comment.Status.APPROVED)
    return approved | Q(public_id__in=own, withdrawn_at=None, emptied_at=None) if own else approved


def _rows(post, roots, own):
    """What is shown, and what was answered before it was taken down."""
    answered = Exists(Comment.objects.filter(parent=OuterRef("pk")))
    rows = Comment.objects.filter(post=post).annotate(thread=Coalesce("root", "pk"))
    rows = rows.filter(_shown(own) | Q(answered), thread__in=roots)
    found = list(rows.order_by("submitted_at", "pk"))
    for comment in found:
        comment.post = post
    return found


def _walk(rows, own: set[int], most: int):
    replies = defaultdict(list)
    for comment in rows:
        replies[comment.parent_id].append(comment)

    def is_shown(comment):
        is_over = comment.withdrawn_at or comment.emptied_at
        return comment.status == Comment.Status.APPROVED or (
            comment.public_id in own and not is_over
        )

    def nodes(parent, depth, locked):
        for comment in replies[parent.pk if parent else None]:
            public = comment.status == Comment.Status.APPROVED
            ends = bool(comment.locked_at)
            below = list(nodes(comment, depth + 1, locked or ends))
            if is_shown(comment) or below:
                answers = parent.author_name if parent and is_shown(parent) else ""
                mine = is_shown(comment) and comment.public_id in own
                takes = public and depth < most - 1 and not (locked or ends)
                yield Node(comment, depth, public, mine, answers, takes, ends)
                yield from below

    return nodes(None, 0, False)
