"""What the queue reads by tab, search and filter is served by an index on SQLite and PostgreSQL."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Policy, comment_words
from comments.privacy import purge
from comments.queue import author_head, author_history, counts, hit_counts, hits, spam_figures
from comments.queue import page as queue
from comments.queue.filters import Filters
from comments.queue.paging import Cursor
from tests.crowd import kept
from tests.factories import make_post, make_user, moderator
from tests.submit.test_context_plans import TABLE, is_served, plan

pytestmark = pytest.mark.django_db

ROWS = 4_000
NOW = timezone.now()


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory):
        yield make_crowd()


@pytest.fixture
def crowded(crowd, db):
    return crowd


def make_crowd():
    author, now = make_user(Role.AUTHOR), NOW
    posts = [make_post(author=author) for _n in range(15)]
    comments = [
        Comment(
            post=posts[number % 15],
            author_name=f"Reader {number}",
            author_email=f"Reader{number % 900}@example.net",
            body=f"Number {number}.",
            status=Comment.Status.values[number % 4],
            digest=f"{number:064}",
            text_digest=Comment.text_digest_of(f"{number}"),
            submitted_at=now - timedelta(minutes=number),
            status_at=now - timedelta(days=1),
            screened="spam" if number % 97 == 1 else "ham",
            screened_at=now,
            reported_at=now if number % 89 == 1 else None,
            network=f"10.{number % 7}.{number % 200}.0/24",
        )
        for number in range(ROWS)
    ]
    Comment.objects.bulk_create(comments)
    comment_words.write(Comment.objects.all())
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
            # So few rows are cheap to read without an index: here it only has to be there.
            cursor.execute("SET LOCAL enable_seqscan = off")
    return posts[7]


def reads(tab: str, sort="oldest", after=None, **given) -> list[str]:
    """The statements of one page."""
    user = moderator()
    user.has_perm("comments.decide_comment")
    with CaptureQueriesContext(connection) as queries:
        queue.read_page(tab, user, sort, after, Filters.parse(given))
    found = [query["sql"] for query in queries if f'"{TABLE}"' in query["sql"]]
    return [sql.replace("%", "%%") for sql in found]


def plans(tab: str, *args, **given) -> list[str]:
    return [line for sql in reads(tab, *args, **given) for line in plan(sql)]


AFTER = Cursor(NOW - timedelta(minutes=300), 200)
# Each of these holds the tab's rows alone, in their order: it is read from where the page begins.
TABS = dict.fromkeys(Comment.Status.values, ["comment_queue"]) | {
    "reported": ["comment_reported"],
    "second-look": ["comment_late_spam"],
    # In the order of the table itself.
    "all": ["PRIMARY KEY", f"SCAN {TABLE}", "comments_comment_pkey"],
}


@pytest.mark.parametrize("after", [None, AFTER], ids=["first", "further"])
@pytest.mark.parametrize("sort", ["oldest", "newest"])
@pytest.mark.parametrize("tab", TABS)
def test_a_page_of_a_tab_is_entered_at_its_place(crowded, tab, sort, after):
    lines = plans(tab, sort, after)
    if after:
        assert is_served(lines[0]) and "public_id" in lines[0], lines  # the comment of the cursor
        # It is gone: among all, the nearest is looked for in each status.
        lines = lines[5:] if tab == "all" else lines[1:]
    # PostgreSQL names a table first where it gathers its rows before it reads them.
    assert any(index in line for line in lines[:2] for index in TABS[tab]), lines
    assert not after or is_served(lines[0]), lines
    if after and connection.vendor == "sqlite":
        column = "rowid" if tab == "all" else queue.CAME_AT.get(tab, "submitted_at")
        assert f"{column}{'<' if sort == 'newest' else '>'}?" in lines[0], lines


@pytest.mark.parametrize("sort", ["oldest", "newest"])
@pytest.mark.parametrize("tab", TABS)
def test_no_page_of_a_tab_is_sorted(crowded, tab, sort):
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:  # which would rather sort so few
            cursor.execute("SET LOCAL enable_sort = off")
    (sql, *_reports) = reads(tab, sort)
    assert not is_sorted(sql)


SERVED = {
    "author": ({"author": "READER7@example.net"}, "comment_email"),
    "network": ({"q": "10.3.7.1"}, "comment_network"),
    "post": ({}, "comment_of_post"),
}


@pytest.mark.parametrize("name", SERVED)
@pytest.mark.parametrize("tab", Comment.Status.values)
def test_each_search_and_filter_has_its_index(crowded, tab, name):
    given, index = SERVED[name]
    if name == "post":
        given = {"post": str(crowded.pk)}
    for sort in ("oldest", "newest"):
        (sql,) = reads(tab, sort, **given)
        lines = plan(sql)
        if connection.vendor == "sqlite":
            assert is_served(lines[0]) and index in lines[0], lines
            assert not is_sorted(sql)
        else:  # which sorts where there are hardly any, or reads all that are approved
            names = (index, "comment_queue")
            assert any(name in line for line in lines[:2] for name in names), lines


BOUNDED = [
    {"reason": "trap"},
    {"reason": "not-checked"},
    {"q": "@example"},
    {"q": "🔔"},
    {"author": "reader7@example.net", "reason": "links"},
]


@pytest.mark.parametrize("given", BOUNDED, ids=str)
@pytest.mark.parametrize("tab", TABS)
def test_what_no_index_serves_is_bounded_on_both_sides(crowded, monkeypatch, tab, given):
    monkeypatch.setattr(queue, "LOOKED_AT", 2)
    place, page, *_reports = reads(tab, **given)
    for sql in (place, page):
        lines = plan(sql)
        assert is_served(lines[0]) or any(index in lines[0] for index in TABS[tab]), lines
    time = "id" if tab == "all" else queue.CAME_AT.get(tab, "submitted_at")
    is_part = queue.read_page(tab, moderator(), "oldest", None, Filters.parse(given)).looked_at
    assert (f'"{TABLE}"."{time}" <= ' in page) == bool(is_part)


def statements(act) -> list[str]:
    with CaptureQueriesContext(connection) as queries:
        act()
    return [query["sql"] for query in queries]


@pytest.mark.parametrize("q", ["reader 77 number", "reader7@example.net", '"number 77"'])
def test_words_are_read_from_their_index(crowded, q):
    filters = Filters(q=q)
    (sql,) = statements(lambda: hits.find(filters))
    whole = explained(sql)
    if connection.vendor == "sqlite":
        assert "VIRTUAL TABLE INDEX" in whole and "TEMP B-TREE" not in whole
    else:
        assert "comments_words_gin" in whole  # of the words
        assert "comments_words_pkey" in whole  # of the latest comments


@pytest.mark.parametrize("tab", TABS)
def test_hits_are_looked_up_by_their_keys(crowded, tab):
    page = [sql for sql in reads(tab, q="reader 77") if '"author_name"' in sql]
    lines = plan(page[0])
    served_by = ("PRIMARY KEY", "comments_comment_pkey", *TABS[tab], "comment_queue")
    assert any(name in line for line in lines for name in served_by), lines


@pytest.mark.parametrize("tab", TABS)
def test_the_tab_of_a_common_word_is_walked_by_its_index(crowded, monkeypatch, tab):
    monkeypatch.setattr(hits, "MOST", 5)
    monkeypatch.setattr(queue, "WALKED", 50)
    walk, *_page = reads(tab, q="number")
    lines = plan(walk)
    assert any(index in line for line in lines[:2] for index in TABS[tab]), lines
    found = queue.read_page(tab, moderator(), "oldest", None, Filters(q="number"))
    assert len(found.comments) == min(queue.PER_PAGE, queue.of_tab(tab).count())


def test_a_range_of_networks_is_read_from_its_index(crowded):
    (sql,) = statements(lambda: hits.find(Filters(q="10.3.")))
    assert "comment_network" in explained(sql)


@pytest.mark.parametrize("given", [{"post": "POST"}, {"author": "reader7@example.net"}], ids=str)
def test_what_an_index_finds_is_counted_by_it(crowded, given):
    given = {name: value.replace("POST", str(crowded.pk)) for name, value in given.items()}
    user = moderator()
    user.has_perm("comments.decide_comment")
    filters = Filters.parse(given)
    first, _counts = statements(lambda: hit_counts.texts(filters, user, None, {}))
    assert "comment_of_post" in explained(first) or "comment_email" in explained(first)


def test_the_records_of_a_page_are_read_from_indexes_alone(crowded):
    comments = Comment.objects.filter(status="spam")[:50]
    with CaptureQueriesContext(connection) as queries:
        author_history.author_histories(list(comments))
    (sql,) = [q["sql"] for q in queries if "WITH email(key)" in q["sql"]]
    lines = [line for line in explained(sql).splitlines() if "comment_" in line]
    kinds = {"comment_email", "comment_network"}
    assert {kind for kind in kinds if any(kind in line for line in lines)} == kinds
    if connection.vendor == "sqlite":
        assert all("COVERING INDEX" in line for line in lines), lines
    else:
        # Only a vacuum tells it that a row need not be looked at, and none runs in a test.
        assert all("Index Only Scan" in line or "Index Scan" in line for line in lines), lines


def test_the_head_of_one_person_is_read_by_the_index_of_addresses(crowded):
    user = moderator()
    user.has_perm("comments.decide_comment")
    with CaptureQueriesContext(connection) as queries:
        author_head.read("reader8@EXAMPLE.net", user, Policy())
    (sql,) = [q["sql"] for q in queries if f'"{TABLE}"' in q["sql"]]
    lines = plan(sql.replace("%", "%%"))
    by_index = [line for line in lines if "comment_email" in line]
    assert len(by_index) == len(Comment.Status.values) * 2 and all(map(is_served, lines)), lines
    assert "TEMP B-TREE" not in explained(sql)


def test_what_people_said_is_read_from_its_index(crowded):
    with CaptureQueriesContext(connection) as queries:
        spam_figures.count(NOW - timedelta(days=30))
    (sql,) = [q["sql"] for q in queries if '"by_a_person"' in q["sql"]]
    assert "decision_by_people" in explained(sql)
    (sql,) = [q["sql"] for q in queries if sql_of_count(q["sql"])]
    assert "comment_same_spam" in explained(sql)


def test_what_the_sweep_deletes_is_read_from_the_index_of_its_tab(crowded):
    for rows in purge._old(NOW):
        (line,) = plan(*rows.values("pk").query.sql_with_params())
        assert is_served(line) and "comment_queue" in line
        assert connection.vendor != "sqlite" or "status=? AND submitted_at<?" in line


def sql_of_count(sql: str) -> bool:
    return "COUNT" in sql and f'FROM "{TABLE}"' in sql


def explained(sql: str) -> str:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            return "\n".join(row[3] for row in cursor.fetchall())
        cursor.execute(f"EXPLAIN {sql}")
        return "\n".join(line for (line,) in cursor.fetchall())


def is_sorted(sql: str) -> bool:
    whole = explained(sql)
    return "TEMP B-TREE FOR ORDER BY" in whole or "Sort Key" in whole


def test_the_tabs_are_counted_by_their_indexes(crowded):
    user = moderator()
    with CaptureQueriesContext(connection) as queries:
        counts.counts(user)
    (sql,) = [query["sql"] for query in queries if f'FROM "{TABLE}"' in query["sql"]]
    lines = [line for line in plan(sql.replace("%", "%%")) if line != f"SEARCH {TABLE}"]
    served_by = ("comment_", "post_visible", "PRIMARY KEY")
    assert lines and all(any(name in line for name in served_by) for line in lines), lines


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite leaves no dead rows")
def test_dead_rows_are_cleared_away_before_a_count_steps_over_many():
    with connection.cursor() as cursor:
        cursor.execute("SELECT reloptions FROM pg_class WHERE relname = %s", [TABLE])
        assert "autovacuum_vacuum_scale_factor=0.02" in cursor.fetchone()[0]
