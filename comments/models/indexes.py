"""The indexes of comments, each with the query that it serves. A decision writes into each index
that contains its comment.
"""

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower

from comments.models.second_look import LATE_SPAM, REPORTED


class Beginning(Func):
    """The first characters of a digest, enough to be nearly unique. LENGTH is in the SQL itself,
    because SQLite uses no index for an expression with parameters."""

    LENGTH = 6
    template = f"SUBSTR(%(expressions)s, 1, {LENGTH})"
    output_field = models.CharField(max_length=LENGTH)


# The queue's filters and the author's figures on a card (comments/queue/filters.py). The columns of
# a page follow the filtered column, so that rows come in the order of the queue. SQLite reads an
# expression from an index alone only if the index also contains its column.
LOOKUPS = [
    # Also for submit: the same sender (CommentQuerySet.by_email). With the names, which a card
    # lists (comments/queue/author_history.py).
    models.Index(
        *(Lower("author_email"), "status", "submitted_at", "id", "author_name", "author_email"),
        name="comment_email",
    ),
    # A covering index for a post's threads, and for the counts that an Author sees in the queue.
    models.Index(
        fields=["post", "status", "submitted_at", "id", "emptied_at", "root"],
        name="comment_of_post",
    ),
    # Also for submit: the same network. With the names, too.
    models.Index(fields=["network", "submitted_at", "id", "author_name"], name="comment_network"),
    # CommentQuerySet.called_spam, and the counts in comments/queue/spam_figures.py.
    models.Index(
        fields=["text_digest", "screened_at", "screened"],
        condition=Q(screened="spam"),
        name="comment_same_spam",
    ),
    # The tabs Reported and Second look. They repeat the columns of the condition: without an
    # equality to search for, SQLite prefers the index of the queue.
    models.Index(
        fields=["status", "reported_at", "id"], condition=REPORTED, name="comment_reported"
    ),
    models.Index(
        fields=["status", "screened", "screened_at", "id"],
        condition=LATE_SPAM,
        name="comment_late_spam",
    ),
]

INDEXES = [
    *(
        models.Index(
            fields=[name],
            condition=Q(**{f"{name}__isnull": False}),
            name=f"comment_{name}",
        )
        for name in ("parent", "root", "user")
    ),
    # The queue: one tab, oldest or newest first, counted from the index alone. And the feed of all
    # approved comments.
    models.Index(fields=["status", "submitted_at", "id", "emptied_at"], name="comment_queue"),
    # CommentQuerySet.to_check
    models.Index(
        fields=["next_check_at"],
        condition=Q(next_check_at__isnull=False),
        name="comment_checks",
    ),
    # Duplicates (comments/submit/context.py). `digest` is in the condition too: otherwise a planner
    # would use it for every query that excludes spam and trash.
    models.Index(
        fields=["digest"],
        condition=~Q(status="spam") & ~Q(status="trash") & ~Q(digest=""),
        name="comment_digest",
    ),
    # CommentQuerySet.with_text. Only the beginning, a third of the size: each decision changes a
    # page of this index.
    models.Index(Beginning("text_digest"), "status", "submitted_at", name="comment_text"),
    # comments/mail/digest.py
    models.Index("id", condition=Q(status="pending", told_at=None), name="comment_untold"),
    # comments/privacy/purge.py: IP addresses to shorten, and submissions to delete
    models.Index(fields=["submitted_at"], condition=Q(cut_at__isnull=True), name="comment_uncut"),
    models.Index(
        fields=["submitted_at"],
        condition=Q(submission__isnull=False),
        name="comment_submissions",
    ),
    # Deletion of accounts
    models.Index(
        fields=["revised_by"],
        condition=Q(revised_by__isnull=False),
        name="comment_revised",
    ),
    *LOOKUPS,
]
