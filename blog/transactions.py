"""Transactions: one writer at a time on SQLite, cache versions changed in the last statement."""

import fcntl
import hashlib
import threading
import time
from collections.abc import Callable
from contextlib import ExitStack, contextmanager, suppress

from django.conf import settings
from django.db import OperationalError, connection, transaction

from blog.cache import versions

# Seconds that a writer waits for its turn: in a web request, with its wait for a thread; in a GET,
# which only writes its session; and everywhere else.
IN_REQUEST, IN_READING, ELSEWHERE = 5, 0.5, 20

_local = threading.local()
# The threads of one process wait for each other here, so that one of them polls the file lock.
_first = threading.Lock()


class DatabaseBusy(OperationalError):
    """The turn to write did not come in time. Nothing was written."""


@contextmanager
def writing(*, at_least: float = 0):
    """A transaction that yields a set: add the scopes whose cached pages the change makes stale.

    May be nested; the versions change once, in the last statement of the outermost block. Raises
    DatabaseBusy after IN_REQUEST, IN_READING or ELSEWHERE seconds of waiting for the file lock and
    SQLite together; `at_least` is a minimum. Why a file lock: docs/decisions/file-lock.md.
    """
    if getattr(_local, "scopes", None) is not None:
        yield _local.scopes
        return
    _local.scopes, _local.jobs = set(), []
    try:
        with ExitStack() as stack:
            _take_turn(stack, at_least)
            yield _local.scopes
            versions.change(_local.scopes)
        jobs = _local.jobs
        if is_in_request():
            # A request with several transactions may wait this long for each of them.
            _local.left, _local.has_written = _local.limit, True
    finally:
        _local.scopes = None
        close_failed_connection()
    for job in jobs:
        job()


def after_writing(job: Callable[[], object]) -> None:
    """Run the job after the outermost writing() has committed and released its lock; at once
    outside of one."""
    if getattr(_local, "scopes", None) is None:
        job()
    else:
        _local.jobs.append(job)


@contextmanager
def request_arrived(at: float, *, is_read: bool):
    """Within this block the thread writes for a request that arrived `at` (time.monotonic()).
    `is_read`: the request is a GET or HEAD."""
    _local.limit = IN_READING if is_read else IN_REQUEST
    _local.left = _local.limit - (time.monotonic() - at)
    _local.has_written = False
    try:
        yield
    finally:
        _local.left = None
        close_failed_connection()


def is_in_request() -> bool:
    return getattr(_local, "left", None) is not None


def has_written() -> bool:
    return getattr(_local, "has_written", False)


def close_failed_connection() -> None:
    """Close the connection after a database error.

    A failed statement lives on in the traceback until Python's garbage collector frees it in any
    thread. If this thread then waits inside SQLite on the same connection, that thread waits too
    and stops all others: 18 s were seen.
    """
    if connection.errors_occurred and not connection.in_atomic_block:
        connection.close()


def limit_waiting(connection, **_signal) -> None:
    # Limits the wait of statements outside writing() too.
    if is_in_request() and connection.vendor == "sqlite":
        connection.connection.execute(f"PRAGMA busy_timeout = {IN_REQUEST * 1000}")
    if is_in_request() and connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute(f"SET lock_timeout = '{IN_REQUEST}s'")


def in_turn(*names: str) -> None:
    """Within writing(): make transactions that name the same thing run one after the other."""
    if connection.vendor == "postgresql":
        hashes = (hashlib.sha256(name.encode()).digest() for name in names)
        # Sorted, so that no two transactions wait for each other. SQLite has one writer anyway.
        keys = sorted(int.from_bytes(found[:8], "big", signed=True) for found in hashes)
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_advisory_xact_lock(key) FROM unnest(%s::bigint[]) key", [keys]
            )


def write_back() -> bool:
    """Write SQLite's log back into its file, so that no request has to, and empty the log, so that
    nothing deleted stays there. Return False while somebody still reads an earlier state, or
    others write without a pause. Does nothing in a transaction."""
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return True
    with connection.cursor() as cursor:
        # This takes nearly all the time and blocks nobody.
        cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
        with suppress(DatabaseBusy), ExitStack() as stack:
            _lock_file(stack, time.monotonic() + IN_REQUEST)
            # It holds the lock of the writers while it waits for readers, so it must not wait.
            _wait_inside_sqlite(0)
            stack.callback(_wait_inside_sqlite, ELSEWHERE)
            is_busy, *_pages = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            return not is_busy
    return False


def _take_turn(stack: ExitStack, at_least: float) -> None:
    started = time.monotonic()
    deadline = started + max(_local.left if is_in_request() else ELSEWHERE, at_least)
    try:
        _lock_file(stack, deadline)
        _begin(stack, deadline)
    finally:
        if is_in_request():
            _local.left -= time.monotonic() - started


def _lock_file(stack: ExitStack, deadline: float) -> None:
    if connection.vendor != "sqlite":
        return
    if not _first.acquire(timeout=max(0, deadline - time.monotonic())):
        raise DatabaseBusy("another thread of this process is writing")
    stack.callback(_first.release)
    try:
        settings.WRITE_LOCK.parent.mkdir(parents=True, exist_ok=True)
        # A queue of one: the holder of the first lock gets the second one next. Without it a
        # process with many waiting threads took the lock again before another process retried.
        with settings.WRITE_LOCK.with_suffix(".next").open("w") as next_in_line:
            _try_until(deadline, lambda: _flock(next_in_line), longest_pause=0.004)
            file = stack.enter_context(settings.WRITE_LOCK.open("w"))
            _try_until(deadline, lambda: _flock(file), longest_pause=0.001)
    except OSError as error:
        raise OperationalError(f"cannot lock the database: {error}") from error


def _flock(file) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _begin(stack: ExitStack, deadline: float) -> None:
    # Programs that do not know the file lock, such as the sqlite3 shell, hold SQLite's own lock.
    # Wait for it here, not inside SQLite: see close_failed_connection().
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        stack.enter_context(transaction.atomic())
        return
    connection.ensure_connection()
    _wait_inside_sqlite(0)
    try:
        _try_until(deadline, lambda: _has_begun(stack), longest_pause=0.02)
    finally:
        _wait_inside_sqlite(IN_REQUEST if is_in_request() else ELSEWHERE)


def _has_begun(stack: ExitStack) -> bool:
    try:
        stack.enter_context(transaction.atomic())
    except OperationalError as error:
        if "locked" in str(error):
            return False
        raise
    return True


def _wait_inside_sqlite(seconds: int) -> None:
    connection.connection.execute(f"PRAGMA busy_timeout = {seconds * 1000}")


def _try_until(deadline: float, attempt: Callable[[], bool], *, longest_pause: float) -> None:
    pause = 0.0005
    while not attempt():
        if time.monotonic() + pause > deadline:
            raise DatabaseBusy("another process is writing")
        time.sleep(pause)
        pause = min(pause * 2, longest_pause)
