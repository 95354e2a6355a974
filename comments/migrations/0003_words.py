from django.db import migrations

from comments import word_index


class Migration(migrations.Migration):
    dependencies = [("comments", "0002_groups")]
    operations = [
        migrations.RunPython(
            lambda _apps, schema_editor: word_index.install(schema_editor),
            lambda _apps, schema_editor: word_index.uninstall(schema_editor),
        )
    ]
