"""What a page of the queue is told of what came since, and of what colleagues did meanwhile."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from comments.models import Comment
from comments.queue import new_arrivals
from tests.factories import make_comment, make_post, make_user, moderator, submit_comment
from tests.pages import html

pytestmark = pytest.mark.django_db

EARLIER = timedelta(minutes=10)


def ask(client, since=None, **fields):
    since = since or timezone.now() - timedelta(minutes=1)
    return client.get("/moderation/news/", {"since": since.isoformat(), **fields}).json()


def old_comment(**fields):
    return make_comment(submitted_at=timezone.now() - EARLIER, **fields)


def row(comment) -> str:
    return f"{comment.public_id}.{comment.version}"


@pytest.mark.parametrize(
    "asked",
    [
        {"q": "tramway"},
        {"q": "ana@example.net"},
        {"author": "Ana@Example.net"},
        {"reason": "links"},
        {"q": "10.9.8.7"},
        {"q": "10.9."},
        {"q": "tramway", "tab": "all"},
    ],
    ids=str,
)
def test_of_a_list_that_is_narrowed_only_what_belongs_to_it_is_new(mo, asked):
    make_comment(body="Something else.", author_email="bo@example.net")
    wanted = make_comment(
        body="The tramway stops here.",
        author_email="ana@example.net",
        held_because=[["links", "2"]],
        ip="10.9.8.1",
        network="10.9.8.0/24",
    )
    assert ask(mo, **asked)["ids"] == [wanted.public_id]
    assert ask(mo, q="nowhere")["ids"] == []


def test_only_what_came_since_is_counted(mo):
    old_comment()
    first, second = make_comment(), make_comment()
    said = ask(mo)
    assert (said["count"], said["ids"]) == (2, [second.public_id, first.public_id])
    assert ask(mo, timezone.now() + EARLIER)["count"] == 0


def test_each_tab_has_its_own_news(mo):
    made = {status: make_comment(status=status).public_id for status in Comment.Status.values}
    for status, pk in made.items():
        assert ask(mo, tab=status)["ids"] == [pk]
    assert ask(mo, tab="all")["ids"] == list(made.values())[::-1]
    assert ask(mo, tab="none-such")["ids"] == [made["pending"]]


def test_what_is_old_and_was_reported_or_called_spam_now_is_new_there(mo):
    now = timezone.now()
    reported = old_comment(status="approved", reported_at=now)
    late = old_comment(status="approved", screened="spam", screened_at=now)
    assert ask(mo, tab="reported")["ids"] == [reported.public_id]
    assert ask(mo, tab="second-look")["ids"] == [late.public_id]
    assert ask(mo, tab="approved")["ids"] == []


def test_the_answer_says_since_when_to_ask_next(mo):
    said = ask(mo)
    submit_comment(make_post())
    assert ask(mo, timezone.datetime.fromisoformat(said["since"]))["count"] == 1


def test_what_was_taken_in_a_moment_before_and_is_seen_only_now_counts(mo):
    make_comment(submitted_at=timezone.now() - timedelta(seconds=2))
    assert ask(mo, timezone.now())["count"] == 1


def test_very_many_are_counted_to_a_limit(mo, monkeypatch):
    monkeypatch.setattr(new_arrivals, "MOST_NEW", 2)
    post = make_post()
    for _n in range(4):
        make_comment(post)
    said = ask(mo)
    assert (said["count"], said["most"], len(said["ids"])) == (3, 2, 3)


def test_the_page_says_by_the_servers_clock_when_it_was_made(mo):
    before = timezone.now().replace(microsecond=0)
    page = html(mo.get("/moderation/"))
    (said,) = [part.partition('"')[0] for part in page.split('data-since="')[1:]]
    assert before <= timezone.datetime.fromisoformat(said) <= timezone.now()


def test_a_colleagues_decision_on_a_shown_comment_is_told(mo):
    stays, moved = old_comment(), old_comment()
    ana = make_user(Role.EDITOR, display_name="Ana Swift")
    rows = [row(stays), row(moved)]
    Comment.objects.get(pk=moved.pk).trash(by=ana)
    (said,) = ask(mo, row=rows)["changed"]
    at = moved.decisions.last().created_at.isoformat()
    told = said.pop("words")
    assert told.startswith(f"Ana Swift moved the comment by {moved.author_name} to trash at ")
    assert said == {
        "name": moved.author_name,
        "did": "trash",
        "id": moved.public_id,
        "status": "trash",
        "version": moved.decisions.last().new_version,
        "by": "Ana Swift",
        "at": at,
    }


def test_an_edit_by_its_author_is_told(mo):
    comment = make_comment()
    rows = [row(comment)]
    now = timezone.now()
    Comment.objects.filter(pk=comment.pk).update(version=2, edited_at=now, body="Other words.")
    (said,) = ask(mo, row=rows)["changed"]
    assert (said["status"], said["by"], said["version"]) == ("pending", "its author", 2)
    assert (said["edited"], said["at"]) == (True, now.isoformat())


def test_an_author_is_told_of_own_posts_only(client):
    post = make_post()
    client.force_login(post.author)
    mine, theirs = make_comment(post), make_comment()
    Comment.objects.filter(pk__in=[mine.pk, theirs.pk]).update(version=2)
    said = ask(client, row=[row(mine), row(theirs)])
    assert said["ids"] == [mine.public_id]
    assert [changed["id"] for changed in said["changed"]] == [mine.public_id]


BAD_TIMES = ["x", "\0", "2026-13-01T00:00:00", "9999-12-31T23:59:59-14:00", "9" * 5000]
BAD_TIMES += ["0001-01-01T00:00:00+14:00", "0001-01-01T00:00:00+00:00"]


@pytest.mark.parametrize("since", BAD_TIMES)
def test_no_time_is_not_understood(mo, since):
    response = mo.get("/moderation/news/", {"since": since})
    assert response.status_code == 422
    assert response.json() == {"error": "That was not understood."}


@pytest.mark.parametrize("rows", [["x"], ["1"], ["1.1"] * 201, ["٣.١"], ["9" * 30 + ".1"]])
def test_rows_that_are_none_or_too_many_are_not_understood(mo, rows):
    rows = [f"{n}.1" for n in range(201)] if len(rows) > 1 else rows
    assert mo.get("/moderation/news/", {"row": rows}).status_code == 422


def test_without_a_time_nothing_is_new(mo):
    old_comment()
    assert mo.get("/moderation/news/").json()["count"] == 0


def own_queries(client, **fields) -> int:
    """Of comments and decisions; who asks is known to other tables."""
    ask(client, **fields)
    with CaptureQueriesContext(connection) as queries:
        ask(client, **fields)
    own = [q["sql"] for q in queries if 'FROM "comments_' in q["sql"]]
    return len(own)


@pytest.mark.parametrize("tab", ["pending", "approved", "spam", "trash", "reported", "second-look"])
def test_it_asks_three_times_at_most_however_much_came(mo, tab):
    made = [make_comment() for _n in range(12)]
    Comment.objects.update(version=2)
    assert own_queries(mo, tab=tab, row=list(map(row, made))) <= 3
    assert own_queries(mo, tab=tab) == 1


@pytest.mark.parametrize("tab", ["pending", "spam"])
def test_it_reads_a_range_of_the_tabs_index(mo, tab):
    with CaptureQueriesContext(connection) as queries:
        new_arrivals.arrived(tab, moderator(), timezone.now())
    sql = queries[-1]["sql"]
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL enable_seqscan = off")
        explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
        cursor.execute(f"{explain} {sql}")
        plan = " ".join(str(line) for line in cursor.fetchall())
    assert "comment_queue" in plan and "TEMP B-TREE" not in plan
