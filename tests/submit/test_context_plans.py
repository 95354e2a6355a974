"""The door looks up only what an index serves, on SQLite and PostgreSQL: the plans are read."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Comment
from comments.submit import context
from tests.crowd import kept
from tests.factories import make_comment, make_post, send_comment

pytestmark = pytest.mark.django_db

ROWS = 3_000
TABLE = "comments_comment"


@pytest.fixture(scope="module")
def crowd(django_db_setup, django_db_blocker, tmp_path_factory):
    with kept(django_db_blocker, tmp_path_factory):
        yield make_crowd()


@pytest.fixture
def crowded(crowd, db):
    return crowd


def make_crowd():
    """A post below which so much is said that an index is cheaper than reading all."""
    post, now = make_post(), timezone.now()
    comments = [
        Comment(
            post=post,
            author_name=f"Reader {number}",
            author_email=f"Reader{number}@example.net",
            body=f"Number {number}.",
            status=Comment.Status.values[number % 4],
            digest=f"{number:064}",
            text_digest=Comment.text_digest_of(f"{number}"),
            submitted_at=now - timedelta(minutes=number),
            status_at=now,
            network=f"10.{number // 250}.{number % 250}.0/24",
        )
        for number in range(ROWS)
    ]
    Comment.objects.bulk_create(comments)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return post


def plan(sql: str, params=()) -> list[str]:
    """What is done with the table of comments, one line for each time that it is read."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
            return [row[3] for row in cursor.fetchall() if TABLE in row[3] or "U0" in row[3]]
        cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", params)
        (found,) = cursor.fetchone()
    found = json.loads(found) if isinstance(found, str) else found
    return [line for node in nodes(found[0]["Plan"]) if (line := line_of(node))]


def nodes(node: dict):
    yield node
    for inner in node.get("Plans", []):
        yield from nodes(inner)


def line_of(node: dict) -> str:
    """As SQLite says it: SEARCH by a condition on an index, SCAN for all else."""
    if node.get("Relation Name") != TABLE and not node.get("Index Name", "").startswith("comment"):
        return ""
    is_search = "Index Cond" in node or node["Node Type"] == "Bitmap Heap Scan"
    return f"{'SEARCH' if is_search else 'SCAN'} {node.get('Index Name', TABLE)}"


def is_served(line: str) -> bool:
    return line.startswith("SEARCH")


BETWEEN = (timezone.now() - timedelta(seconds=15), timezone.now() + timedelta(seconds=15))
LOOK_UPS = {
    "parent": (lambda post: context.comments_with_id(post, "7"), "public_id"),
    "duplicate": (
        lambda post: context.duplicates(
            post, None, {"name": "Ana", "email": "ana@example.net", "body": "Nobody got in."}
        ),
        "comment_digest",
    ),
    "sender by e-mail": (
        lambda post: context.last_by_email("READER7@example.net", *BETWEEN)[:1],
        "comment_email",
    ),
    "sender by cookie": (lambda post: context.last_by_cookie([3, 5, 7], *BETWEEN)[:1], "public_id"),
    "network": (
        lambda post: context.nth_in_network("10.3.7.1", timezone.now())[:1],
        "comment_network",
    ),
    "unknown network": (
        lambda post: context.nth_in_network(None, timezone.now())[:1],
        "comment_network",
    ),
}


def test_each_look_up_is_served_by_its_index(crowded):
    plans = {
        name: plan(*make(crowded).query.sql_with_params()) for name, (make, _i) in LOOK_UPS.items()
    }
    assert {name: lines for name, lines in plans.items() if not all(map(is_served, lines))} == {}
    used = {
        name: any(index in line for line in lines)
        for (name, lines), (_make, index) in zip(plans.items(), LOOK_UPS.values(), strict=True)
    }
    assert used == dict.fromkeys(LOOK_UPS, True), plans


def test_a_look_up_that_no_index_serves_is_told_apart(crowded):
    by_case = Comment.objects.filter(author_email__iexact="reader7@example.net")
    lines = plan(*by_case.query.sql_with_params())
    assert lines and not any(map(is_served, lines)), lines


def test_the_same_address_in_another_case_is_found(crowded):
    ever = (timezone.now() - timedelta(days=30), timezone.now())
    assert context.last_by_email("rEADER7@EXAMPLE.net", *ever).count() == 1
    assert context.last_by_email("reader7@example.ne", *ever).count() == 0


def test_nothing_that_a_post_reads_of_the_comments_is_without_an_index(crowded):
    client, post = Client(), make_post()
    send_comment(client, post, email="first@example.net")
    Comment.objects.update(submitted_at=timezone.now() - timedelta(hours=1))
    parent = make_comment(post, status="approved", submitted_at=timezone.now() - timedelta(days=1))
    with CaptureQueriesContext(connection) as captured:
        assert send_comment(client, post, parent=str(parent.public_id)).status_code == 303
    reads = [
        query["sql"]
        for query in captured
        if query["sql"].startswith("SELECT") and f'FROM "{TABLE}"' in query["sql"]
    ]
    assert len(reads) >= len(LOOK_UPS)
    without = {sql: lines for sql in reads if not all(map(is_served, lines := plan(sql)))}
    assert without == {}
