"""Act on many: a page that is sent twice acts once."""

from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Role
from comments.models import Comment, Decision
from comments.moderation import bulk
from comments.queue import selection
from tests.factories import make_comment, make_post, make_user, moderator
from tests.moderation.test_bulk import act, look, stamp, status_of
from tests.pages import field, words

pytestmark = pytest.mark.django_db


@pytest.fixture
def five(monkeypatch):
    """Of which two are decided at a time."""
    monkeypatch.setattr(selection, "MOST", 2)
    post = make_post()
    return [make_comment(post, author_email="a@example.net") for _n in range(5)]


def test_a_page_that_is_sent_twice_acts_once_and_says_the_same(mo, five):
    fields = {"author": "a@example.net", "before": stamp()}
    batch = field(look(mo, **fields), "batch")
    for again in ("There are more of them", "The form was sent twice; it was applied once."):
        response = act(mo, batch=batch, **fields)
        assert (response.status_code, response["Location"]) == (303, "/moderation/?tab=pending")
        page = mo.get("/moderation/")
        assert f"2 comments marked as spam. {again}" in words(page)
        assert field(page, "batch") == batch
        assert [*map(status_of, five)] == ["pending"] * 3 + ["spam"] * 2
    assert Decision.objects.filter(batch=batch).count() == 2


def test_sent_twice_it_looks_for_nothing(mo, five):
    fields = {"author": "a@example.net", "before": stamp(), "batch": str(uuid4())}
    act(mo, **fields)
    with CaptureQueriesContext(connection) as queries:
        act(mo, **fields)
    assert not [q for q in queries if 'FROM "comments_comment"' in q["sql"]]


def test_each_page_has_a_batch_of_its_own_and_the_next_ones_are_acted_on(mo, five):
    batches = [field(look(mo, author="a@example.net"), "batch") for _n in range(2)]
    assert batches[0] != batches[1]
    for batch in batches:
        act(mo, author="a@example.net", batch=batch)
    assert [*map(status_of, five)] == ["pending"] + ["spam"] * 4


def test_pressed_again_while_the_first_is_under_way_it_takes_no_others(mo, five, monkeypatch):
    batch, find = uuid4(), selection.find

    def after_the_first(criteria, user, _verb):
        Comment.decide(find(criteria, user).versions, "spam", by=user, batch=batch)
        return find(criteria, user)

    monkeypatch.setattr(bulk, "find", after_the_first)
    assert act(mo, author="a@example.net", batch=str(batch)).status_code == 303
    assert [*map(status_of, five)] == ["pending"] * 3 + ["spam"] * 2


@pytest.mark.parametrize("case", ["no name", "of a colleague", "of another verb"])
def test_the_name_of_another_batch_is_refused(mo, five, case):
    batch, by = uuid4(), make_user(Role.EDITOR) if case == "of a colleague" else moderator()
    verb = "trash" if case == "of another verb" else "spam"
    Comment.decide({five[0].public_id: 1}, verb, by=by, batch=batch)
    name = "x" if case == "no name" else str(batch)
    response = act(mo, author="a@example.net", batch=name)
    assert response.status_code == 422
    assert "This was sent under the name of another batch. Nothing was changed." in words(response)
    assert {*map(status_of, five[1:])} == {"pending"}
