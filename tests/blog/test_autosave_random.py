"""Two people and four pages at one post, in random order: tests/interleavings.py. More of them, and
one by its seed: python -m tests.bench.interleavings."""

import pytest
from django.db import transaction

from blog.models import Role
from tests.desk import Desk
from tests.interleavings import Interleaving

pytestmark = pytest.mark.django_db


@pytest.fixture
def people():
    return make_people()


def make_people() -> dict:
    return {role: [Desk(role), Desk(role)] for role in (Role.EDITOR, Role.AUTHOR, Role.CONTRIBUTOR)}


def play(people, seeds) -> None:
    for seed in seeds:
        with transaction.atomic():
            try:
                Interleaving(seed, people).play()
            except Exception as error:
                error.add_note(f"seed {seed}")
                raise
            transaction.set_rollback(True)


def test_no_word_is_lost_in_a_hundred_interleavings(people):
    play(people, range(100))


@pytest.mark.thorough
@pytest.mark.parametrize("start", range(100, 1100, 250))
def test_no_word_is_lost_in_a_thousand_interleavings(people, start):
    play(people, range(start, start + 250))
