"""Search comments in the full-text index; see comments/models/comment_words.py."""

import json

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from blog.search.query import phrases
from comments.models import Comment
from comments.models.comment_words import INDEX
from comments.queue.paging import Order, Place


def ids(typed: str, status: str, order: Order, limit: int, after: Place | None) -> list[int]:
    rows = Comment.objects.filter(INDEX.matching(phrases(typed)), status=status)
    return list(order.sort(order.between(rows, after)).values_list("pk", flat=True)[:limit])


def of_ids(ids: list[int]) -> Q | Func:
    """A condition with one parameter, however many ids there are."""
    if connection.vendor == "sqlite":
        return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]))  # noqa: S611
    # `= ANY` is looked up as a set in every plan. A join with unnest() took 270 ms in a plan that
    # scanned it for each comment.
    among = {"arg_joiner": " = ANY(", "template": "%(expressions)s::bigint[])"}
    return Func(F("pk"), Value(ids), **among, output_field=BooleanField())
