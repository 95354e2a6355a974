"""What happened to a list of the queue since its page was made."""

from datetime import datetime, timedelta

from comments.queue import page
from comments.queue.filters import NO_FILTERS, Filters

MOST_NEW = 100
# A comment bears the time at which it was taken in, a moment before it can be seen.
MARGIN = timedelta(seconds=5)


def arrived(tab: str, user, since: datetime, filters: Filters = NO_FILTERS) -> list[int]:
    """The newest first, at most one above MOST_NEW; a range of the index that serves the tab, of
    which the filters leave some."""
    came_at = page.CAME_AT.get(tab, "submitted_at")
    rows = page.in_tab(tab, user).filter(**{f"{came_at}__gt": since})
    rows = rows.order_by(f"-{came_at}", "-pk")
    newest = list(rows.values_list("public_id", flat=True)[: MOST_NEW + 1])
    if not (filters and newest):
        return newest
    rows = page.of_tab(tab).filter(filters.condition, public_id__in=newest)
    left = set(rows.values_list("public_id", flat=True))
    return [public_id for public_id in newest if public_id in left]
