"""What is alike is found by an index, on SQLite and PostgreSQL: the plans are read."""

import re
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Batch, Comment, Decision
from comments.moderation import my_decisions
from comments.privacy import empty
from comments.queue import selection
from tests.factories import moderator
from tests.submit import test_context_plans
from tests.submit.test_context_plans import is_served, plan

pytestmark = pytest.mark.django_db

crowd, few = test_context_plans.crowd, test_context_plans.crowded


@pytest.fixture
def crowded(few):
    """So few that PostgreSQL would rather read all, where it may."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
    return few


CRITERIA = {
    "author": ({"author": "READER7@example.net"}, "comment_email"),
    "network": ({"network": "10.3.7.0/24"}, "comment_network"),
    "text": ({"text": Comment.text_digest_of("7")}, "comment_text"),
    "link": ({"link": "spam.example"}, "comment_queue"),
    "reason": ({"reason": "links"}, "comment_queue"),
    "not checked": ({"reason": "not-checked"}, "comment_queue"),
    "link of an author": (
        {"link": "spam.example", "author": "READER7@example.net"},
        "comment_email",
    ),
    # What the queue shows, as its page is narrowed.
    "all": ({"all": "1"}, "comment_queue"),
    "network searched for": ({"q": "10.3.7.1"}, "comment_network"),
    "part of an e-mail": ({"q": "@example"}, "comment_queue"),
    "no word": ({"q": "🔔"}, "comment_queue"),
    "post": ({"post": "POST"}, "comment_"),  # all are below one
}


def plans_of(act) -> dict[str, list[str]]:
    """Of each statement that reads comments."""
    with CaptureQueriesContext(connection) as captured:
        act()
    # On PostgreSQL some are read by a cursor: DECLARE … FOR SELECT.
    sqls = [q["sql"][max(q["sql"].find("SELECT"), 0) :] for q in captured]
    reads = [sql for sql in sqls if "comments_comment" in sql]
    return {sql: plan(sql.replace("%", "%%")) for sql in reads if sql.startswith("SELECT")}


@pytest.mark.parametrize("name", CRITERIA)
def test_each_criterion_is_served_by_its_index(crowded, monkeypatch, name):
    said, index = CRITERIA[name]
    # So that the newest are a part of the tab, as they are of a million.
    monkeypatch.setattr(selection, "READ", 50)
    said = {key: value.replace("POST", str(crowded.pk)) for key, value in said.items()}
    criteria, user = selection.Criteria("spam", timezone.now(), **said), moderator()
    user.has_perm("comments.decide_comment")
    plans = plans_of(lambda: selection.find(criteria, user))
    assert {sql: lines for sql, lines in plans.items() if not all(map(is_served, lines))} == {}
    assert plans and all(any(index in line for line in lines) for lines in plans.values()), plans


def test_what_is_emptied_is_found_by_the_index_of_the_queue(crowded):
    plans = plans_of(lambda: empty.count("trash", timezone.now()))
    assert plans and all(any("comment_queue" in line for line in p) for p in plans.values()), plans


@pytest.fixture
def busy(crowded):
    """Thousands of Decisions, of which each twentieth is one's own."""
    mine, theirs = moderator(), crowded.author
    Decision.objects.bulk_create(
        Decision(
            comment_id=pk,
            by=theirs if pk % 20 else mine,
            by_a_person=True,
            old_status="pending",
            new_status="spam",
            batch=UUID(int=pk // 100 * 2 + bool(pk % 20) + 1),
            created_at=timezone.now(),
        )
        for pk in Comment.objects.order_by("pk").values_list("pk", flat=True)
    )
    firsts = Decision.objects.filter(batch__isnull=False).order_by("batch", "pk")
    batches = {decision.batch: decision for decision in firsts}
    Batch.objects.bulk_create(
        Batch(pk=pk, by_id=decision.by_id, by_moderator=True, verb="spam", at=decision.created_at)
        for pk, decision in batches.items()
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return mine


@pytest.mark.parametrize(
    ("everyone", "index"), [(False, "batch_by"), (True, "batch_by_moderators")]
)
def test_what_i_did_reads_no_table_from_end_to_end(busy, everyone, index):
    busy.has_perm("comments.decide_comment")
    with CaptureQueriesContext(connection) as captured:
        rows, following = my_decisions.read_page(busy, everyone=everyone)
        my_decisions.read_page(busy, following, everyone=everyone)
    assert len(rows) == my_decisions.PER_PAGE and following
    assert len({row.batch.by_id for row in rows}) == (2 if everyone else 1)
    walks = [line for query in captured for line in of_decisions(query["sql"])]
    assert walks and not any(is_whole_table(line, index) for line in walks), walks
    by_index = [line for line in walks if re.search(rf"\b{index}\b", line)]
    assert len(by_index) == 2, walks


def is_whole_table(line: str, index: str) -> bool:
    # SQLite says SCAN of an index, too, that it walks in the order of the page.
    return line.startswith("SCAN") and not line.endswith(f"USING INDEX {index}")


def of_decisions(sql: str) -> list[str]:
    """As plan() reads it, but of the tables of Decisions and batches."""
    prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{prefix} {sql}")
        lines = [str(row[-1]) for row in cursor.fetchall()]
    if connection.vendor == "sqlite":
        return [line for line in lines if "decision" in line or "comments_batch" in line]
    return [
        f"{'SCAN' if 'Seq Scan' in line else 'SEARCH'} {line.strip()}"
        for line in lines
        # A bitmap names the table and, a line below, the index.
        if "->" in line and any(name in line for name in ("decision", "comments_batch", "batch_by"))
    ]
