"""What became of a comment, in sentences."""

import pytest

from blog.models import Role
from comments.models import Comment
from tests.factories import make_comment, make_user, moderator
from tests.pages import words

pytestmark = pytest.mark.django_db


def test_the_history_tells_who_did_what_in_sentences(mo):
    comment = make_comment(screened="ham")
    for verb in ("approve", "trash", "restore", "hold", "mark_spam"):
        getattr(Comment.objects.get(pk=comment.pk), verb)(by=moderator())
    Comment.undo(comment.decisions.last().batch, by=moderator())
    said = words(mo.get(f"/moderation/{comment.public_id}/history/"))
    sentences = [
        "Sent in; it waits for a moderator",
        "Mo Derator approved it",
        "Mo Derator took it down and moved it to trash",
        "Mo Derator took it out of the trash and approved it",
        "Mo Derator took it down again (unapproved)",
        "Mo Derator marked it as spam",
        "Mo Derator took back the decision before: Pending again",
    ]
    assert [s for s in sentences if s in said] == sorted(sentences, key=said.find)


def test_the_history_of_a_machine_and_of_somebody_who_left(mo):
    comment, person = make_comment(), make_user(Role.MODERATOR)
    comment.set_aside(reason="akismet")
    Comment.objects.get(pk=comment.pk).approve(by=person)
    person.delete()
    said = words(mo.get(f"/moderation/{comment.public_id}/history/"))
    assert "Akismet marked it as spam" in said
    assert "Someone who has left found it in spam and approved it" in said


@pytest.mark.parametrize("pk", ["999999", "9" * 19, "9" * 40])
def test_there_is_no_history_of_nothing(mo, pk):
    assert mo.get(f"/moderation/{pk}/history/").status_code == 404
