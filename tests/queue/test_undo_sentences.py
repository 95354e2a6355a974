"""The button that takes a decision back says what it will do, also of what was undone before."""

import re

import pytest

from blog.models import Role
from comments.models import Comment, Decision, Report
from comments.queue import undo_sentences
from tests.factories import make_comment, make_user, moderator
from tests.moderation.test_my_decisions import DONE, decide
from tests.pages import html

pytestmark = pytest.mark.django_db
UNDO = "/moderation/undo/"


def button(page) -> str:
    """Of the first form that takes something back."""
    form = html(page).partition(f'action="{UNDO}"')[2].partition("</form>")[0]
    return re.search(r"<button[^>]*>(.*?)</button>", form)[1]


CHAINS = [
    ("pending", "approve", ["Undo: back to Pending", "Approve again", "Back to Pending"]),
    ("pending", "spam", ["Undo: back to Pending", "Mark as spam again", "Back to Pending"]),
    ("approved", "trash", ["Undo: back to Approved", "Move to trash again", "Approve again"]),
    ("approved", "hold", ["Undo: back to Approved", "Back to Pending", "Approve again"]),
    ("spam", "restore", ["Undo: back to Spam", "Back to Pending", "Mark as spam again"]),
]


@pytest.mark.parametrize(("start", "verb", "labels"), CHAINS)
def test_redo_does_not_say_redo_for_ever(mo, start, verb, labels):
    """In the notice, in the history, in What I did and its page of the batch, and to the script."""
    comment = make_comment(status=start)
    row = {"verb": verb, "row": f"{comment.public_id}.{comment.version}"}
    mo.post("/moderation/decide/", row)
    for label in labels:
        before = Comment.objects.get(pk=comment.pk).status
        batch = Decision.objects.last().batch
        pages = ["/moderation/", f"/moderation/{comment.public_id}/history/", DONE]
        for page in [*pages, f"{DONE}?batch={batch}"]:
            assert button(mo.get(page)) == label, page
        assert undo_sentences.batch_label(batch) == label
        mo.post(UNDO, {"batch": str(batch)})
        assert Comment.objects.get(pk=comment.pk).status != before


def test_the_script_is_told_what_each_will_do(mo):
    json = {"headers": {"Accept": "application/json"}}
    comments = [make_comment() for _n in range(2)]
    rows = [f"{comment.public_id}.{comment.version}" for comment in comments]
    answer = mo.post("/moderation/decide/", {"verb": "trash", "row": rows}, **json).json()
    assert answer["way_back"] == "Undo: back to Pending (all 2)"
    answer = mo.post(UNDO, {"batch": answer["batch"]}, **json).json()
    assert answer["way_back"] == "Move to trash again (all 2)"
    lost = mo.post("/moderation/decide/", {"verb": "trash", "row": rows}, **json).json()
    assert lost["way_back"] == "" and not lost["done"]


def test_what_was_kept_is_to_be_looked_at_again_and_then_kept_again(mo):
    comment = make_comment(status="approved")
    Report.submit(comment, "Rude.", "198.51.100.0/24")
    batch = decide("approve", comment)
    for label in ("Undo: to be looked at again", "Keep again", "Undo: to be looked at again"):
        assert button(mo.get(DONE)) == undo_sentences.batch_label(batch) == label
        batch = Comment.undo(batch, by=moderator()).batch


def test_where_they_stood_apart_no_one_place_is_named(mo):
    batch = decide("trash", make_comment(), make_comment(status="approved"))
    assert button(mo.get(DONE)) == "Undo: back to where they were (all 2)"
    Comment.undo(batch, by=moderator())
    assert button(mo.get(DONE)) == "Move to trash again (all 2)"


def test_only_what_the_button_will_move_is_counted(mo):
    made = [make_comment(), make_comment(status="approved"), make_comment(status="approved")]
    decide("trash", *made)
    decide("approve", made[0], by=make_user(Role.EDITOR))
    assert button(mo.get(DONE)) == "Undo: back to Approved (all 2)"
