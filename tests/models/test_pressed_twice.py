"""A form has no name for its batch: the second of two clicks is told what the first one did."""

import pytest

from blog.models import Role
from comments.models import Comment, Decision, Report
from comments.moderation.revise import revise
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import html, words

pytestmark = pytest.mark.django_db


def press(client, verb, *comments):
    rows = [f"{comment.public_id}.{comment.version}" for comment in comments]
    return client.post("/moderation/decide/", {"verb": verb, "row": rows})


def press_undo(client, batch, **only):
    return client.post("/moderation/undo/", {"batch": str(batch), **only})


def said(client) -> str:
    return words(client.get("/moderation/"))


def other():
    return make_user(Role.EDITOR, display_name="Ana Swift")


@pytest.mark.parametrize(
    ("verb", "start", "sentence"),
    [
        ("approve", "pending", "2 comments approved."),
        ("spam", "approved", "2 comments marked as spam."),
        ("restore", "trash", "2 comments restored."),
    ],
)
def test_a_decision(mo, verb, start, sentence):
    comments = [make_comment(status=start) for _n in range(2)]
    before = Decision.objects.count()
    for _press in range(2):
        assert press(mo, verb, *comments).status_code == 303
        page = mo.get("/moderation/")
        assert sentence in words(page) and "Left unchanged" not in words(page)
        assert f'value="{Decision.objects.last().batch}"' in html(page), "its undo"
    assert Decision.objects.count() == 2 + before


def test_what_others_decided_first_is_named_both_times(mo):
    mine, lost = make_comment(), make_comment()
    Comment.objects.get(pk=lost.pk).trash(by=other())
    for _press in range(2):
        press(mo, "approve", mine, lost)
        page = said(mo)
        assert "1 comment approved." in page and "Ana Swift moved the comment by" in page


def test_another_verb_is_not_taken_for_it(mo):
    comment = make_comment()
    press(mo, "approve", comment)
    response = press(mo, "spam", comment)
    assert response.status_code == 409 and "Mo Derator approved the comment by" in words(response)


def test_nor_what_somebody_else_did(mo):
    comment = make_comment()
    Comment.objects.get(pk=comment.pk).approve(by=other())
    assert press(mo, "approve", comment).status_code == 409


def test_nor_what_was_decided_in_between(mo):
    comment = make_comment()
    press(mo, "approve", comment)
    row = Comment.objects.get(pk=comment.pk)
    row.mark_spam(by=other())
    row.approve(by=moderator())
    assert press(mo, "approve", comment).status_code == 409


@pytest.mark.parametrize(("first", "then"), [("approve", "approve"), ("spam", "restore")])
def test_nor_what_was_edited_in_between(mo, first, then):
    """The second is another decision, on what nobody has read: to keep it, to restore it."""
    comment = make_comment()
    press(mo, first, comment)
    row = Comment.objects.get(pk=comment.pk)
    if then == "approve":
        Report.submit(row, "bad", "203.0.113.0/24")
    seen = Comment.objects.get(pk=comment.pk)
    words_now = {"body": "Other words.", "author_name": "Ana", "author_url": ""}
    assert revise(row, words_now, by=other(), seen=row.version)
    response = press(mo, then, seen)
    assert response.status_code == 409 and "was edited by Ana Swift" in words(response)


@pytest.mark.parametrize("first", ["trash", "approve"])
def test_nor_another_way_out_of_spam_for_a_restore(mo, first):
    comment = make_comment(status="spam")
    press(mo, first, comment)
    assert press(mo, "restore", comment).status_code == 409


def test_nor_an_undo_for_a_verb(mo):
    comment = make_comment()
    press(mo, "approve", comment)
    seen = Comment.objects.get(pk=comment.pk)
    press_undo(mo, Decision.objects.last().batch)
    response = press(mo, "hold", seen)
    assert response.status_code == 409 and "Mo Derator put the comment by" in words(response)


def test_what_was_decided_before_on_one_of_them_changes_nothing_of_it(mo):
    one, both = make_comment(), make_comment()
    press(mo, "approve", one)
    for _press in range(2):
        assert press(mo, "approve", one, both).status_code == 303
        assert "1 comment approved." in said(mo)


def test_an_undo(mo):
    post = make_post()
    comments = [make_comment(post) for _n in range(2)]
    press(mo, "spam", *comments)
    batch = Decision.objects.last().batch
    for _press in range(2):
        assert press_undo(mo, batch).status_code == 303
        page = mo.get("/moderation/")
        assert "2 comments put back. Now: Pending." in words(page)
        assert ">Mark as spam again (all 2)<" in html(
            page
        ) and '<button type="submit" class="undo"' not in html(page)
    assert Decision.objects.filter(reason="undo").count() == 2


def test_an_undo_of_one_alone(mo):
    comments = [make_comment() for _n in range(2)]
    press(mo, "spam", *comments)
    batch = Decision.objects.last().batch
    for _press in range(2):
        press_undo(mo, batch, only=comments[0].public_id)
        assert "1 comment put back. Now: Pending." in said(mo)
    assert Comment.objects.filter(status="spam").get() == comments[1]


def test_an_undo_of_the_rest(mo):
    comments = [make_comment() for _n in range(3)]
    press(mo, "spam", *comments)
    batch = Decision.objects.last().batch
    press_undo(mo, batch, only=comments[0].public_id)
    for _press in range(2):
        assert press_undo(mo, batch).status_code == 303
        assert "2 comments put back. Now: Pending." in said(mo)


def test_an_undo_that_was_done_again_since_is_lost(mo):
    comment = make_comment()
    press(mo, "spam", comment)
    batch = Decision.objects.last().batch
    press_undo(mo, batch)
    press_undo(mo, Decision.objects.last().batch)
    assert press_undo(mo, batch).status_code == 409
    assert Comment.objects.get().status == "spam"
