"""The indexes of the queue's search and of what a card says of its author (comments/search.py)."""

from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from comments.models.second_look import LATE_SPAM, REPORTED

# The columns of a page behind what is looked for: rows come out in the order of the queue. SQLite
# reads an expression from an index alone only where its column is in it too.
LOOKUPS = [
    # Also the door: the same sender (CommentQuerySet.by_email). With the names, which a card lists
    # (comments/record.py).
    models.Index(
        *(Lower("author_email"), "status", "submitted_at", "id", "author_name", "author_email"),
        name="comment_email",
    ),
    # The page of a post reads its threads from this alone, and the queue what it counts for an
    # Author.
    models.Index(
        fields=["post", "status", "submitted_at", "id", "emptied_at", "root"],
        name="comment_of_post",
    ),
    # Also the door: the same network. With the names, too.
    models.Index(fields=["network", "submitted_at", "id", "author_name"], name="comment_network"),
    # CheckQuerySet.called_spam; and counted by comments/figures.py.
    models.Index(
        fields=["text_digest", "screened_at", "screened"],
        condition=Q(screened="spam"),
        name="comment_same_spam",
    ),
    # The tabs Reported and Second look. With what the condition says already: SQLite takes the
    # index of the queue before one that it cannot enter.
    models.Index(
        fields=["status", "reported_at", "id"], condition=REPORTED, name="comment_reported"
    ),
    models.Index(
        fields=["status", "screened", "screened_at", "id"],
        condition=LATE_SPAM,
        name="comment_late_spam",
    ),
]
