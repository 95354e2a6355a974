"""How many comments the filters find in each tab: "60", or "60+" if there may be more."""

from django.db.models import Count

from blog.models import User
from comments.models import Comment
from comments.queue.counts import COUNTED, MOST_COUNTED, BoundedCount, of_all
from comments.queue.filters import Filters
from comments.queue.hits import Hits, of_ids
from comments.queue.page import ALL, CAME_AT, TABS, condition_of, in_tab

# How many of a tab are looked at where no index finds what was typed.
MOST_LOOKED = 1_000


def texts(filters: Filters, user, hits: Hits | None, in_tabs: dict[str, int]) -> dict[str, str]:
    """`in_tabs`: how many comments each tab has in all."""
    hits = hits or _served(filters)
    if hits:
        found, are_part = _among(hits, filters, user), hits.is_cut
    else:
        found = _newest(filters, user)
        are_part = any(in_tabs[tab] > MOST_LOOKED for tab in COUNTED)
    return {tab: f"{found[tab]:,}" + "+" * are_part for tab in TABS}


def _served(filters: Filters) -> Hits | None:
    served, _looked = filters.conditions
    if not served:
        return None
    pks = list(Comment.objects.filter(served).values_list("pk", flat=True)[: MOST_COUNTED + 1])
    return Hits(pks[:MOST_COUNTED], len(pks) > MOST_COUNTED)


def _among(hits: Hits, filters: Filters, user) -> dict[str, int]:
    rows = Comment.objects.decidable_by(user).filter(of_ids(hits.pks), *filters.conditions)
    counts = [Count("pk", filter=condition_of(tab)) for tab in COUNTED]
    found = rows.aggregate(**{f"n{n}": count for n, count in enumerate(counts)})
    by_tab = dict(zip(COUNTED, found.values(), strict=True))
    return by_tab | {ALL: of_all(by_tab)}


def _newest(filters: Filters, user) -> dict[str, int]:
    """Look at the newest of each tab, in one query."""
    _served, looked = filters.conditions
    columns = []
    for tab in COUNTED:
        newest = in_tab(tab, user).order_by(f"-{CAME_AT.get(tab, 'submitted_at')}", "-pk")
        rows = Comment.objects.filter(pk__in=newest.values("pk")[:MOST_LOOKED])
        columns.append(BoundedCount(rows.filter(looked)))
    by_tab = dict(zip(COUNTED, User.objects.values_list(*columns).get(pk=user.pk), strict=True))
    return by_tab | {ALL: of_all(by_tab)}
