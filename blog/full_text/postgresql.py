"""A tsvector is written as a literal: PostgreSQL's own parser takes an address for one word.

https://www.postgresql.org/docs/current/datatype-textsearch.html
"""

from django.db.models import F

from blog.full_text.match import PARTS

CREATE = [
    """CREATE TABLE {table} (
        id bigint PRIMARY KEY, words tsvector NOT NULL, digest varchar(16) NOT NULL)""",
    "CREATE INDEX {table}_gin ON {table} USING gin (words)",
]
MATCHING = "SELECT id FROM {table} WHERE words @@ %s::tsquery"
KEY = F("pk")
# Weights of a word in D (not used), text (C), about (B) and title (A).
WEIGHTS = "{0, 0.1, 0.4, 1}"
WEIGHT_OF = {"title": "A", "about": "B", "text": "C"}
BY_LENGTH = 1  # a word counts less in a long text
# Words that this many of the latest rows have are common: all rows with them would take long.
LATEST, COMMON = 5_000, 200
# OFFSET 0: PostgreSQL would walk through all rows in their order where two words rarely meet.
NEWEST = """
    WITH latest AS MATERIALIZED (SELECT id, words FROM {table} ORDER BY id DESC LIMIT {LATEST}),
    near AS MATERIALIZED (SELECT id FROM latest WHERE words @@ %(match)s::tsquery),
    known AS (SELECT (SELECT count(*) FROM near) >= {COMMON} AS are_common,
        (SELECT count(*) FROM latest) = {LATEST} AS has_older)
    SELECT id, has_older FROM near, known WHERE are_common
    UNION ALL
    (SELECT id, false FROM
        (SELECT id FROM {table} WHERE words @@ %(match)s::tsquery OFFSET 0) every, known
    WHERE NOT are_common ORDER BY id DESC LIMIT %(limit)s)"""
# Limits of a tsvector: positions of one word, and the highest position.
MOST_POSITIONS, LAST_POSITION = 256, 16_383


def match(phrases, parts=PARTS) -> str:
    weights = "" if parts == PARTS else "".join(WEIGHT_OF[part] for part in parts)
    return " & ".join(f"({_phrase(phrase, weights)})" for phrase in phrases)


def _phrase(phrase, weights: str) -> str:
    words = [f"'{word}':{weights}" if weights else f"'{word}'" for word in phrase.words]
    if phrase.is_prefix:
        words[-1] = f"'{phrase.words[-1]}':*{weights}"
    return " <-> ".join(words)


def write(cursor, table: str, rows: dict) -> None:
    sql = f"""INSERT INTO {table} (id, words, digest) VALUES (%s, %s::tsvector, %s)
        ON CONFLICT (id) DO UPDATE SET words = excluded.words, digest = excluded.digest"""  # noqa: S608
    # In the order of their keys: two writers of several rows never wait for each other in a circle.
    cursor.executemany(sql, [(pk, _vector(rows[pk]), rows[pk].digest) for pk in sorted(rows)])


def _vector(row) -> str:
    """Return each word with its positions and weights: 'ferry':1A,7C"""
    positions: dict[str, list[str]] = {}
    last = 0
    for part, weight in WEIGHT_OF.items():
        for last, word in enumerate(getattr(row, part).split(), start=last + 1):  # noqa: B020
            found = positions.setdefault(word, [])
            if len(found) < MOST_POSITIONS and last <= LAST_POSITION:
                found.append(f"{last}{weight}")
        last += 1  # a phrase does not go on from the title into what follows
    return " ".join(f"'{word}'{':' * bool(at)}{','.join(at)}" for word, at in positions.items())


def remove(cursor, table: str, pks: list[int]) -> None:
    cursor.execute(f"DELETE FROM {table} WHERE id = ANY(%s)", [pks])  # noqa: S608


def clear(cursor, table: str) -> None:
    cursor.execute(f"DELETE FROM {table}")  # noqa: S608


def digests(cursor, table: str, pks: list[int]) -> list[tuple[int, str]]:
    sql = f"SELECT id, digest FROM {table} WHERE id = ANY(%s)"  # noqa: S608
    return cursor.execute(sql, [pks]).fetchall()


def pks(cursor, table: str) -> list[int]:
    return [pk for (pk,) in cursor.execute(f"SELECT id FROM {table}").fetchall()]  # noqa: S608


def newest(cursor, table: str, match: str, most: int) -> list[tuple[int, bool]]:
    sql = NEWEST.format(table=table, LATEST=LATEST, COMMON=COMMON)
    found = cursor.execute(sql, {"match": match, "limit": most + 1}).fetchall()
    found = sorted(found, reverse=True)
    return [(pk, is_cut or len(found) > most) for pk, is_cut in found]


def among(cursor, table: str, match: str, pks: list[int]) -> list[int]:
    sql = f"SELECT id FROM {table} WHERE id = ANY(%s) AND words @@ %s::tsquery"  # noqa: S608
    return [pk for (pk,) in cursor.execute(sql, [pks, match]).fetchall()]


def ranks(cursor, table: str, match: str, pks: list[int]) -> list[tuple[int, float]]:
    sql = f"""SELECT id, -ts_rank('{WEIGHTS}', words, %s::tsquery, {BY_LENGTH}) FROM {table}
        WHERE id = ANY(%s)"""  # noqa: S608
    return cursor.execute(sql, [match, pks]).fetchall()
