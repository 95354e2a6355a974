"""Prints one line instead of a traceback when the site cannot start."""

import os
import sys
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from blog.database_errors import is_away


@contextmanager
def one_line():
    """Exit with one line for a bad setting or a database that does not answer."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (DatabaseError, InterfaceError) as error:
        if not is_away(error):
            raise
        reason = " ".join(str(error).split())
        sys.exit(f"DATABASE_URL must lead to a database that answers, {GOOD}: {reason}")


GOOD = "such as postgres://user:password@host/name, or be left out for SQLite in DATA_DIR"
