"""Two people and four pages at one post, in random order: tests/interleavings.py. More of them:
python -m tests.bench.interleavings."""

import pytest

from tests.interleavings import make_people, play

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("start", range(0, 100, 25))
def test_no_word_is_lost_in_a_hundred_interleavings(start):
    outcome = play(make_people(), range(start, start + 25), steps=5)
    assert outcome.faults == []
    assert outcome.words > 25


@pytest.mark.thorough
@pytest.mark.parametrize("start", range(100, 1100, 25))
def test_no_word_is_lost_in_a_thousand_interleavings(start):
    outcome = play(make_people(), range(start, start + 25), steps=10)
    assert outcome.faults == []
    assert outcome.words > 50
