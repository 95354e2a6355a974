import os
from contextlib import suppress
from datetime import datetime

from django.conf import settings
from django.db import models

from blog.transactions import writing
from comments.rules.email import keyed_hash


class Erasure(models.Model):
    """An erased e-mail address as a keyed hash: after a backup is restored, it is erased again.

    A restore also brings back this table, so each row is in a file outside the database too.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    erased_at = models.DateTimeField()

    class Meta:
        default_permissions = ()

    def __str__(self):
        return self.digest[:12]

    @staticmethod
    def digest_of(email: str) -> str:
        return keyed_hash("erasure", email)

    @classmethod
    def record(cls, email: str, at: datetime) -> None:
        digest = cls.digest_of(email)
        with writing():
            cls.objects.update_or_create(digest=digest, defaults={"erased_at": at})
            _write({digest: at})

    @classmethod
    def read_all(cls) -> dict[str, datetime]:
        """Returns all erasures of the table and the file, and adds to each what it lacks."""
        with writing():
            stored, written = dict(cls.objects.values_list("digest", "erased_at")), _read()
            both = {digest: _later(stored, written, digest) for digest in stored | written}
            rows = [cls(digest=d, erased_at=at) for d, at in both.items() if stored.get(d) != at]
            cls.objects.bulk_create(
                rows,
                update_conflicts=True,
                unique_fields=["digest"],
                update_fields=["erased_at"],
            )
            _write({digest: at for digest, at in both.items() if written.get(digest) != at})
        return both


def _later(stored: dict, written: dict, digest: str) -> datetime:
    return max(at for at in (stored.get(digest), written.get(digest)) if at)


def _write(erased: dict[str, datetime]) -> None:
    # The file is synced before the row is committed. A line cut short must not spoil the next one.
    if not erased:
        return
    settings.ERASURES.parent.mkdir(parents=True, exist_ok=True)
    with open(settings.ERASURES, "a") as file:
        if not _ends_a_line():
            file.write("\n")
        file.writelines(f"{digest} {at.isoformat()}\n" for digest, at in erased.items())
        file.flush()
        os.fsync(file.fileno())


def _ends_a_line() -> bool:
    return settings.ERASURES.read_bytes()[-1:] in (b"", b"\n")


def _read() -> dict[str, datetime]:
    # The last line of each address counts; a line cut short by a full disk is ignored.
    erased = {}
    if settings.ERASURES.exists():
        for line in settings.ERASURES.read_text().splitlines():
            digest, _space, text = line.partition(" ")
            with suppress(ValueError):
                at = datetime.fromisoformat(text)
                if len(digest) == 64 and at.tzinfo:
                    erased[digest] = at
    return erased
