"""Tells a database or disk that is not available from a faulty statement."""

import errno
import logging

from django.db import InterfaceError, OperationalError

# SQLite's error codes: perm, busy, locked, nomem, readonly, ioerr, corrupt, full, cantopen,
# protocol, notadb. The others are faults of a statement.
SQLITE_AWAY = {3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26}
NO_SPACE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS)


def is_away(error: BaseException | None) -> bool:
    code = getattr(getattr(error, "__cause__", None), "sqlite_errorcode", None)
    if code is not None:
        return code & 0xFF in SQLITE_AWAY
    if isinstance(error, OperationalError | InterfaceError):
        return True
    return isinstance(error, OSError) and error.errno in NO_SPACE


class WithoutTraceback(logging.Filter):
    """Logs one line instead of a traceback for each request while the database is away."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        if is_away(error):
            record.msg, record.args = f"{record.getMessage()}: {error}".replace("\n", " "), ()
            record.exc_info = record.exc_text = None
        return True
