"""Decide many comments of one tab in one batch; queue/selection.py finds them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import islice
from uuid import UUID

from django.db.models import Max

from comments.models import Comment, Decision
from comments.models.batch import decided_count, require_own
from comments.queue import not_public, selection
from comments.queue.page import AGAIN, ALL, CAME_AT, of_tab
from comments.queue.selection import (
    Criteria,
    comments_alike,
    edited_since,
    find,
    only_hits,
    rows_meeting,
)

MOST_NAMED = 20


@dataclass(frozen=True)
class Done:
    """`is_again`: the batch had been decided before, so nothing was searched."""

    batch: UUID
    count: int
    lost: list[dict] = field(default_factory=list)
    has_more: bool = False
    is_again: bool = False
    unseen: int = 0  # approved under posts that are not public
    is_kept: bool = False


def decide(criteria: Criteria, verb: str, *, by, batch=None) -> Done:
    """Decide one batch. Comments that others decided or edited since the page was made are
    passed with version 0, so that they are left unchanged and named."""
    require_own(batch, verb, by)
    found = None if decided_count(batch, by) else find(criteria, by, verb)
    # Count again: if the same batch began meanwhile, find() may have found the next comments.
    is_kept = criteria.tab in AGAIN and verb == "approve"
    count = decided_count(batch, by)
    if count or found is None:
        return Done(batch, count, is_again=True, is_kept=is_kept)
    left = [*_decided_meanwhile(criteria, by), *_edited_meanwhile(criteria, by)]
    outcome = Comment.decide(dict.fromkeys(left, 0) | found.versions, verb, by=by, batch=batch)
    return Done(
        outcome.batch,
        len(outcome.done),
        outcome.lost,
        has_more=found.has_more,
        unseen=len(not_public.approved_unseen(outcome.done)),
        is_kept=is_kept,
    )


def _decided_meanwhile(criteria: Criteria, user) -> list[int]:
    newest = Decision.objects.aggregate(newest=Max("pk"))["newest"] or 0
    old_status = "approved" if criteria.tab in AGAIN else criteria.tab
    moved = Decision.objects.filter(
        pk__gt=newest - selection.READ, created_at__gt=criteria.before
    ).exclude(by=user)
    if criteria.tab != ALL:
        moved = moved.filter(old_status=old_status)
    comments = Comment.objects.decidable_by(user).filter(pk__in=moved.values("comment"))
    gone = comments.filter(submitted_at__lte=criteria.newest)
    if criteria.tab in AGAIN:
        gone = gone.exclude(pk__in=of_tab(criteria.tab).values("pk"))
        gone = gone.filter(**{f"{CAME_AT[criteria.tab]}__lte": criteria.before})
        gone = gone.filter(screened="spam") if criteria.tab == "second-look" else gone
    elif criteria.tab != ALL:
        gone = gone.exclude(status=criteria.tab)
    alike = only_hits(criteria, criteria.alike(gone))
    met = rows_meeting(criteria, alike.order_by("-submitted_at", "-pk"))
    return _first(met)


def _edited_meanwhile(criteria: Criteria, user) -> list[int]:
    alike, _since = comments_alike(criteria, user)
    return _first(rows_meeting(criteria, alike.filter(edited_since(criteria))))


def _first(met: Iterator[tuple[int, int]]) -> list[int]:
    return [public_id for public_id, _version in islice(met, MOST_NAMED)]
