"""The numbers beside the tabs of the queue."""

import pytest

from comments.models import Comment
from comments.privacy import purge
from comments.queue import counts
from tests.factories import make_comment, make_post, moderator

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def few(monkeypatch):
    """Above 3 is "3+"."""
    monkeypatch.setattr(counts, "MOST_COUNTED", 3)


@pytest.fixture
def user():
    user = moderator()
    assert user.has_perm("comments.decide_comment")
    return user


@pytest.fixture
def waiting():
    post = make_post()
    return [make_comment(post) for _n in range(9)]


def pending(user) -> str:
    return counts.count_text(counts.counts(user).by_tab["pending"])


def test_all_tabs_are_counted_in_one_query(user, waiting, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = counts.counts(user)
    assert found.oldest == waiting[0].submitted_at
    assert found.by_tab["pending"] == 4 and found.by_tab["approved"] == 0


def test_after_each_decision_the_number_is_true(user, waiting):
    for comment in waiting[:5]:
        assert pending(user) == "3+"
        comment.approve(by=user)
    for comment, left in zip(waiting[5:], ("3+", "3", "2", "1"), strict=True):
        assert pending(user) == left
        comment.approve(by=user)
    assert pending(user) == "0"


@pytest.mark.parametrize("act", [purge.delete, purge.empty])
def test_what_is_removed_is_counted_at_once(user, waiting, act):
    assert pending(user) == "3+"
    act([comment.pk for comment in waiting[:7]])
    assert pending(user) == "2"


def test_all_else_is_noticed_at_once(user, waiting):
    assert pending(user) == "3+"
    Comment.objects.filter(pk__in=[comment.pk for comment in waiting[:7]]).delete()
    assert pending(user) == "2"


def test_with_a_public_post_all_below_it_is_gone(user, waiting):
    assert pending(user) == "3+"
    waiting[0].post.delete()
    assert pending(user) == "0"


def test_an_author_counts_what_is_under_the_own_posts(waiting):
    author = waiting[0].post.author
    make_comment()
    assert author.has_perm("comments.decide_own")
    counted = counts.counts(author)
    assert counted.by_tab == dict.fromkeys(counted.by_tab, 0) | {"pending": 4, "all": 4}
