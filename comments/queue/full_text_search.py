"""Search comments in the index that comments/queue/full_text.py keeps."""

import json
import string

from django.db import connection
from django.db.models import BooleanField, F, Func, Q, Value
from django.db.models.expressions import RawSQL

from comments.queue.paging import Order, Place

# A typed word of at least this length also finds longer words that begin with it.
PREFIX = 4
_BLANK = str.maketrans(dict.fromkeys(string.punctuation, " "))
_ORDERED = """
    SELECT w.id FROM comments_words_text t CROSS JOIN comments_words w ON w.id = t.rowid
    WHERE t.comments_words_text MATCH %(match)s AND w.status = %(status)s AND {beyond}
    ORDER BY t.rowid {way} LIMIT %(limit)s"""
# Common words: look at the next 5,000 comments. Other words: sort all comments that match, because
# PostgreSQL would walk through all ids where two words rarely meet.
_NEAR_THEN_ALL = """
    WITH near AS MATERIALIZED (
        SELECT id FROM (SELECT * FROM comments_words_text t JOIN comments_words USING (id)
            WHERE {beyond} ORDER BY id {way} LIMIT 5000) w
        WHERE words @@ to_tsquery('simple', %(match)s) AND status = %(status)s
        LIMIT %(limit)s)
    SELECT id FROM near WHERE (SELECT COUNT(*) FROM near) = %(limit)s
    UNION ALL
    (SELECT id FROM (SELECT id FROM comments_words_text t JOIN comments_words USING (id)
        WHERE {beyond} AND status = %(status)s AND words @@ to_tsquery('simple', %(match)s)
        OFFSET 0) w
    WHERE (SELECT COUNT(*) FROM near) < %(limit)s ORDER BY id {way} LIMIT %(limit)s)"""
_SQL = {"sqlite": (_ORDERED, "t.rowid"), "postgresql": (_NEAR_THEN_ALL, "t.id")}


def wanted(typed: str) -> list[tuple[list[str], bool]]:
    """Return phrases as lists of words, each with whether its last word is a prefix."""
    found = []
    for number, part in enumerate(typed.split('"')):
        quoted = number % 2 == 1
        for chunk in [part] if quoted else part.split():
            words = [word for word in chunk.translate(_BLANK).split() if _is_word(word)]
            if words:
                found.append((words, not quoted and len(words[-1]) >= PREFIX))
    return found


def _is_word(text: str) -> bool:
    return any(character.isalnum() for character in text)


def ids(typed: str, status: str, order: Order, limit: int, after: Place | None) -> list[int]:
    sql, column = _SQL[connection.vendor]
    beyond = f"{column} {'<' if order.newest else '>'} %(after)s" if after else "1 = 1"
    params: dict[str, str | int] = {"match": _match(typed), "status": status, "limit": limit}
    params |= {"after": after.pk} if after else {}
    with connection.cursor() as cursor:
        cursor.execute(sql.format(beyond=beyond, way="DESC" if order.newest else "ASC"), params)
        return [pk for (pk,) in cursor.fetchall()]


def of_ids(ids: list[int]) -> Q | Func:
    """A condition with one parameter, however many ids there are."""
    if connection.vendor == "sqlite":
        return Q(pk__in=RawSQL("SELECT value FROM json_each(%s)", [json.dumps(ids)]))  # noqa: S611
    # `= ANY` is looked up as a set in every plan. A join with unnest() took 270 ms in a plan that
    # scanned it for each comment.
    among = {"arg_joiner": " = ANY(", "template": "%(expressions)s::bigint[])"}
    return Func(F("pk"), Value(ids), **among, output_field=BooleanField())


def _match(typed: str) -> str:
    """Quote each word, so that nothing typed is an operator."""
    if connection.vendor == "sqlite":
        phrases = (f'"{" ".join(words)}"{"*" * more}' for words, more in wanted(typed))
        return " AND ".join(phrases)
    phrases = (" <-> ".join(map("'{}'".format, words)) for words, _more in wanted(typed))
    marks = (":*" * more for _words, more in wanted(typed))
    return " & ".join(f"({phrase}{mark})" for phrase, mark in zip(phrases, marks, strict=True))
