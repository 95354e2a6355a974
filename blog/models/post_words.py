"""The words of posts in the full-text index. Post and Tag write them whenever they write a row.

A row that was written past them (SQL by hand, bulk_create) is found by `manage.py search --check`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from blog.full_text import index, upkeep
from blog.full_text.index import Index, Words

INDEX = Index("blog_words")
COLUMNS = ("pk", "title", "deck", "body_text")


# Post.prepare() asks before the lock is taken, Post.save() within it.
@lru_cache(maxsize=2)
def joined(text: str) -> str:
    return index.joined(text)


def of_post(title: str, tags: Iterable[str], deck: str, text: str) -> Words:
    return Words(index.joined(title), index.joined("\n".join([*tags, deck])), joined(text))


def write(posts) -> None:
    upkeep.write(INDEX, posts, read)


def read(posts) -> Iterator[tuple[int, Words]]:
    """Yield (key, words) of the posts of a queryset, as they should stand in the index."""
    tags = defaultdict(list)
    rows = posts.model.tags.through.objects.filter(content_object__in=posts.values("pk"))
    for pk, name in rows.values_list("content_object", "tag__name"):
        tags[pk].append(name)
    for pk, title, deck, text in posts.values_list(*COLUMNS):
        yield pk, of_post(title, tags[pk], deck, text)


def wrong(posts) -> list[int]:
    return upkeep.wrong(INDEX, posts, read)
