"""Changes of many posts at once, as rows that can be undone."""

import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


def person(**options):
    return models.ForeignKey(
        settings.AUTH_USER_MODEL,
        django.db.models.deletion.SET_NULL,
        null=True,
        related_name="+",
        **options,
    )


ACTS = [
    ("set_label", "Set the label"),
    ("add_tag", "Add a tag"),
    ("take_tag", "Take a tag away"),
    ("set_author", "Set the author"),
    ("close_comments", "Close comments"),
    ("open_comments", "Open comments"),
    ("to_trash", "Move to trash"),
    ("restore", "Take out of the trash"),
]


class Migration(migrations.Migration):
    dependencies = [("blog", "0016_tags_without_accents")]
    operations = [
        migrations.CreateModel(
            "PostBatch",
            [
                (
                    "id",
                    models.BigAutoField(
                        "ID", auto_created=True, primary_key=True, serialize=False
                    ),
                ),
                ("key", models.UUIDField(unique=True, editable=False)),
                ("by", person(verbose_name="by")),
                ("at", models.DateTimeField("date", default=django.utils.timezone.now)),
                ("act", models.CharField("change", max_length=20, choices=ACTS)),
                ("value", models.CharField(max_length=200, blank=True)),
                ("value_id", models.BigIntegerField(null=True)),
                ("before", models.JSONField(default=dict)),
                ("left", models.JSONField(default=dict)),
                ("undone", models.JSONField(default=dict)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", person()),
            ],
            options={
                "verbose_name": "change of many posts",
                "verbose_name_plural": "changes of many posts",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
    ]
