"""Keep an index as its rows are: write the words of some rows, and find rows written past it.

`read` yields (key, words) of the rows of a queryset, as they should stand in the index.
"""

from collections.abc import Callable, Iterable, Iterator

from django.db.models import QuerySet

from blog.full_text.index import Index, Words
from blog.transactions import writing

CHUNK = 100

Read = Callable[[QuerySet], Iterable[tuple[int, Words]]]


def write(index: Index, rows: QuerySet, read: Read) -> None:
    """Write in chunks: each is a transaction of its own where the caller has none."""
    for chunk in chunks(rows):
        with writing():
            index.write(dict(read(rows.model.objects.filter(pk__in=chunk))))


def wrong(index: Index, rows: QuerySet, read: Read) -> list[int]:
    """Return the keys of rows that the index has not, or has with other words, and of rows that
    are gone. `rows` are all that the index should have."""
    found, gone = [], set(index.pks())
    for chunk in chunks(rows):
        known = index.digests(chunk)
        for pk, words in read(rows.model.objects.filter(pk__in=chunk)):
            gone.discard(pk)
            if known.get(pk) != words.digest:
                found.append(pk)
    return sorted([*found, *gone])


def chunks(rows: QuerySet) -> Iterator[list[int]]:
    pks = list(rows.order_by("pk").values_list("pk", flat=True))
    yield from (pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK))
