from django.db import migrations, models

from comments.queue import full_text
from comments.models.identifiers import new_identifier


class Migration(migrations.Migration):
    dependencies = [("comments", "0006_fill_public_id")]
    operations = [
        migrations.AlterField(
            "comment",
            "public_id",
            models.BigIntegerField(default=new_identifier, editable=False, unique=True),
        ),
        migrations.AlterField("comment", "version", models.BigIntegerField(default=new_identifier)),
        # SQLite rebuilds the table for both and drops its triggers.
        migrations.RunPython(
            lambda _apps, schema_editor: full_text.install(schema_editor),
            migrations.RunPython.noop,
        ),
    ]
