"""The words of comments in the full-text index: of every comment, whatever its status, so that no
decision touches it. The code that writes a comment's name, address, website or text writes them.

A row that was written past it (SQL by hand, bulk_create), or that went with its post past
comments/privacy/delete_post.py, is found by `manage.py search --check`.
"""

from collections.abc import Iterator

from blog.full_text import upkeep
from blog.full_text.index import Index, Words, joined

INDEX = Index("comments_words")
COLUMNS = ("author_name", "author_url", "author_email", "body")


def of_comment(name: str, url: str, email: str, body: str) -> Words:
    return Words(joined(name), joined(f"{url}\n{email}"), joined(body))


def write(comments) -> None:
    upkeep.write(INDEX, comments, read)


def read(comments) -> Iterator[tuple[int, Words]]:
    for pk, *texts in comments.values_list("pk", *COLUMNS):
        yield pk, of_comment(*texts)


def wrong(comments) -> list[int]:
    return upkeep.wrong(INDEX, comments, read)
