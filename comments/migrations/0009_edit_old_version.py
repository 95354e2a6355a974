from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0008_whole_words")]
    operations = [
        migrations.AddField("edit", "old_version", models.BigIntegerField(null=True)),
    ]
