from django.db import migrations, models

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
    ]
