"""Two people and four pages at one post, in random order: no word is lost, no save is in conflict
with its own page, an autosave changes nothing that readers see. On SQLite, or where DATABASE_URL
says.

    python -m tests.bench.interleavings [interleavings [first seed]]
"""

import logging
import os
import sys
import tempfile
import time
from pathlib import Path

import django

STEPS = 14


def measure(interleavings: int, first: int):
    from django.db import transaction

    from tests.interleavings import make_people, play

    with transaction.atomic():
        outcome = play(make_people(), range(first, first + interleavings), steps=STEPS)
        transaction.set_rollback(True)
    return outcome


def main(interleavings: int, first: int) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    with tempfile.TemporaryDirectory() as folder:
        if "DATABASE_URL" not in os.environ:
            os.environ["DATA_DIR"] = folder
        django.setup()
        from django.conf import settings
        from django.db import connection
        from django.test.utils import setup_test_environment, teardown_test_environment

        from tests.conftest import pytest_configure

        pytest_configure()
        setup_test_environment(debug=False)
        logging.getLogger("django.request").setLevel(logging.ERROR)
        settings.WRITE_LOCK = Path(folder) / "write.lock"
        before = settings.DATABASES["default"]["NAME"]
        connection.creation.create_test_db(verbosity=0)
        started = time.monotonic()
        try:
            outcome = measure(interleavings, first)
        finally:
            connection.creation.destroy_test_db(before, verbosity=0)
            teardown_test_environment()
        seconds = time.monotonic() - started
    print(
        f"{interleavings} interleavings of {STEPS} steps on {connection.vendor} in {seconds:.0f} s:"
        f" {outcome.words} words taken, {len(outcome.lost)} lost,"
        f" {len(outcome.conflicts_with_itself)} conflicts of a page with itself,"
        f" {len(outcome.seen_by_readers)} autosaves that readers saw"
    )
    if outcome.faults:
        sys.exit(str(outcome.faults[0]))


if __name__ == "__main__":
    said = [int(each) for each in sys.argv[1:]]
    main(*said, *(1000, 0)[len(said) :])
