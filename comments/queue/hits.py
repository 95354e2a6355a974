"""Comments that an index finds for what was typed: those with its words, or from its networks.

A common word has many hits. Then the rows of a tab are walked in their order, a part at a time, and
the index says which of them are hits.
"""

import json
from dataclasses import dataclass

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from comments.models import Comment
from comments.models.comment_words import INDEX
from comments.queue.filters import Filters

MOST = 10_000


@dataclass(frozen=True)
class Hits:
    """Comments of every status; those with words, the newest first. `is_cut`: there are more."""

    pks: list[int]
    is_cut: bool = False


def find(filters: Filters, most: int | None = None) -> Hits | None:
    """None where no index serves what was typed, or nothing was."""
    most = most or MOST
    if filters.is_too_wide:
        return Hits([])
    if filters.phrases:
        return Hits(*INDEX.newest(filters.phrases, most))
    if len(filters.networks) > 1:
        # Not sorted: PostgreSQL would walk through all comments in the order of their keys.
        rows = Comment.objects.filter(network__in=filters.networks)
        found = list(rows.values_list("pk", flat=True)[: most + 1])
        return Hits(found[:most], len(found) > most)
    return None


def among(filters: Filters, pks: list[int]) -> list[int]:
    """Return those of the comments that are hits."""
    if filters.phrases:
        return INDEX.among(filters.phrases, pks)
    if filters.is_too_wide:
        return []
    rows = Comment.objects.filter(of_ids(pks), network__in=filters.networks)
    return list(rows.values_list("pk", flat=True))


def of_ids(ids: list[int]) -> Q | Func:
    """A condition with one parameter, however many ids there are."""
    if connection.vendor == "sqlite":
        return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]))  # noqa: S611
    # `= ANY` is looked up as a set in every plan. A join with unnest() took 270 ms in a plan that
    # scanned it for each comment.
    among = {"arg_joiner": " = ANY(", "template": "%(expressions)s::bigint[])"}
    return Func(F("pk"), Value(ids), **among, output_field=BooleanField())
