"""Django's sessions in the database, written in turn with every other writer."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import UpdateError
from django.db import OperationalError

from blog.transactions import IN_READING, writing


class SessionStore(db.SessionStore):
    is_new = False

    def _validate_session_key(self, key) -> bool:
        # Nobody was given such a key, and PostgreSQL answers a NUL in it with an error.
        return super()._validate_session_key(key) and key.isalnum()

    def create(self) -> None:
        super().create()
        self.is_new = True

    def save(self, must_create=False) -> None:
        """A failure is ignored, since it only loses a notice; not where the session is new, or
        somebody would not be signed in."""
        try:
            with writing(at_least=IN_READING):
                super().save(must_create)
        except OperationalError:
            if must_create or self.is_new or self.session_key is None:
                raise
        except UpdateError as error:  # Django's for any error of the database
            if not isinstance(error.__context__, OperationalError):
                raise
            if self.is_new:
                raise error.__context__ from None

    def delete(self, session_key=None) -> None:
        with writing():
            super().delete(session_key)
