"""A full-text index in the database: FTS5 on SQLite, a tsvector with GIN on PostgreSQL.

It holds words that blog/text/words.py made, so both databases find the same rows. Whoever writes a
row writes its words in the same transaction; `digests` tells which rows were written past it.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from django.db import connection
from django.db.models.expressions import RawSQL
from django.db.models.lookups import In

from blog.full_text import postgresql, sqlite
from blog.full_text.match import PARTS, Phrase
from blog.text.words import words
from blog.transactions import writing

ENGINES = {"sqlite": sqlite, "postgresql": postgresql}
# The longest text: about 70,000 English words. A tsvector takes a megabyte.
MOST_BYTES = 400_000


@dataclass(frozen=True)
class Words:
    """The words of one row, in three weights; each a text of words between spaces."""

    title: str = ""
    about: str = ""
    text: str = ""

    @property
    def digest(self) -> str:
        whole = "\n".join((self.title, self.about, self.text))
        return hashlib.sha256(whole.encode()).hexdigest()[:16]


def joined(text: str) -> str:
    found = " ".join(words(text))
    if len(found.encode()) <= MOST_BYTES:
        return found
    return found.encode()[:MOST_BYTES].decode(errors="ignore").rpartition(" ")[0]


@dataclass(frozen=True)
class Index:
    """`table` is a name of ours, never typed by anybody."""

    table: str

    def create(self, schema_editor) -> None:
        engine = ENGINES[schema_editor.connection.vendor]
        for statement in engine.CREATE:
            schema_editor.execute(statement.format(table=self.table), params=None)

    def drop(self, schema_editor) -> None:
        schema_editor.execute(f"DROP TABLE {self.table}", params=None)

    def write(self, rows: dict[int, Words], *, are_new: bool = False) -> None:
        """Within writing(). Rows whose words have not changed cost a look-up."""
        known = {} if are_new else self.digests(rows)
        changed = {pk: row for pk, row in rows.items() if known.get(pk) != row.digest}
        if changed:
            self._run(_engine().write, changed)

    def remove(self, pks: Iterable[int]) -> None:
        """Within writing()."""
        if pks := list(pks):
            self._run(_engine().remove, pks)

    def clear(self) -> None:
        """Within writing()."""
        self._run(_engine().clear)

    def forget_removed(self) -> None:
        """Remove the words of removed rows from the pages of the database. Not within writing():
        each step is a transaction, so that others write in between."""
        if connection.vendor == "sqlite":
            is_first = True
            while self._merge(is_first):
                is_first = False

    def _merge(self, is_first: bool) -> bool:
        with writing(), connection.cursor() as cursor:
            return sqlite.merge(cursor, self.table, is_first=is_first)

    def digests(self, pks: Iterable[int]) -> dict[int, str]:
        return dict(self._run(_engine().digests, list(pks)))

    def pks(self) -> list[int]:
        """Return the key of each row that has words here."""
        return self._run(_engine().pks)

    def matching(self, phrases: list[Phrase], parts: tuple[str, ...] = PARTS) -> In:
        """Return a condition on the keys of rows: they have all phrases within these parts."""
        engine = _engine()
        sql = engine.MATCHING.format(table=self.table)
        return In(engine.KEY, RawSQL(sql, [engine.match(phrases, parts)]))  # noqa: S611

    def newest(
        self, phrases: list[Phrase], most: int, parts: tuple[str, ...] = PARTS
    ) -> tuple[list[int], bool]:
        """Return the highest keys of rows that have all phrases within these parts, the highest
        first, and whether there are more. Of common words there may be less than `most`, and more
        all the same."""
        found = self._run(_engine().newest, _engine().match(phrases, parts), most)
        return [pk for pk, _is_cut in found][:most], any(is_cut for _pk, is_cut in found)

    def among(self, phrases: list[Phrase], pks: list[int]) -> list[int]:
        """Return those of the keys whose rows have all phrases."""
        return self._run(_engine().among, _engine().match(phrases), pks) if pks else []

    def best_first(self, phrases: list[Phrase], pks: list[int]) -> list[int]:
        """Sort keys of rows that match. Equally good ones stay in their order."""
        ranks = dict(self._run(_engine().ranks, _engine().match(phrases), pks))
        return sorted(pks, key=lambda pk: ranks[pk])

    def _run(self, query, *args):
        with connection.cursor() as cursor:
            return query(cursor, self.table, *args)


def _engine():
    return ENGINES[connection.vendor]
