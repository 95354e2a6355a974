"""Batches of older versions learn whether a moderator made them."""

from importlib import import_module

import pytest
from django.apps import apps

from blog.models import Role
from comments.models import Batch, Comment
from tests.factories import make_comment, make_user, moderator

migration = import_module("comments.migrations.0013_batch_by_moderator")

pytestmark = pytest.mark.django_db


def trash(by):
    return Comment.decide({make_comment().public_id: None}, "trash", by=by).batch


def test_the_presses_of_moderators_are_known_even_of_those_who_have_left():
    left = make_user(Role.EDITOR)
    presses = {trash(moderator()), trash(left)}
    left.delete()
    make_comment().set_aside(reason="akismet")
    make_comment().withdraw()
    assert set(Batch.objects.filter(by_moderator=True).values_list("pk", flat=True)) == presses
    Batch.objects.update(by_moderator=False)
    migration.fill(apps, None)
    assert set(Batch.objects.filter(by_moderator=True).values_list("pk", flat=True)) == presses
