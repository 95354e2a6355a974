from collections.abc import Iterable

from blog.tasks import later
from comments import tasks
from comments.models.due import Due

TASKS = {"check": tasks.check_comment, "mail": tasks.send_mail}


def enqueue(due: Iterable[Due]) -> None:
    """Call it within writing(), so that the tasks are committed with their rows."""
    for kind, pk in due:
        later(TASKS[kind], pk)
