"""Comments as they stand when they are decided on."""

from collections import namedtuple
from collections.abc import Iterable

from django.db import connection

from comments.models.sql import listed, read
from comments.models.standing import Standing

# What a decision goes by; `was_sent` stands for the submission.
COLUMNS = ("id", "public_id", "post_id", "parent_id", "user_id", "user_is_staff")
COLUMNS += ("author_email", "author_name")
COLUMNS += ("status", "status_at", "version", "screened", "screened_at", "checks", "check_error")
COLUMNS += ("believed", "edited_at", "revised_at", "revised_by_id", "withdrawn_at")
COLUMNS += ("emptied_at", "reported_at")


class Seen(namedtuple("Seen", ("pk", *COLUMNS[1:], "was_sent")), Standing):
    """Without its texts: a Comment takes five times as long to make, and ten thousand are decided
    at once."""

    @classmethod
    def read(cls, ids: Iterable[int], *, locked: bool = False) -> list["Seen"]:
        """By public_id, in the order of the rows; a stub is none. `locked`: until the transaction
        ends."""
        lock = "FOR UPDATE" if locked and connection.features.has_select_for_update else ""
        rest = f"""FROM comments_comment
            WHERE public_id IN ({listed(ids)}) AND emptied_at IS NULL ORDER BY id {lock}"""
        return [cls(*row) for row in read((*COLUMNS, "submission IS NOT NULL"), rest)]
