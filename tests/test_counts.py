"""What is plenty is not counted again with each page, and is never said of what is not."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments import counts, retention
from comments.models import Comment
from tests.factories import make_comment, make_post, moderator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Above 3 is "3+"; of 8 two may be decided, and three more may be under way."""
    monkeypatch.setattr(counts, "MOST_COUNTED", 3)
    monkeypatch.setattr(counts, "PLENTY", 8)
    monkeypatch.setattr(counts, "DECISIONS", 2)


@pytest.fixture
def mo():
    user = moderator()
    assert user.has_perm("comments.decide_comment")
    return user


@pytest.fixture
def waiting():
    post = make_post()
    return [make_comment(post) for _n in range(9)]


def pending(user) -> str:
    return counts.count_words(counts.counts(user).by_tab["pending"])


def statements(user) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert pending(user) == "3+"
    return len(queries)


def was_counted(user) -> bool:
    """Again, in a second statement."""
    return statements(user) == 2


def test_plenty_is_counted_once(mo, waiting):
    assert statements(mo) == 1
    with CaptureQueriesContext(connection) as queries:
        found = counts.counts(mo)
    (query,) = queries
    assert query["sql"].count("COUNT(*)") == 5
    assert found.oldest == waiting[0].submitted_at
    assert found.by_tab["pending"] > counts.MOST_COUNTED and found.by_tab["approved"] == 0


def test_after_so_many_decisions_it_is_counted_again(mo, waiting):
    assert pending(mo) == "3+"
    for comment in waiting[:2]:
        comment.approve(by=mo)
        assert not was_counted(mo)
    waiting[2].approve(by=mo)
    assert was_counted(mo)
    for comment in waiting[3:6]:
        comment.approve(by=mo)
        counts.counts(mo)
    assert pending(mo) == "3"


@pytest.mark.parametrize("act", [retention.delete, retention.empty])
def test_what_is_removed_is_counted_at_once(mo, waiting, act):
    assert pending(mo) == "3+"
    act([comment.pk for comment in waiting[:7]])
    assert pending(mo) == "2"


def test_the_sweep_that_finds_nothing_changes_nothing(mo, waiting):
    assert pending(mo) == "3+"
    retention.delete_old(timezone.now())
    assert not was_counted(mo)


def test_all_else_is_noticed_within_a_minute(mo, waiting, monkeypatch):
    assert pending(mo) == "3+"
    Comment.objects.filter(pk__in=[comment.pk for comment in waiting[:7]]).delete()
    monkeypatch.setattr(counts, "SECONDS", -1)
    assert pending(mo) == "2"


def test_with_a_public_post_all_below_it_is_gone(mo, waiting):
    assert pending(mo) == "3+"
    waiting[0].post.delete()
    assert pending(mo) == "0"


def test_a_few_more_than_can_be_counted_are_counted_with_each_page(mo, waiting):
    retention.delete([waiting[0].pk, waiting[1].pk])
    assert statements(mo) == 1
    for comment in waiting[2:6]:
        assert pending(mo) == "3+"
        comment.approve(by=mo)
    assert pending(mo) == "3"
