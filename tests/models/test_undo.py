"""Taken back without a time limit: one or all, what was left and what cannot be taken back."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Decision, Mail
from comments.moderation.revise import revise
from comments.submit import cookies
from tests.factories import make_comment, make_user, moderator
from tests.mailbox import queue
from tests.pages import html, words

pytestmark = pytest.mark.django_db


def batch_of(count=3, verb="trash"):
    made = [make_comment() for _n in range(count)]
    rows = {comment.public_id: comment.version for comment in made}
    return made, Comment.decide(rows, verb, by=moderator()).batch


def undo(client, batch, **fields):
    client.post("/moderation/undo/", {"batch": str(batch), **fields})
    return words(client.get("/moderation/"))


def statuses(comments) -> list[str]:
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def test_a_year_later_it_is_taken_back_from_the_history(mo):
    (comment, *others), batch = batch_of()
    year = timezone.now() - timedelta(days=365)
    Decision.objects.update(created_at=year)
    page = html(mo.get(f"/moderation/{comment.public_id}/history/"))
    assert f'name="batch" value="{batch}"' in page
    assert f'name="only" value="{comment.public_id}"' in page
    assert "Undo: back to Pending<" in page and "Undo: back to Pending (all 3)<" in page
    undo(mo, batch, only=comment.public_id)
    assert statuses([comment, *others]) == ["pending", "trash", "trash"]
    assert "2 comments put back." in undo(mo, batch)


def test_what_a_colleague_decided_since_is_left_and_named(mo):
    made, batch = batch_of()
    Comment.objects.get(pk=made[0].pk).approve(by=make_user(Role.EDITOR, display_name="Edith"))
    said = undo(mo, batch)
    assert "2 comments put back." in said
    assert f"Edith approved the comment by {made[0].author_name} at " in said
    assert statuses(made) == ["approved", "pending", "pending"]


def test_the_mails_that_were_sent_since_are_counted(mo):
    made, batch = batch_of(verb="approve")
    now = timezone.now()
    for number, sent in enumerate([now, now, None, now - timedelta(days=1)]):
        comment = made[number % 3]
        to = f"ed{number}@example.org"
        mail = queue("live", to, key=f"live:{number}", comment=comment)
        Mail.objects.filter(pk=mail.pk).update(sent_at=sent)
    assert "3 comments put back. 2 mails were sent." in undo(mo, batch)


def test_the_script_is_told_what_cannot_be_taken_back(mo):
    (comment, *_others), batch = batch_of(verb="spam")
    now = timezone.now()
    mail = queue("letter", "ana@example.net", key="letter:1", comment=comment)
    Mail.objects.filter(pk=mail.pk).update(sent_at=now)
    Decision.objects.filter(batch=batch).update(feedback_claimed_at=now, feedback_sent_at=now)
    json = {"headers": {"Accept": "application/json"}}
    first = mo.post("/moderation/undo/", {"batch": str(batch)}, **json).json()
    assert first["notes"] == ["1 mail was sent.", "Akismet was told."]
    again = mo.post("/moderation/undo/", {"batch": first["batch"]}, **json).json()
    assert again["notes"] == []
    decided = mo.post(
        "/moderation/decide/", {"verb": "trash", "row": f"{comment.public_id}.4"}, **json
    )
    assert decided.json().keys() == {"batch", "done", "lost", "way_back"}


def test_that_akismet_was_told_is_said(mo):
    _made, batch = batch_of(verb="spam")
    now = timezone.now()
    Decision.objects.filter(batch=batch).update(feedback_claimed_at=now, feedback_sent_at=now)
    assert "3 comments put back. Akismet was told." in undo(mo, batch)


def test_what_left_nothing_behind_says_no_more(mo):
    _made, batch = batch_of()
    assert "3 comments put back. " in undo(mo, batch)
    assert "was told" not in words(mo.get("/moderation/"))


def test_a_creation_is_no_decision_to_take_back(mo):
    page = html(mo.get(f"/moderation/{make_comment().public_id}/history/"))
    assert 'action="/moderation/undo/"' not in page


@pytest.mark.parametrize("only", ["", "x", "-1", "9" * 30])
def test_garbage_beside_the_batch_takes_back_nothing(mo, only):
    made, batch = batch_of()
    response = mo.post("/moderation/undo/", {"batch": str(batch), "only": only})
    assert response.status_code == 422
    assert set(statuses(made)) == {"trash"}


# Words that nobody has read


def edited_by_its_author(comment) -> None:
    said = {"edit": "1", "body": "Words that nobody has read."}
    response = Client().post(
        f"/comments/{cookies.sign(comment)}/", said, headers={"Sec-Fetch-Site": "same-origin"}
    )
    assert response.status_code == 303


def edited_by(person, comment) -> None:
    row = Comment.objects.get(pk=comment.pk)
    said = {"body": "Other words.", "author_name": row.author_name, "author_url": ""}
    assert revise(row, said, by=person, seen=row.version)


def refusal(client, batch, **fields) -> str:
    response = client.post("/moderation/undo/", {"batch": str(batch), **fields})
    assert response.status_code == 409
    return words(response)


def taken_down():
    """The comment, and the batch of its Unapprove."""
    comment = make_comment()
    comment.approve(by=moderator())
    return comment, comment.hold(by=moderator()).batch


def approved_and_undone():
    """The comment, and the batch of the undo."""
    comment = make_comment()
    return comment, Comment.undo(comment.approve(by=moderator()).batch, by=moderator()).batch


WAYS = pytest.mark.parametrize("make", [taken_down, approved_and_undone])


@WAYS
@pytest.mark.parametrize("one", [True, False])
def test_what_its_author_edited_since_is_not_published_unread(mo, make, one):
    comment, batch = make()
    edited_by_its_author(comment)
    said = refusal(mo, batch, **{"only": comment.public_id} if one else {})
    assert f"The comment by {comment.author_name} was edited by its author at " in said
    assert "Nothing was changed." in said and "Read it again." in said
    assert statuses([comment]) == ["pending"]
    assert "Words that nobody has read." not in html(mo.get(comment.post.path))


@WAYS
def test_without_an_edit_it_is_public_again(mo, make):
    comment, batch = make()
    assert "1 comment put back." in undo(mo, batch)
    assert statuses([comment]) == ["approved"]


@WAYS
def test_nor_is_what_a_colleague_edited_since(mo, make):
    comment, batch = make()
    edited_by(make_user(Role.EDITOR, display_name="Edith"), comment)
    assert f"The comment by {comment.author_name} was edited by Edith at " in refusal(mo, batch)
    assert statuses([comment]) == ["pending"]


@WAYS
def test_ones_own_words_one_has_read(mo, make):
    comment, batch = make()
    edited_by_its_author(comment)
    edited_by(moderator(), comment)
    assert "1 comment put back." in undo(mo, batch)
    assert statuses([comment]) == ["approved"]


def test_of_a_batch_only_what_was_edited_is_left(mo):
    made, batch = batch_of(verb="approve")
    batch = Comment.undo(batch, by=moderator()).batch
    edited_by_its_author(made[1])
    assert "2 comments put back." in undo(mo, batch)
    assert statuses(made) == ["approved", "pending", "approved"]


def test_nor_where_the_clock_was_set_back_before_the_edit(mo):
    comment, batch = taken_down()
    ahead = timezone.now() + timedelta(hours=1)
    Decision.objects.filter(batch=batch).update(created_at=ahead)
    edited_by_its_author(comment)
    # In the last hour of a day the sentence names the day: "on Monday at 00:10".
    said = rf"The comment by {comment.author_name} was edited by its author (on \w+ )?at \d\d:\d\d"
    assert re.search(said, refusal(mo, batch))
    assert statuses([comment]) == ["pending"]


def test_an_edit_hinders_no_undo_that_publishes_nothing(mo):
    made, batch = batch_of(count=1)
    edited_by(make_user(Role.EDITOR), made[0])
    assert "1 comment put back." in undo(mo, batch)
    assert statuses(made) == ["pending"]
