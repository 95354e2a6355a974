"""The lines that a policy had before a line was a whole word."""

from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

import comments.migrations
from comments.models import Policy

pytestmark = pytest.mark.django_db


def test_todays_lines_get_their_stars_so_that_they_find_what_they_found():
    (file,) = Path(comments.migrations.__path__[0]).glob("*_whole_words.py")
    change = import_module(f"comments.migrations.{file.stem}")
    Policy(pk=1, hold_words="press\n5 * 3\n*moon", block_words="pills").save()
    change.change_lines(change.opened)(apps, None)
    stored = Policy.objects.get()
    assert (stored.hold_words, stored.block_words) == ("*press*\n*5 * 3*\n**moon*", "*pills*")
    change.change_lines(change.as_before)(apps, None)
    assert Policy.objects.get().hold_words == "press\n5 * 3\n*moon"
