from typing import Literal, NamedTuple


class Due(NamedTuple):
    """A row that needs a task: a comment to check, a mail to send.
    The functions that write the rows return these; their callers enqueue the tasks.
    """

    kind: Literal["check", "mail"]
    pk: int
