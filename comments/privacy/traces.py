"""Removes what deleted rows leave in the files of SQLite: their words in the pages of the full-text
indexes, which backups would copy, and their text in the log.

PostgreSQL needs none of it: docs/decisions/erasure.md.
"""

import time

from blog.models import post_words
from blog.transactions import write_back
from comments.models import comment_words

INDEXES = (post_words.INDEX, comment_words.INDEX)
# While somebody reads an earlier state, the log stays. The sweep tries again every minute.
TRIES, PAUSE = 5, 1.0


def remove() -> None:
    for index in INDEXES:
        index.forget_removed()
    for _try in range(TRIES):
        if write_back():
            return
        time.sleep(PAUSE)
