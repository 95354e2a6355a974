"""Sent again: a batch with its sender's name is done once, and says again what it did."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID, uuid4

import pytest
from django.db import connection

from blog.models import Role
from comments.models import Batch, Comment, Decision, verbs
from comments.models.batch import OtherBatch
from comments.models.verbs import CHUNK
from comments.privacy import purge
from tests.factories import make_comment, make_post, make_user, moderator

COPIED = [f.attname for f in Comment._meta.fields if f.name not in ("id", "public_id")]

pytestmark = pytest.mark.django_db

AS_JSON = {"Accept": "application/json"}


def send(client, verb, batch, *rows):
    fields = {"verb": verb, "row": rows, "batch": str(batch)}
    return client.post("/moderation/decide/", fields, headers=AS_JSON)


def take_back(client, batch, undo):
    fields = {"batch": str(batch), "undo": str(undo)}
    return client.post("/moderation/undo/", fields, headers=AS_JSON)


def row(comment) -> str:
    return f"{comment.public_id}.{comment.version}"


def decided(comment) -> list[tuple]:
    """After its creation."""
    rows = comment.decisions.order_by("pk")[1:]
    return [(decision.new_status, decision.batch) for decision in rows]


@pytest.mark.parametrize(
    ("verb", "start", "end"),
    [
        ("approve", "pending", "approved"),
        ("spam", "pending", "spam"),
        ("trash", "pending", "trash"),
        ("hold", "approved", "pending"),
        ("restore", "spam", "pending"),
    ],
)
def test_sent_twice_it_is_done_once_and_answered_alike(mo, verb, start, end):
    comment, batch = make_comment(status=start), uuid4()
    before = len(decided(comment))
    first = send(mo, verb, batch, row(comment))
    again = send(mo, verb, batch, row(comment))
    assert (first.status_code, again.status_code) == (200, 200)
    assert first.json() == again.json()
    assert first.json()["batch"] == str(batch)
    version = Comment.objects.get(pk=comment.pk).version
    done = {"id": comment.public_id, "status": end, "was": comment.version, "version": version}
    assert first.json()["done"] == [done]
    assert decided(comment)[before:] == [(end, batch)]


def test_what_was_lost_is_lost_again_and_what_was_won_stays_won(mo):
    won, lost, batch = make_comment(), make_comment(), uuid4()
    rows = row(won), row(lost)
    Comment.objects.get(pk=lost.pk).trash(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    first, again = (send(mo, "approve", batch, *rows).json() for _time in range(2))
    assert first == again
    assert [done["id"] for done in again["done"]] == [won.public_id]
    assert [(gone["id"], gone["by"]) for gone in again["lost"]] == [(lost.public_id, "Ana Swift")]


def test_a_batch_that_was_cut_off_is_completed(mo):
    """The server died after the first of its transactions."""
    first, second, batch = make_comment(), make_comment(), uuid4()
    Comment.decide({first.public_id: 1}, "spam", by=moderator(), batch=batch)
    said = send(mo, "spam", batch, row(first), row(second)).json()
    assert {done["id"] for done in said["done"]} == {first.public_id, second.public_id}
    assert decided(first) == decided(second) == [("spam", batch)]


def test_more_than_one_transaction_sent_twice(mo):
    post, batch = make_post(), uuid4()
    made = [make_comment(post) for _n in range(2)]
    Comment.objects.bulk_create(
        Comment(**{name: getattr(made[0], name) for name in COPIED}) for _n in range(CHUNK)
    )
    rows = dict(Comment.objects.values_list("public_id", "version"))
    first, again = (
        Comment.decide(rows, "trash", by=moderator(), batch=batch) for _time in range(2)
    )
    assert (len(first.done), len(again.done)) == (CHUNK + 2, CHUNK + 2)
    assert (first.lost, again.lost) == ([], [])
    assert Decision.objects.filter(batch=batch).count() == CHUNK + 2


def test_decided_since_it_is_told_as_done_with_a_version_that_is_past(mo):
    comment, batch = make_comment(), uuid4()
    send(mo, "approve", batch, row(comment))
    Comment.objects.get(pk=comment.pk).trash(by=make_user(Role.EDITOR))
    (done,) = send(mo, "approve", batch, row(comment)).json()["done"]
    assert (done["status"], done["was"]) == ("approved", comment.version)
    assert done["version"] not in (comment.version, Comment.objects.get(pk=comment.pk).version)
    late = send(mo, "spam", uuid4(), f"{comment.public_id}.{done['version']}")
    assert late.status_code == 409
    assert Comment.objects.get(pk=comment.pk).status == "trash"


def test_an_undo_sent_twice_takes_back_once(mo):
    comment, batch, undo = make_comment(), uuid4(), uuid4()
    send(mo, "spam", batch, row(comment))
    first, again = (take_back(mo, batch, undo) for _time in range(2))
    assert first.status_code == again.status_code == 200
    assert first.json() == again.json()
    (done,) = first.json()["done"]
    assert (done["id"], done["status"]) == (comment.public_id, "pending")
    assert done["version"] == Comment.objects.get(pk=comment.pk).version
    assert decided(comment) == [("spam", batch), ("pending", undo)]


def test_after_its_undo_a_batch_that_comes_again_changes_nothing(mo):
    comment, batch = make_comment(), uuid4()
    send(mo, "approve", batch, row(comment))
    take_back(mo, batch, uuid4())
    send(mo, "approve", batch, row(comment))
    assert Comment.objects.get(pk=comment.pk).status == "pending"
    assert len(decided(comment)) == 2


def test_an_undo_of_what_never_arrived_changes_nothing(mo):
    comment = make_comment()
    response = take_back(mo, uuid4(), uuid4())
    assert response.status_code == 409
    assert response.json()["done"] == response.json()["lost"] == []
    assert decided(comment) == []


def refused(response) -> str:
    assert response.status_code == 422
    return response.json()["error"]


OTHER = "This was sent under the name of another batch. Nothing was changed."


def test_the_name_of_a_colleagues_batch_is_refused(mo):
    theirs, mine, batch = make_comment(), make_comment(), uuid4()
    Comment.decide({theirs.public_id: 1}, "trash", by=make_user(Role.EDITOR), batch=batch)
    assert refused(send(mo, "trash", batch, row(mine))) == OTHER
    assert refused(send(mo, "trash", batch, row(theirs))) == OTHER
    assert refused(take_back(mo, uuid4(), batch)) == OTHER
    assert decided(mine) == []


def test_the_name_of_another_verbs_batch_is_refused(mo):
    comment, other, batch, undo = make_comment(), make_comment(), uuid4(), uuid4()
    send(mo, "spam", batch, row(comment))
    assert refused(send(mo, "approve", batch, row(other))) == OTHER
    assert refused(take_back(mo, batch, batch)) == OTHER
    take_back(mo, batch, undo)
    assert refused(send(mo, "spam", undo, row(other))) == OTHER
    assert refused(send(mo, "restore", undo, row(other))) == OTHER
    assert decided(other) == []


@pytest.mark.parametrize("name", ["", "x", "\0", "1" * 31, "1" * 5_000])
def test_no_name_of_a_batch_is_refused(mo, name):
    comment = make_comment()
    assert refused(send(mo, "spam", name, row(comment))) == OTHER
    assert refused(take_back(mo, uuid4(), name)) == OTHER
    assert decided(comment) == []


def test_a_form_names_no_batch_and_gets_one(mo):
    comment = make_comment()
    mo.post("/moderation/decide/", {"verb": "spam", "row": row(comment)})
    ((_status, batch),) = decided(comment)
    assert isinstance(batch, UUID)


def test_a_keep_sent_twice_is_a_keep_both_times(mo):
    comment, batch = make_comment(status="approved", screened="spam"), uuid4()
    seen = {comment.public_id: comment.version}
    first, again = (
        Comment.decide(seen, "approve", by=moderator(), batch=batch) for _time in range(2)
    )
    assert (first.kept, again.kept) == (1, 1)
    assert first.done == again.done
    assert comment.decisions.filter(reason="keep").count() == 1


def test_at_the_shell_too_another_batch_is_refused():
    comment, batch = make_comment(), uuid4()
    Comment.decide({comment.public_id: 1}, "spam", by=moderator(), batch=batch)
    with pytest.raises(OtherBatch):
        Comment.decide({comment.public_id: None}, "approve", by=moderator(), batch=batch)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
@pytest.mark.skipif(connection.vendor == "sqlite", reason="SQLite has one writer at a time")
def test_a_batch_under_way_outlives_the_comments_of_its_first_chunk(monkeypatch):
    """They are deleted for ever while the Decisions of the second chunk are not committed yet."""
    comments = make_comment(), make_comment()
    monkeypatch.setattr(verbs, "CHUNK", 1)
    move_all, moved = verbs._move_all, []

    def move_and_delete(rows, moves, version):
        move_all(rows, moves, version)
        moved.extend(move.comment.pk for move in moves)
        if len(moved) == 2:
            with ThreadPoolExecutor() as other:
                other.submit(delete_elsewhere, moved[0]).result(5)

    monkeypatch.setattr(verbs, "_move_all", move_and_delete)
    by = moderator()
    rows = {comment.public_id: None for comment in comments}
    outcome = Comment.decide(rows, "trash", by=by)
    assert Batch.objects.get(pk=outcome.batch).verb == "trash"
    assert Decision.objects.filter(batch=outcome.batch).count() == 1


def delete_elsewhere(pk: int) -> None:
    try:
        purge.delete([pk])
    finally:
        connection.close()
