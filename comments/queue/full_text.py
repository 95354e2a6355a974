"""Full-text index of pending and approved comments, kept by triggers in the database.

`comments_words` holds the id and status of each indexed comment, all that a decision changes.
`comments_words_text` holds the words, in FTS5 on SQLite. Comments moved to spam or trash stay until
the sweep removes them: a decision on thousands does not wait for it, nor does its undo.

A migration that rebuilds `comments_comment` drops its triggers on SQLite: call `install` after it.
"""

import re

from django.db import connection

from blog.transactions import writing

CHUNK = 500
PAGES = 500

_TEXT = "{0}.author_name || ' ' || {0}.author_url || ' ' || {0}.body"
_SAME = "{0}.author_name = {1}.author_name AND {0}.author_url = {1}.author_url"
_SAME += " AND {0}.body = {1}.body"


def _sql(text: str) -> str:
    values = {
        "INDEXED": "('pending', 'approved')",
        "SAME": _SAME.format("OLD", "NEW"),
        "NEW_TEXT": _TEXT.format("NEW"),
        "OLD_TEXT": _TEXT.format("OLD"),
        "TEXT": _TEXT.format("c"),
    }
    return re.sub(r"<(\w+)>", lambda name: values[name[1]], text)


SQLITE = [
    """CREATE TABLE IF NOT EXISTS comments_words (id integer PRIMARY KEY, status text NOT NULL)""",
    """CREATE VIRTUAL TABLE IF NOT EXISTS comments_words_text USING fts5(
        words, content='', columnsize=0, tokenize="unicode61 remove_diacritics 0")""",
    """DROP TRIGGER IF EXISTS comments_words_new""",
    """DROP TRIGGER IF EXISTS comments_words_changed""",
    """DROP TRIGGER IF EXISTS comments_words_deleted""",
    """CREATE TRIGGER comments_words_new AFTER INSERT ON comments_comment
        WHEN NEW.status IN <INDEXED> BEGIN
        INSERT INTO comments_words_text (rowid, words) SELECT NEW.id, <NEW_TEXT>;
        INSERT INTO comments_words (id, status) SELECT NEW.id, NEW.status;
    END""",
    """CREATE TRIGGER comments_words_changed
        AFTER UPDATE OF status, author_name, author_url, body ON comments_comment
        WHEN OLD.status <> NEW.status OR NOT (<SAME>) BEGIN
        INSERT INTO comments_words_text (comments_words_text, rowid, words)
            SELECT 'delete', OLD.id, <OLD_TEXT>
            WHERE NOT (<SAME>) AND EXISTS (SELECT 1 FROM comments_words WHERE id = OLD.id);
        DELETE FROM comments_words WHERE id = OLD.id AND NOT (<SAME>);
        UPDATE comments_words SET status = NEW.status WHERE id = NEW.id;
        INSERT INTO comments_words_text (rowid, words) SELECT NEW.id, <NEW_TEXT>
            WHERE NEW.status IN <INDEXED>
            AND NOT EXISTS (SELECT 1 FROM comments_words WHERE id = NEW.id);
        INSERT INTO comments_words (id, status) SELECT NEW.id, NEW.status
            WHERE NEW.status IN <INDEXED>
            AND NOT EXISTS (SELECT 1 FROM comments_words WHERE id = NEW.id);
    END""",
    """CREATE TRIGGER comments_words_deleted AFTER DELETE ON comments_comment BEGIN
        INSERT INTO comments_words_text (comments_words_text, rowid, words)
            SELECT 'delete', OLD.id, <OLD_TEXT>
            WHERE EXISTS (SELECT 1 FROM comments_words WHERE id = OLD.id);
        DELETE FROM comments_words WHERE id = OLD.id;
    END""",
    """INSERT INTO comments_words_text (comments_words_text) VALUES ('delete-all')""",
    """DELETE FROM comments_words""",
    """INSERT INTO comments_words_text (rowid, words)
        SELECT c.id, <TEXT> FROM comments_comment c WHERE c.status IN <INDEXED>""",
    """INSERT INTO comments_words (id, status)
        SELECT id, status FROM comments_comment WHERE status IN <INDEXED>""",
]

