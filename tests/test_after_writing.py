"""What follows a change runs once others may write again."""

import threading

import pytest
from django.db import connection

from blog import writing as lock
from blog.writing import after_writing, writing

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_job_runs_after_the_outermost_block_with_nothing_held():
    seen = []

    def job():
        seen.append((connection.in_atomic_block, lock._first.locked()))

    with writing():
        with writing():
            after_writing(job)
        assert seen == []
    assert seen == [(False, False)]


def test_a_job_that_writes_makes_pages_stale_too():
    changed = []

    def job():
        with writing() as scopes:
            scopes.add("site")
            changed.append(connection.in_atomic_block)

    with writing():
        after_writing(job)
    assert changed == [True]


def test_after_a_change_that_failed_nothing_follows():
    seen = []
    with pytest.raises(ZeroDivisionError), writing():
        after_writing(lambda: seen.append(1))
        raise ZeroDivisionError
    assert seen == []


def test_outside_of_a_change_it_runs_at_once():
    seen = []
    after_writing(lambda: seen.append(threading.current_thread()))
    assert seen == [threading.current_thread()]
