"""A site that cannot start says why in one line."""

import os
import sys
from contextlib import contextmanager

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, InterfaceError

from blog.database_errors import is_away


@contextmanager
def one_line():
    """For manage.py, `make run` and the server: a bad setting, or a database that is not there."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    try:
        yield
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    except (DatabaseError, InterfaceError) as error:
        if not is_away(error):
            raise
        said = " ".join(str(error).split())
        sys.exit(f"DATABASE_URL must lead to a database that answers, {GOOD}: {said}")


GOOD = "such as postgres://user:password@host/name, or be left out for SQLite in DATA_DIR"
