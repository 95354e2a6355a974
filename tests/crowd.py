"""Rows by the thousand, made once for all tests of a file."""

from contextlib import contextmanager

from django.db import transaction
from django.test import override_settings


@contextmanager
def kept(blocker, folders):
    """For a fixture of a file that yields within: each test undoes its own, and at the end all is
    undone. `blocker` and `folders`: pytest's django_db_blocker and tmp_path_factory."""
    lock = folders.mktemp("crowd") / "write.lock"
    with blocker.unblock(), override_settings(WRITE_LOCK=lock), transaction.atomic():
        yield
        transaction.set_rollback(True)
