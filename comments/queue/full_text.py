"""Merges the pages of the full-text index of comments."""

from django.db import connection

from blog.transactions import writing

PAGES = 500


def compact() -> None:
    """Merge the pages of FTS5, which keep removed words until then. In steps, because readers
    wait meanwhile."""
    if connection.vendor == "sqlite":
        pages = -PAGES  # a negative number starts a merge of all segments
        while _merge(pages):
            pages = PAGES


def _merge(pages: int) -> bool:
    """Return whether there was anything to merge (sqlite.org/fts5.html, "merge")."""
    insert = "INSERT INTO comments_words (comments_words, rank) VALUES ('merge', %s)"
    with writing(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.execute(insert, [pages])
        return bool(connection.connection.total_changes - before >= 2)
