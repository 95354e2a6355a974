"""The indexes of comments, each with the query that it serves. A decision writes into each index
that holds its comment."""

from django.db import models
from django.db.models import Func, Q
from django.db.models.functions import Lower

from comments.models.second_look import LATE_SPAM, REPORTED


class Beginning(Func):
    """The first characters of a digest, which hardly any other digest begins with. LENGTH is in the
    SQL itself, because SQLite uses no index for an expression with parameters."""

    LENGTH = 6
    template = f"SUBSTR(%(expressions)s, 1, {LENGTH})"
    output_field = models.CharField(max_length=LENGTH)


# The queue's search, and what a card says of its author (comments/queue/filters.py).
# The columns of a page behind what is looked for: rows come out in the order of the queue. SQLite
# reads an expression from an index alone only where its column is in it too.
LOOKUPS = [
    # Also the door: the same sender (CommentQuerySet.by_email). With the names, which a card lists
    # (comments/queue/author_history.py).
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
    # CommentQuerySet.called_spam; and counted by comments/queue/spam_figures.py.
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

INDEXES = [
    *(
        models.Index(
            fields=[name],
            condition=Q(**{f"{name}__isnull": False}),
            name=f"comment_{name}",
        )
        for name in ("parent", "root", "user")
    ),
    # The queue: one tab, oldest or newest first, and counted without a look at the rows. And the
    # feed of all that are approved.
    models.Index(fields=["status", "submitted_at", "id", "emptied_at"], name="comment_queue"),
    # CommentQuerySet.to_check
    models.Index(
        fields=["next_check_at"],
        condition=Q(next_check_at__isnull=False),
        name="comment_checks",
    ),
    # Duplicates (comments/submit/context.py). Partial, because a planner would take it for every
    # query of what is neither spam nor trash.
    models.Index(
        fields=["digest"],
        condition=~Q(status="spam") & ~Q(status="trash") & ~Q(digest=""),
        name="comment_digest",
    ),
    # CommentQuerySet.with_text. By its beginning, which is a third of the size: a decision changes
    # a page of it for each comment.
    models.Index(Beginning("text_digest"), "status", "submitted_at", name="comment_text"),
    # comments/mail/digest.py
    models.Index("id", condition=Q(status="pending", told_at=None), name="comment_untold"),
    # comments/privacy/purge.py: addresses to cut, and what Akismet was sent
    models.Index(fields=["submitted_at"], condition=Q(cut_at__isnull=True), name="comment_uncut"),
    models.Index(
        fields=["submitted_at"],
        condition=Q(submission__isnull=False),
        name="comment_submissions",
    ),
    # Accounts that are deleted
    models.Index(
        fields=["revised_by"],
        condition=Q(revised_by__isnull=False),
        name="comment_revised",
    ),
    *LOOKUPS,
]
