"""What was decided of many comments before, read for all of them when it is first asked for."""

from collections import namedtuple
from collections.abc import Iterator
from functools import cached_property

from comments.models.sql import listed, read

COLUMNS = ("id", "comment_id", "by_id", "by_a_person", "old_status", "new_status", "reason")
COLUMNS += ("batch", "created_at", "feedback", "feedback_claimed_at", "feedback_sent_at")
COLUMNS += ("old_version",)
Row = namedtuple("Row", ("pk", *COLUMNS[1:]))


class Trails:
    """By the comment's id all its Decisions, the newest last; most moves look at none."""

    def __init__(self, comments: list):
        self.ids = [comment.pk for comment in comments]

    def __getitem__(self, pk: int) -> list:
        return self._rows[pk]

    @cached_property
    def _rows(self) -> dict[int, list]:
        found = {pk: [] for pk in self.ids}
        rest = f"FROM comments_decision WHERE comment_id IN ({listed(self.ids)}) ORDER BY id"
        for row in map(Row._make, read(COLUMNS, rest)):
            found[row.comment_id].append(row)
        return found


def standing(trail: list) -> Iterator[Row]:
    """The newest first, without what was undone and the undoing: an undo takes back the last."""
    rows = list(trail)
    while rows:
        row = rows.pop()
        if row.reason == "undo":
            del rows[-1:]
        else:
            yield row
