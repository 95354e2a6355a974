"""Batches of older versions get the verb that their Decisions tell."""

from importlib import import_module
from uuid import uuid4

import pytest
from django.apps import apps
from django.utils import timezone

from blog.models import Role
from comments.models import Batch, Decision
from tests.factories import make_comment, make_user, moderator

migration = import_module("comments.migrations.0010_batch")


@pytest.mark.parametrize(
    ("moves", "verb"),
    [
        ([("pending", "approved", ""), ("spam", "approved", "unchecked")], "approve"),
        ([("approved", "approved", "keep")], "approve"),
        ([("approved", "pending", "")], "hold"),
        ([("approved", "spam", ""), ("pending", "spam", "")], "spam"),
        ([("pending", "spam", "akismet")], "spam"),
        ([("pending", "trash", "")], "trash"),
        ([("spam", "pending", "")], "restore"),
        ([("trash", "pending", ""), ("trash", "approved", "")], "restore"),
        ([("spam", "approved", "undo"), ("approved", "approved", "keep")], "undo"),
        ([("approved", "trash", "withdrawn")], "withdraw"),
        ([("approved", "trash", "erased")], "erase"),
    ],
)
def test_the_decisions_tell_the_verb(moves, verb):
    assert migration.verb_of(moves) == verb
    assert verb in migration.VERBS


@pytest.mark.django_db
def test_each_batch_gets_a_row():
    editor, now = make_user(Role.EDITOR), timezone.now()
    first, second = uuid4(), uuid4()
    for batch, by, status in ((first, moderator(), "spam"), (second, editor, "trash")):
        for _n in range(2):
            Decision.objects.create(
                comment=make_comment(),
                by=by,
                by_a_person=True,
                old_status="pending",
                new_status=status,
                batch=batch,
                created_at=now,
            )
    migration.fill(apps, None)
    rows = set(Batch.objects.values_list("pk", "by", "verb", "at"))
    assert rows == {(first, moderator().pk, "spam", now), (second, editor.pk, "trash", now)}


def test_the_migration_knows_every_verb():
    assert set(migration.VERBS) == set(Batch.Verb.values)
