from typing import Literal, NamedTuple


class Due(NamedTuple):
    """A row that needs a task: a comment to check, a Decision to report, a mail to send.
    The functions that write the rows return these; their callers enqueue the tasks.
    """

    kind: Literal["check", "report", "mail"]
    pk: int
