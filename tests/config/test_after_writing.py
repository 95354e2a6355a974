"""What follows a change runs once others may write again."""

import pytest

from blog import transactions as lock
from blog.cache import versions
from blog.transactions import after_writing, writing

pytestmark = pytest.mark.django_db


def is_writing() -> bool:
    return lock._local.scopes is not None or lock._first.locked()


def test_a_job_runs_after_the_outermost_block_with_nothing_held():
    seen = []
    with writing():
        with writing():
            after_writing(lambda: seen.append(is_writing()))
        assert seen == []
    assert seen == [False]


def test_a_job_that_writes_makes_pages_stale_too():
    def job():
        with writing() as scopes:
            scopes.add(versions.SITE)

    before = versions.read(versions.SITE)
    with writing():
        after_writing(job)
    assert versions.read(versions.SITE) != before


def test_after_a_change_that_failed_nothing_follows():
    seen = []
    with pytest.raises(ZeroDivisionError), writing():
        after_writing(lambda: seen.append(1))
        raise ZeroDivisionError
    assert seen == []


def test_outside_of_a_change_it_runs_at_once():
    seen = []
    after_writing(lambda: seen.append(is_writing()))
    assert seen == [False]
