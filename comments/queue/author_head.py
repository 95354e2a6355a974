"""The head of the queue's page of one person: the comments of one e-mail address.

Like a card (author_history.py), but with all names and statuses, and for an Author below own posts
only. Bounded: of each status the newest comments are read, and the oldest.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from comments.models import Comment, Policy
from comments.queue.author_history import MOST_COUNTED, counts_in_words, first_seen_in_words
from comments.queue.card import rules_blocking

READ = MOST_COUNTED + 1
SHOWN = 10
NEEDED: tuple[str, ...] = ("public_id", "status", "submitted_at", "author_name", "author_email")
NEEDED += ("user_is_staff", "withdrawn_at", "ip", "network")


@dataclass(frozen=True)
class AuthorHead:
    """`comments`: at least one, the newest first."""

    comments: list[Comment]
    policy: Policy

    @property
    def newest(self) -> Comment:
        return self.comments[0]

    @cached_property
    def other_names(self) -> list[str]:
        """The most recent first."""
        names = dict.fromkeys(comment.author_name for comment in self.comments)
        return [name for name in names if name not in ("", self.newest.author_name)]

    @property
    def shown_names(self) -> list[str]:
        return self.other_names[:SHOWN]

    @property
    def more_names(self) -> int:
        return max(len(self.other_names) - SHOWN, 0)

    @property
    def first_seen(self) -> datetime:
        return self.comments[-1].submitted_at

    @property
    def summary(self) -> str:
        counts = dict.fromkeys(("approved", "pending", "spam", "trash", "withdrawn"), 0)
        for comment in self.comments:
            counts["withdrawn" if comment.withdrawn_at else comment.status] += 1
        is_cut = 0 < counts["withdrawn"] > MOST_COUNTED - counts["trash"]
        parts = counts_in_words(counts, cut=("trash", "withdrawn") if is_cut else ())
        return ", ".join([*parts, first_seen_in_words(self.first_seen)])

    @cached_property
    def blocks(self) -> list[tuple[str, str, str]]:
        """As on a card: rules for the e-mail address, and for the network of the last comment."""
        return rules_blocking(self.newest, self.policy)

    def is_blocked(self, field: str) -> bool:
        """`field`: the one of the policy, "addresses" or "networks"."""
        return any(list_name == field for _label, list_name, _line in self.blocks)


def read(email: str, user, policy: Policy) -> AuthorHead | None:
    found = {comment.pk: comment for comment in _newest_and_oldest(email, user)}
    comments = sorted(found.values(), key=lambda c: (c.submitted_at, c.pk), reverse=True)
    return AuthorHead(comments, policy) if comments else None


def _newest_and_oldest(email: str, user):
    """Raw SQL, because on SQLite Django makes no UNION of slices; eight queries otherwise."""
    by_author = Comment.objects.decidable_by(user).by_email(email).only("pk", *NEEDED)
    slices = []
    for status in Comment.Status.values:
        rows = by_author.filter(status=status)
        slices += [rows.order_by("-submitted_at", "-pk")[:READ]]
        slices += [rows.order_by("submitted_at", "pk")[:1]]
    queries = [rows.query.sql_with_params() for rows in slices]
    selects = [f"SELECT * FROM ({sql}) t{n}" for n, (sql, _p) in enumerate(queries)]  # noqa: S608
    params = [value for _sql, values in queries for value in values]
    return Comment.objects.raw(" UNION ALL ".join(selects), params)
