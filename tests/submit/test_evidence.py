"""Kept as evidence: with a note, by somebody, until somebody releases it."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Evidence
from comments.privacy import erase
from comments.worker.sweep import sweep
from tests.factories import make_comment, make_user
from tests.pages import html, words

pytestmark = pytest.mark.django_db


def keep(client, comment, note="A threat; the police asked."):
    return client.post(f"/moderation/{comment.public_id}/evidence/", {"keep": "1", "note": note})


def release(client, comment):
    return client.post(f"/moderation/{comment.public_id}/evidence/", {"release": "1"})


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


def test_the_card_and_the_history_say_why_and_who(mo):
    comment = make_comment()
    assert keep(mo, comment).status_code == 302
    card = words(mo.get("/moderation/"))
    assert "Kept as evidence: A threat; the police asked." in card
    release(mo, comment)
    said = words(mo.get(f"/moderation/{comment.public_id}/history/"))
    assert "Mo Derator kept it as evidence: A threat; the police asked." in said
    assert "Mo Derator released it; it is evidence no more" in said
    assert fresh(comment).kept_because == ""


def test_it_is_no_decision(mo):
    """Else the spam check could not move it any more, nor an undo take the last one back."""
    comment = make_comment()
    keep(mo, comment)
    assert (comment.decisions.count(), fresh(comment).version) == (1, 1)


@pytest.mark.parametrize("note", ["", "  ", "x" * 501])
def test_a_note_that_says_nothing_or_too_much_comes_back(mo, note):
    comment = make_comment()
    response = keep(mo, comment, note)
    assert response.status_code == 422
    assert f'value="{note}"' in html(response) or not note.strip()
    assert fresh(comment).kept_because == ""


def test_a_second_note_does_not_hide_the_first(mo):
    comment = make_comment()
    keep(mo, comment, "First.")
    keep(mo, comment, "Second.")
    assert Evidence.objects.get().note == fresh(comment).kept_because == "First."


def old(comment, days=400):
    then = timezone.now() - timedelta(days=days)
    Comment.objects.filter(pk=comment.pk).update(status_at=then, submitted_at=then)


def test_while_it_is_kept_nothing_of_it_goes(mo):
    comment = make_comment(status="spam", author_email="ana@example.net", user_agent="Firefox")
    keep(mo, comment)
    old(comment)
    before = Comment.objects.values().get()
    sweep()
    erased = erase.erase("ana@example.net")
    assert erased.kept == [comment.pk]
    assert Comment.objects.values().get() == before


def test_released_it_goes_as_any_other(mo):
    comment = make_comment(status="spam")
    keep(mo, comment)
    old(comment)
    release(mo, comment)
    sweep()
    assert not Comment.objects.exists()


def test_a_card_that_is_kept_names_no_day_of_deletion(mo):
    keep(mo, make_comment(status="spam"))
    assert "deleted on" not in words(mo.get("/moderation/", {"tab": "spam"}))


def test_an_author_keeps_only_below_own_posts(client):
    comment = make_comment()
    client.force_login(make_user(Role.AUTHOR))
    assert keep(client, comment).status_code == 404
    client.force_login(comment.post.author)
    assert keep(client, comment).status_code == 302
