from django.db import migrations

from comments.queue import full_text


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_groups")]
    operations = [
        migrations.RunPython(
            lambda _apps, schema_editor: full_text.install(schema_editor),
            lambda _apps, schema_editor: full_text.uninstall(schema_editor),
        )
    ]
