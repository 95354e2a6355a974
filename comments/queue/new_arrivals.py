"""Comments that came into a list of the queue since its page was made."""

from datetime import datetime, timedelta

from comments.queue import page
from comments.queue.filters import NO_FILTERS, Filters

MOST_NEW = 100
# `submitted_at` is set a moment before the transaction ends and others can see the comment.
MARGIN = timedelta(seconds=5)


def arrived(tab: str, user, since: datetime, filters: Filters = NO_FILTERS) -> list[int]:
    """Return public_ids, newest first, at most MOST_NEW + 1."""
    came_at = page.CAME_AT.get(tab, "submitted_at")
    rows = page.in_tab(tab, user).filter(**{f"{came_at}__gt": since})
    rows = rows.order_by(f"-{came_at}", "-pk")
    newest = list(rows.values_list("public_id", flat=True)[: MOST_NEW + 1])
    if not (filters and newest):
        return newest
    rows = page.of_tab(tab).filter(filters.condition, public_id__in=newest)
    left = set(rows.values_list("public_id", flat=True))
    return [public_id for public_id in newest if public_id in left]
