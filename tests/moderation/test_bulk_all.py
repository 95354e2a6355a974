"""Acting on comments of every status, which the tab All finds."""

import pytest
from django.utils import timezone

from comments.models import Comment
from comments.moderation import bulk
from comments.queue.criteria_fields import Unclear
from comments.queue.selection import Criteria
from tests.factories import make_comment, moderator
from tests.pages import words

pytestmark = pytest.mark.django_db
PRESS = {"tab": "all", "author": "a@example.net"}


def statuses() -> list[str]:
    return list(Comment.objects.order_by("pk").values_list("status", flat=True))


@pytest.fixture
def every():
    return [make_comment(status=s, author_email="a@example.net") for s in Comment.Status.values]


def test_what_is_there_already_is_left_out_and_said(mo, every):
    make_comment()
    said = words(mo.get("/moderation/many/", PRESS))
    assert "4 comments in All" in said
    assert "3 comments go to Spam" in said and "1 more is in Spam already" in said
    assert "3 comments go to Trash" in said and "1 more is in Trash already" in said
    assert "Approve" not in said
    page = mo.get("/moderation/many/", PRESS)
    criteria = page.context_data["criteria"].params
    answer = mo.post("/moderation/many/", criteria | {"verb": "spam"}, follow=True)
    assert "3 comments marked as spam." in words(answer)
    assert statuses() == ["spam"] * 4 + ["pending"]


def test_it_is_found_by_words_of_every_status(every):
    criteria = Criteria("all", timezone.now(), q="bridge")
    done = bulk.decide(criteria, "trash", by=moderator())
    assert (done.count, done.lost) == (3, [])
    assert statuses() == ["trash"] * 4


def test_a_verb_for_which_nothing_is_left_is_not_offered(mo):
    make_comment(status="spam", author_email="a@example.net")
    said = words(mo.get("/moderation/many/", PRESS))
    assert "to Spam" not in said and "1 comment goes to Trash" in said


def test_nobody_acts_on_everything_there_is(mo, every):
    assert "Act on" not in words(mo.get("/moderation/?tab=all"))
    assert "Act on all 4 that match" in words(mo.get("/moderation/?tab=all&q=bridge"))
    with pytest.raises(Unclear):
        Criteria.parse({"tab": "all", "all": "1"})
    response = mo.get("/moderation/many/", {"tab": "all", "all": "1"})
    assert response.status_code == 422
