"""Django's sessions, read by a statement of their own: each page of the staff begins with it, and
to write it took longer than to ask."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError, connection
from django.utils import timezone

from blog.writing import IN_READING, writing

_SQL = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(db.SessionStore):
    is_new = False

    def create(self) -> None:
        super().create()
        self.is_new = True

    def save(self, must_create=False) -> None:
        """Takes its turn as every writer. A failure only loses a notice, so it is ignored, except
        where the session is new: then somebody would not be signed in."""
        try:
            with writing(at_least=IN_READING):
                super().save(must_create)
        except OperationalError:
            if must_create or self.is_new or self.session_key is None:
                raise
        except UpdateError as error:  # Django's for whatever the database says
            if not isinstance(error.__context__, OperationalError):
                raise
            if self.is_new:
                raise error.__context__ from None

    def delete(self, session_key=None) -> None:
        with writing():
            super().delete(session_key)

    def load(self) -> dict:
        if not (self.session_key or "").isalnum():
            # Nobody was given it; in a NUL PostgreSQL would see an error.
            self._session_key = None
            return {}
        now = connection.ops.adapt_datetimefield_value(timezone.now())
        with connection.cursor() as cursor:
            cursor.execute(_SQL, [self.session_key, now])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])
