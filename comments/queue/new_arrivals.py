"""Comments that came into a list of the queue since its page was made."""

from datetime import datetime, timedelta

from comments.models.states import Status
from comments.queue import hits, page
from comments.queue.filters import NO_FILTERS, Filters

MOST_NEW = 100
# `submitted_at` is set a moment before the transaction ends and others can see the comment.
MARGIN = timedelta(seconds=5)


def arrived(tab: str, user, since: datetime, filters: Filters = NO_FILTERS) -> list[int]:
    """Return public_ids, newest first, at most MOST_NEW + 1."""
    came_at = page.CAME_AT.get(tab, "submitted_at")
    rows = page.in_tab(tab, user).filter(**{f"{came_at}__gt": since})
    if tab == page.ALL:
        rows = rows.filter(status__in=Status.values)  # which the index begins with
    rows = rows.order_by(f"-{came_at}", "-pk")
    newest = dict(rows.values_list("pk", "public_id")[: MOST_NEW + 1])
    if not (filters and newest):
        return list(newest.values())
    pks = list(newest)
    if filters.is_in_index:
        pks = hits.among(filters, pks)
    rows = page.of_tab(tab).filter(*filters.conditions, pk__in=pks)
    left = set(rows.values_list("pk", flat=True))
    return [public_id for pk, public_id in newest.items() if pk in left]
