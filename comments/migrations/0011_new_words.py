from django.db import migrations

from comments.models.comment_words import INDEX

# The index before, which triggers kept.
TRIGGERS = ("new", "changed", "moved", "deleted", "emptied")
TABLES = ("comments_words_text", "comments_words")
FUNCTIONS = ("keep", "follow")


def remove_old(_apps, schema_editor):
    is_postgresql = schema_editor.connection.vendor == "postgresql"
    for name in TRIGGERS:
        on = " ON comments_comment" if is_postgresql else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS comments_words_{name}{on}", params=None)
    for name in TABLES:
        schema_editor.execute(f"DROP TABLE IF EXISTS {name}", params=None)
    if is_postgresql:
        for name in FUNCTIONS:
            schema_editor.execute(f"DROP FUNCTION IF EXISTS comments_words_{name}()", params=None)
        schema_editor.execute("DROP FUNCTION IF EXISTS comments_words_of(text)", params=None)


class Migration(migrations.Migration):
    dependencies = [("comments", "0010_batch")]
    operations = [
        migrations.RunPython(remove_old, migrations.RunPython.noop),
        migrations.RunPython(
            lambda _apps, schema_editor: INDEX.create(schema_editor),
            lambda _apps, schema_editor: INDEX.drop(schema_editor),
        ),
    ]
