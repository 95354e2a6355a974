"""What keeps the queue quick, however much lies there: plans, queries and bytes."""

import gzip

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment
from comments.queue import page as queue
from tests.factories import make_comment, make_post, moderator

pytestmark = pytest.mark.django_db

BODY = "It came from the other side, and nobody who had waited for it got in. " * 4


def test_a_full_page_is_within_25_kilobytes_and_12_queries(client):
    client.force_login(moderator())
    parent = make_comment(status="approved", body=BODY)
    for number in range(queue.PER_PAGE + 1):
        body = f"{BODY} https://bridge{number}.example/{number}/\n\nAnd again, {number}."
        make_comment(parent=parent, body=body, held_because=[["links", "1"]])
    client.get("/moderation/")
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/moderation/")
    assert page.content.count(b"<article") == queue.PER_PAGE
    assert len(gzip.compress(page.content, 6)) <= 25_000
    assert len(queries) <= 12


def test_a_decision_writes_as_often_for_many_as_for_one():
    post = make_post()

    def queries(count: int) -> int:
        rows = {make_comment(post).public_id: 1 for _n in range(count)}
        with CaptureQueriesContext(connection) as captured:
            outcome = Comment.decide(rows, "approve", by=moderator())
        assert len(outcome.done) == count
        return len(captured)

    queries(1)
    assert queries(1) == queries(60)
