"""Django's database sessions, written inside writing()."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError

from blog.transactions import IN_READING, writing


class SessionStore(db.SessionStore):
    is_new = False

    def _validate_session_key(self, key) -> bool:
        # No key that we gave out looks like this, and PostgreSQL raises an error for a NUL.
        return super()._validate_session_key(key) and key.isalnum()

    def create(self) -> None:
        super().create()
        self.is_new = True

    def save(self, must_create=False) -> None:
        # A failed save only loses a notice, so it is ignored; but a new session must be saved, or
        # the sign-in would be lost.
        try:
            with writing(at_least=IN_READING):
                super().save(must_create)
        except OperationalError:
            if must_create or self.is_new or self.session_key is None:
                raise
        except UpdateError as error:  # Django raises it for any error of the database
            if not isinstance(error.__context__, OperationalError):
                raise
            if self.is_new:
                raise error.__context__ from None

    def delete(self, session_key=None) -> None:
        with writing():
            super().delete(session_key)
