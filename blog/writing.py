"""One writer at a time on SQLite, and the editions as the last statement of a transaction."""

import fcntl
import hashlib
import threading
from contextlib import contextmanager

from django.conf import settings
from django.db import connection, transaction

from blog import edition

_local = threading.local()


@contextmanager
def writing():
    """A transaction that yields a set: the scopes whose kept pages it makes stale.

    SQLite has one writer; whoever waits for it inside the database polls, so p99 of a comment was
    0.13 to 1.3 s at 8 connections. Queued at a file lock it was 32 to 53 ms. May be nested; the
    editions change once, in the last statement of the outermost block.
    """
    if getattr(_local, "scopes", None) is not None:
        yield _local.scopes
        return
    _local.scopes = set()
    try:
        with _file_lock(), transaction.atomic():
            yield _local.scopes
            edition.change(_local.scopes)
    finally:
        _local.scopes = None


def in_turn(*names: str) -> None:
    """Within writing(): of those who name the same, one at a time until the transaction ends. On
    SQLite that is so anyway. In one order, so that no two wait for each other."""
    if connection.vendor == "postgresql":
        hashes = (hashlib.sha256(name.encode()).digest() for name in names)
        keys = sorted(int.from_bytes(found[:8], "big", signed=True) for found in hashes)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) key", [keys]
            )


def write_back() -> None:
    """What lies in SQLite's log goes into its file, as far as nobody reads what was before: in the
    worker, so that no request has to do it. Not within a transaction."""
    if connection.vendor == "sqlite" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")


@contextmanager
def _file_lock():
    if connection.vendor != "sqlite":
        yield
        return
    settings.WRITE_LOCK.parent.mkdir(parents=True, exist_ok=True)
    with open(settings.WRITE_LOCK, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
