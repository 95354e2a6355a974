from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("comments", "0004_vacuum")]
    operations = [
        migrations.AddField("comment", "public_id", models.BigIntegerField(null=True)),
        migrations.AddField("decision", "old_version", models.BigIntegerField(null=True)),
        migrations.AddField("decision", "new_version", models.BigIntegerField(null=True)),
    ]
