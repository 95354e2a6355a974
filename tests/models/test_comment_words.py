"""The full-text index follows whatever is written to comments, and no decision touches it."""

from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext

from comments.models import Comment, Evidence, comment_words
from comments.moderation.revise import revise
from comments.privacy import erase, purge
from comments.rules.holding import Facts, Rules
from comments.submit.edit import edit_text
from tests.factories import make_comment, moderator

pytestmark = pytest.mark.django_db
INDEX = comment_words.INDEX


def wrong():
    return comment_words.wrong(Comment.objects.all())


def edit(comment):
    comment.body = "Another text."
    comment.save()


def edit_own(comment):
    facts = Facts(comment.author_name, comment.author_email, "", "Another text.")
    assert edit_text(comment, facts, Rules())[0]


def edit_as_moderator(comment):
    values = {"body": "Another text.", "author_name": "Zoë", "author_url": ""}
    assert revise(comment, values, by=moderator(), seen=comment.version)


def release_withdrawn(comment):
    Evidence.keep(comment, "Asked for.", by=moderator())
    comment.withdraw()
    assert Evidence.release(comment, by=moderator())


CHANGES = {
    "edited": edit,
    "edited by its author": edit_own,
    "edited by a moderator": edit_as_moderator,
    "withdrawn": lambda comment: comment.withdraw(),
    "withdrawn and released": release_withdrawn,
    "emptied": lambda comment: Comment.objects.filter(emptied_at=None, pk=comment.pk).empty(),
    "purged": lambda comment: purge.delete([comment.pk]),
    "erased": lambda comment: erase.erase(comment.author_email),
    "deleted": lambda comment: comment.delete(),
    "all deleted": lambda _comment: Comment.objects.all().delete(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_follows_every_change(name):
    comment = make_comment(author_email="ana@example.com", author_url="https://ana.example/")
    make_comment()
    assert wrong() == []
    before = INDEX.digests([comment.pk])
    CHANGES[name](comment)
    assert wrong() == []
    assert INDEX.digests([comment.pk]) != before


@pytest.mark.parametrize("verb", ["approve", "spam", "trash"])
def test_a_decision_does_not_touch_it(verb):
    rows = {make_comment().public_id: 1 for _n in range(3)}
    with CaptureQueriesContext(connection) as queries:
        assert len(Comment.decide(rows, verb, by=moderator()).done) == 3
    assert not [query for query in queries if INDEX.table in query["sql"]]


def test_rows_written_past_it_are_found_and_mended(capsys):
    changed, gone = make_comment(), make_comment()
    Comment.objects.filter(pk=changed.pk).update(body="Past it.")
    gone.decisions.all().delete()
    Comment.objects.filter(pk=gone.pk)._raw_delete("default")
    assert wrong() == [changed.pk, gone.pk]
    with pytest.raises(CommandError, match=f"2 comments differ: {changed.pk}, {gone.pk}"):
        call_command("search", "--check")
    call_command("search", "--rebuild")
    call_command("search", "--check")
    assert "1 comments written, 2 were wrong." in capsys.readouterr().out


def test_the_migration_fills_it_in_chunks(monkeypatch):
    migration = import_module("comments.migrations.0012_fill_words")
    monkeypatch.setattr(migration, "CHUNK", 2)
    for _n in range(5):
        make_comment()
    INDEX.clear()
    with connection.schema_editor(atomic=True) if connection.vendor != "sqlite" else Editor() as it:
        migration.fill(apps, it)
    assert wrong() == [] and len(INDEX.pks()) == 5


def test_the_migration_removes_the_index_that_triggers_kept():
    migration = import_module("comments.migrations.0011_new_words")
    with Editor() as editor:
        migration.remove_old(apps, editor)
        INDEX.create(editor)
    make_comment()
    assert wrong() == []


class Editor:
    """A schema editor of Django's would want no transaction around it."""

    connection = connection

    def __enter__(self):
        return self

    def __exit__(self, *_error):
        pass

    @staticmethod
    def execute(sql, params=None):
        with connection.cursor() as cursor:
            cursor.execute(sql)