# PostgreSQL's parser keeps a host or a path as one word, SQLite's does not: replace punctuation by
# blanks, so that both find the same.
_VECTOR = "to_tsvector('simple', translate({}, '!\"#$%&''()*+,-./:;<=>?@[\\]^_`{{|}}~', '{}'))"
_BLANKS = " " * 32
POSTGRESQL = [
    # Free space in each page, so that an update of the status stays in it.
    """CREATE TABLE IF NOT EXISTS comments_words (
        id bigint PRIMARY KEY, status varchar(10) NOT NULL) WITH (fillfactor = 80)""",
    """CREATE TABLE IF NOT EXISTS comments_words_text (
        id bigint PRIMARY KEY, words tsvector NOT NULL)""",
    """CREATE INDEX IF NOT EXISTS comments_words_gin ON comments_words_text USING gin (words)
        WITH (gin_pending_list_limit = 1024)""",
    f"""CREATE OR REPLACE FUNCTION comments_words_of(text) RETURNS tsvector
        LANGUAGE sql IMMUTABLE PARALLEL SAFE
        AS $$ SELECT {_VECTOR.format("$1", _BLANKS)} $$""",
    """CREATE OR REPLACE FUNCTION comments_words_keep() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        IF TG_OP = 'TRUNCATE' THEN
            DELETE FROM comments_words;
            DELETE FROM comments_words_text;
            RETURN NULL;
        END IF;
        DELETE FROM comments_words WHERE id = OLD.id;
        DELETE FROM comments_words_text WHERE id = OLD.id;
        IF TG_OP <> 'DELETE' AND NEW.status IN <INDEXED> THEN
            INSERT INTO comments_words (id, status) VALUES (NEW.id, NEW.status);
            INSERT INTO comments_words_text (id, words)
            VALUES (NEW.id, comments_words_of(<NEW_TEXT>));
        END IF;
        RETURN NULL;
    END $$""",
    # One trigger for all rows of a statement: a trigger for each row would take longer than the
    # update. Lists of ids instead of a join, because the cached plan of a join planned for few rows
    # is slow for thousands.
    """CREATE OR REPLACE FUNCTION comments_words_follow() RETURNS trigger LANGUAGE plpgsql
        SET enable_seqscan = off AS $$
    DECLARE
        moved record;
        added bigint[];
    BEGIN
        FOR moved IN SELECT status, array_agg(id ORDER BY id) AS ids FROM stands GROUP BY status
        LOOP
            UPDATE comments_words SET status = moved.status
            WHERE id = ANY (moved.ids) AND status <> moved.status;
            CONTINUE WHEN moved.status NOT IN <INDEXED>;
            WITH fresh AS (
                INSERT INTO comments_words (id, status) SELECT unnest(moved.ids), moved.status
                ON CONFLICT (id) DO NOTHING RETURNING id)
            SELECT array_agg(id) INTO added FROM fresh;
            INSERT INTO comments_words_text (id, words)
            SELECT c.id, comments_words_of(<TEXT>) FROM comments_comment c
            WHERE c.id = ANY (added);
        END LOOP;
        RETURN NULL;
    END $$""",
    """DROP TRIGGER IF EXISTS comments_words_new ON comments_comment""",
    """DROP TRIGGER IF EXISTS comments_words_changed ON comments_comment""",
    """DROP TRIGGER IF EXISTS comments_words_moved ON comments_comment""",
    """DROP TRIGGER IF EXISTS comments_words_deleted ON comments_comment""",
    """DROP TRIGGER IF EXISTS comments_words_emptied ON comments_comment""",
    """CREATE TRIGGER comments_words_new AFTER INSERT ON comments_comment FOR EACH ROW
        WHEN (NEW.status IN <INDEXED>) EXECUTE FUNCTION comments_words_keep()""",
    """CREATE TRIGGER comments_words_changed
        AFTER UPDATE OF author_name, author_url, body ON comments_comment FOR EACH ROW
        WHEN (NOT (<SAME>)) EXECUTE FUNCTION comments_words_keep()""",
    """CREATE TRIGGER comments_words_moved AFTER UPDATE ON comments_comment
        REFERENCING NEW TABLE AS stands EXECUTE FUNCTION comments_words_follow()""",
    """CREATE TRIGGER comments_words_deleted AFTER DELETE ON comments_comment FOR EACH ROW
        EXECUTE FUNCTION comments_words_keep()""",
    """CREATE TRIGGER comments_words_emptied AFTER TRUNCATE ON comments_comment
        EXECUTE FUNCTION comments_words_keep()""",
    """DELETE FROM comments_words""",
    """DELETE FROM comments_words_text""",
    """INSERT INTO comments_words_text (id, words) SELECT c.id, comments_words_of(<TEXT>)
        FROM comments_comment c WHERE c.status IN <INDEXED>""",
    """INSERT INTO comments_words (id, status)
        SELECT id, status FROM comments_comment WHERE status IN <INDEXED>""",
]
BY_VENDOR = {"sqlite": SQLITE, "postgresql": POSTGRESQL}


