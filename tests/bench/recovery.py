"""How long until all that waited is checked, from the moment in which Akismet is back.

One worker with its 4 threads, an Akismet that takes 300 ms an answer, and a policy that allows so
many checks an hour (with the usual 600 it would take hours, by design).

    python -m tests.bench.recovery [comments]
"""

import sys
import tempfile
import time
from pathlib import Path

from tests.site import RunningSite

SEND = """
from comments.models import Policy
from tests.factories import make_post, submit_comment
Policy.objects.update_or_create(pk=1, defaults={{"checks_an_hour": 100_000}})
post = make_post()
for n in range({comments}):
    submit_comment(post, body=f"I waited, number {{n}}.")
"""
WITH = "SELECT COUNT(*) AS n FROM comments_comment WHERE screened = ?"


def measure(site: RunningSite, comments: int) -> float:
    """Seconds."""
    site.akismet.stop()
    site.python(SEND.format(comments=comments))
    site.wait_until(lambda: counted(site, "unavailable") == comments, seconds=300)
    site.akismet.always = {"delay": 0.3}
    site.akismet.start()
    started = time.monotonic()
    site.wait_until(lambda: counted(site, "ham") == comments, seconds=900)
    return time.monotonic() - started


def counted(site, screened: str) -> int:
    return site.rows(WITH, screened)[0]["n"]


def main(comments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder)).start()
        try:
            seconds = measure(site, comments)
            print(f"{comments} waiting comments checked {seconds:.0f} s after Akismet was back")
        finally:
            site.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 1000)
