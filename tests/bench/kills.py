"""A worker that is killed again and again: every verdict and every report arrives.

python -m tests.bench.kills [comments]
"""

import random
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.site import ROOT, RunningSite

THREADS = 4
SEND = """
from datetime import timedelta
from comments.models import Comment, Policy
from tests.factories import make_comment, make_post, moderator, submit_comment
Policy.objects.update_or_create(pk=1, defaults={{"checks_an_hour": 100_000}})
post = make_post()
for n in range({reports}):
    text = {{"user_ip": "192.0.2.1", "comment_content": f"to report {{n}}"}}
    make_comment(post, checks=1, submission=text).mark_spam(by=moderator())
for n in range({checks}):
    submit_comment(post, body=f"to check {{n}}")
"""
UNDONE = """
SELECT (SELECT COUNT(*) FROM comments_comment WHERE screened NOT IN ('ham', 'spam'))
     + (SELECT COUNT(*) FROM comments_decision WHERE feedback != '' AND feedback_sent_at IS NULL)
    AS n
"""


@dataclass
class Measured:
    comments: int
    kills: int
    missing: int
    repeated: int
    most_repeats: int

    def __str__(self):
        return (
            f"{self.comments} verdicts and reports, {self.kills} kills: {self.missing} missing, "
            f"{self.repeated} repeated, the most often repeated {self.most_repeats} times"
        )


def measure(site: RunningSite, comments: int, chance: random.Random) -> Measured:
    site.manage("migrate", "-v0")
    reports = comments // 2
    site.python(SEND.format(reports=reports, checks=comments - reports))
    site.pass_time(120)
    site.akismet.always = {"delay": 0.1}
    kills = 0
    while site.rows(UNDONE)[0]["n"]:
        kills += run_and_kill(site, chance)
        # A claim and a job of the killed one are free again after minutes.
        site.pass_time(601)
        assert kills < comments
    asked = Counter(call.fields["comment_content"] for call in texts(site))
    return Measured(
        comments=comments,
        kills=kills,
        missing=comments - len(asked),
        repeated=asked.total() - len(asked),
        most_repeats=max(asked.values()) - 1,
    )


def texts(site) -> list:
    return [call for call in site.akismet.calls if "comment_content" in call.fields]


def run_and_kill(site, chance: random.Random) -> bool:
    """Kills it at a random moment after its first call; whether it was still at work."""
    before = len(texts(site))
    command = [sys.executable, "manage.py", "worker", "--every", "1"]
    worker = subprocess.Popen(command, cwd=ROOT, env=site.environment)
    try:
        site.wait_until(
            lambda: len(texts(site)) > before or not site.rows(UNDONE)[0]["n"], seconds=60
        )
        time.sleep(chance.uniform(0, 0.4))
        return bool(site.rows(UNDONE)[0]["n"])
    finally:
        worker.kill()
        worker.wait()


def main(comments: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        site = RunningSite(Path(folder))
        try:
            seed = random.randrange(10**6)
            print(f"seed {seed}: {measure(site, comments, random.Random(seed))}")
        finally:
            site.akismet.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 500)
