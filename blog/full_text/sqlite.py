"""FTS5. https://sqlite.org/fts5.html"""

import json

from django.db.models import F

from blog.full_text.match import PARTS

# `ascii` parts the words at the spaces, and takes every other character for a part of a word.
CREATE = [
    """CREATE VIRTUAL TABLE {table} USING fts5(
        title, about, text, digest UNINDEXED, tokenize = 'ascii', prefix = '3')"""
]
MATCHING = "SELECT rowid FROM {table} WHERE {table} MATCH %s"
# Not the key itself: SQLite would look up each row that has a common word, past its texts, instead
# of reading one index of all rows. 50 and 4 ms for 10,000 posts that all have it.
KEY = F("pk") + 0
# Pages of one step of a merge: writers wait for it, 6 to 12 ms.
PAGES = 100
# Weights of a word in title, about and text.
WEIGHTS = "10.0, 4.0, 1.0"


def match(phrases, parts=PARTS) -> str:
    every = " AND ".join(f'"{" ".join(p.words)}"{"*" * p.is_prefix}' for p in phrases)
    return every if parts == PARTS else f"{{{' '.join(parts)}}} : ({every})"


def write(cursor, table: str, rows: dict) -> None:
    sql = f"""INSERT OR REPLACE INTO {table} (rowid, title, about, text, digest)
        VALUES (%s, %s, %s, %s, %s)"""  # noqa: S608
    values = [(pk, row.title, row.about, row.text, row.digest) for pk, row in rows.items()]
    cursor.executemany(sql, values)


def remove(cursor, table: str, pks: list[int]) -> None:
    sql = f"DELETE FROM {table} WHERE rowid IN (SELECT value FROM json_each(%s))"  # noqa: S608
    cursor.execute(sql, [json.dumps(pks)])


def clear(cursor, table: str) -> None:
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def merge(cursor, table: str, *, is_first: bool) -> bool:
    """Take a step of a merge of all segments; return whether there was anything to do. The first
    step starts the merge. FTS5 keeps the words of removed rows until then."""
    before = cursor.connection.total_changes
    sql = f"INSERT INTO {table} ({table}, rank) VALUES ('merge', %s)"  # noqa: S608
    cursor.execute(sql, [-PAGES if is_first else PAGES])
    return cursor.connection.total_changes - before >= 2


def digests(cursor, table: str, pks: list[int]) -> list[tuple[int, str]]:
    sql = f"""SELECT rowid, digest FROM {table}
        WHERE rowid IN (SELECT value FROM json_each(%s))"""  # noqa: S608
    return cursor.execute(sql, [json.dumps(pks)]).fetchall()


def pks(cursor, table: str) -> list[int]:
    return [pk for (pk,) in cursor.execute(f"SELECT rowid FROM {table}").fetchall()]  # noqa: S608


def newest(cursor, table: str, match: str, most: int) -> list[tuple[int, bool]]:
    sql = f"SELECT rowid FROM {table} WHERE {table} MATCH %s ORDER BY rowid DESC LIMIT %s"  # noqa: S608
    found = cursor.execute(sql, [match, most + 1]).fetchall()
    return [(pk, len(found) > most) for (pk,) in found]


def among(cursor, table: str, match: str, pks: list[int]) -> list[int]:
    """The plus as in ranks(): a beginning of a word took 20 ms for each key. So all that match
    between the lowest and the highest key are read: 0.1 ms for a thousand."""
    sql = f"""SELECT rowid FROM {table} WHERE {table} MATCH %s AND rowid BETWEEN %s AND %s
        AND +rowid IN (SELECT value FROM json_each(%s))"""  # noqa: S608
    cursor.execute(sql, [match, min(pks), max(pks), json.dumps(pks)])
    return [pk for (pk,) in cursor.fetchall()]


def ranks(cursor, table: str, match: str, pks: list[int]) -> list[tuple[int, float]]:
    """The plus keeps SQLite from looking each key up by itself."""
    sql = f"""SELECT rowid, bm25({table}, {WEIGHTS}) FROM {table}
        WHERE {table} MATCH %s AND +rowid IN (SELECT value FROM json_each(%s))"""  # noqa: S608
    return cursor.execute(sql, [match, json.dumps(pks)]).fetchall()
