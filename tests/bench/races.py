"""Four moderators and a late verdict over one comment at the same moment: one winner, and the
others are told who. Then one reader who sends to four posts at the same moment: one is taken. On
SQLite, or where DATABASE_URL says.

    python -m tests.bench.races [races]
"""

import logging
import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import django

VERBS = ("approve", "spam", "trash", "approve")


def race(comment, people, head_start: float) -> str:
    """Who won: a moderator's verb, or the machine, which starts so many seconds earlier."""
    from comments.models import Comment
    from comments.tasks import screen

    outcomes = {}

    def decide(n: int) -> None:
        time.sleep(head_start)
        seen = {comment.public_id: comment.version}
        outcomes[n] = Comment.decide(seen, VERBS[n], by=people[n])

    jobs = [lambda n=n: decide(n) for n in range(len(people))]
    jobs.append(lambda: screen(comment, comment.next_check_at))
    at_once(jobs)
    return judge(comment, people, outcomes)


def at_once(jobs) -> None:
    """Each in a thread of its own."""
    barrier, errors = threading.Barrier(len(jobs)), []

    def run(what) -> None:
        from django.db import connection

        try:
            barrier.wait()
            what()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[job]) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [], errors


def flood(posts, same: str) -> None:
    """From one e-mail address or from one network to all of these posts."""
    from django.test import Client

    from tests.factories import make_comment, send_comment

    number, statuses = random.randrange(2**16), []
    middle = f"{number >> 8}.{number & 255}"
    if same == "network":  # which may send ten
        for _n in range(9):
            make_comment(posts[0], network=f"20.{middle}.0/24")

    def send(n: int) -> None:
        sender = {"ip": f"20.{middle}.{n}"}
        if same == "email":
            sender = {"ip": f"{21 + n}.{middle}.7", "email": f"reader{number}@example.net"}
        answer = send_comment(Client(SERVER_NAME="127.0.0.1"), posts[n], **sender)
        statuses.append(answer.status_code)

    at_once([lambda n=n: send(n) for n in range(len(posts))])
    assert sorted(statuses) == [303, 429, 429, 429], (same, statuses)


def judge(comment, people, outcomes) -> str:
    from comments.models import Decision
    from comments.queue.outcome_sentences import lost_sentence

    seen = comment.version
    comment.refresh_from_db()
    (_creation, move) = Decision.objects.filter(comment=comment)
    assert (move.old_version, move.new_version) == (seen, comment.version)
    assert comment.version != seen and comment.status == move.new_status
    assert comment.screened == "spam"  # the verdict is recorded whoever won
    # What a moderator approved before the verdict came asks for a second look.
    assert comment.has_late_spam == (comment.status == "approved")
    winners = [n for n, outcome in outcomes.items() if outcome.done]
    if move.by is None:
        assert winners == []
    else:
        (winner,) = winners
        assert people[winner] == move.by
    name = str(move.by) if move.by else "The spam check"
    for n, outcome in outcomes.items():
        if n not in winners:
            (lost,) = outcome.lost
            assert lost_sentence(lost).startswith(f"{name} ")
    return "a moderator" if move.by else "the verdict"


def measure(races: int) -> Counter:
    from django.conf import settings

    from blog.models import Role
    from tests.akismet_server import AkismetServer
    from tests.factories import make_post, make_user, submit_comment

    with AkismetServer() as server:
        settings.AKISMET_API_KEY, settings.AKISMET_SERVER = server.key, server.url
        server.verdict = "true"
        post = make_post()
        people = [make_user(Role.MODERATOR, display_name=f"Judge {n}") for n in range(4)]
        won = Counter()
        for n in range(races):
            comment = submit_comment(post, body=f"The bone of contention, number {n}.")
            won[race(comment, people, random.uniform(0, 0.06))] += 1
    posts = [make_post() for _n in range(4)]
    for n in range(max(4, races // 4)):
        flood(posts, ("email", "network")[n % 2])
    return won


def main(races: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory() as folder:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATA_DIR"] = folder
        django.setup()
        from django.conf import settings
        from django.db import connection

        from tests.conftest import pytest_configure

        pytest_configure()
        logging.getLogger("django.request").setLevel(logging.ERROR)
        settings.WRITE_LOCK = Path(folder) / "write.lock"
        is_file = connection.vendor == "sqlite"
        name = f"{folder}/races.sqlite3" if is_file else f"races_{os.getpid()}"
        connection.settings_dict["TEST"]["NAME"] = name
        before = settings.DATABASES["default"]["NAME"]
        connection.creation.create_test_db(verbosity=0)
        try:
            won = measure(races)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
    told = ", ".join(f"{who} {times}" for who, times in sorted(won.items()))
    print(f"{races} races on {connection.vendor}, one winner in each: {told}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if sys.argv[1:] else 200)