def install(schema_editor) -> None:
    for statement in BY_VENDOR[schema_editor.connection.vendor]:
        # No parameters, because the SQL contains "%". A trigger is one statement with semicolons.
        schema_editor.execute(_sql(statement), params=None)


def uninstall(schema_editor) -> None:
    postgres = schema_editor.connection.vendor == "postgresql"
    for name in ("new", "changed", "moved", "deleted", "emptied"):
        on = " ON comments_comment" if postgres else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS comments_words_{name}{on}", params=None)
    for name in ("comments_words_text", "comments_words"):
        schema_editor.execute(f"DROP TABLE {name}", params=None)


def forget_old() -> None:
    while _forget_some() == CHUNK:
        pass


def compact() -> None:
    """Merge the pages of FTS5, which keep removed words until then. In steps, because readers
    wait meanwhile."""
    if connection.vendor == "sqlite":
        pages = -PAGES  # a negative number starts a merge of all segments
        while _merge(pages):
            pages = PAGES


def _merge(pages: int) -> bool:
    """Return whether there was anything to merge (sqlite.org/fts5.html, "merge")."""
    insert = "INSERT INTO comments_words_text (comments_words_text, rank) VALUES ('merge', %s)"
    with writing(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.execute(insert, [pages])
        return bool(connection.connection.total_changes - before >= 2)


def _forget_some() -> int:
    forget = {"sqlite": _forget_on_sqlite, "postgresql": _forget_on_postgresql}
    with writing(), connection.cursor() as cursor:
        return forget[connection.vendor](cursor)


def _forget_on_sqlite(cursor) -> int:
    old = f"SELECT id FROM comments_words WHERE status IN ('spam', 'trash') LIMIT {CHUNK}"  # noqa: S608
    ids = ", ".join(str(pk) for (pk,) in cursor.execute(old).fetchall())
    insert = "INSERT INTO comments_words_text (comments_words_text, rowid, words)"
    rows = f"SELECT 'delete', c.id, <TEXT> FROM comments_comment c WHERE c.id IN ({ids})"  # noqa: S608
    cursor.execute(_sql(f"{insert} {rows}"))
    cursor.execute(f"DELETE FROM comments_words WHERE id IN ({ids})")  # noqa: S608
    return int(cursor.rowcount)


def _forget_on_postgresql(cursor) -> int:
    # Lock in the order of the triggers, and skip rows that are being decided.
    cursor.execute(
        f"""WITH old AS (
            SELECT id FROM comments_words WHERE status IN ('spam', 'trash')
            LIMIT {CHUNK} FOR UPDATE SKIP LOCKED
        ), gone AS (
            DELETE FROM comments_words WHERE id IN (SELECT id FROM old) RETURNING id)
        DELETE FROM comments_words_text WHERE id IN (SELECT id FROM gone)"""  # noqa: S608
    )
    return int(cursor.rowcount)
