"""Former names of tags, merges of tags as rows that can be undone, and labels as names in the texts
that people typed."""

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


def key():
    return models.BigAutoField("ID", auto_created=True, primary_key=True, serialize=False)


AS_TYPED = ("working copy", "aside", "suggestion")


def name_labels(apps, schema_editor):
    """The form took the label's id until now."""
    names = dict(apps.get_model("blog", "Tag").objects.values_list("pk", "name"))
    typed = apps.get_model("blog", "Revision").objects.filter(kind__in=AS_TYPED)
    for revision in typed.iterator(chunk_size=50):
        label = str(revision.fields.get("lead_tag") or "")
        if label.isdecimal():
            revision.fields["lead_tag"] = names.get(int(label), "")
            revision.save(update_fields=["fields"])


class Migration(migrations.Migration):
    dependencies = [("blog", "0011_pictures")]
    operations = [
        migrations.RunPython(name_labels, migrations.RunPython.noop),
        migrations.AlterField(
            "tagalias",
            "tag",
            models.ForeignKey(
                "blog.tag",
                django.db.models.deletion.CASCADE,
                null=True,
                related_name="aliases",
            ),
        ),
        migrations.CreateModel(
            "FormerName",
            [
                ("id", key()),
                ("key", models.CharField(max_length=200, unique=True, editable=False)),
                ("name", models.CharField("former name", max_length=100, editable=False)),
                (
                    "tag",
                    models.ForeignKey(
                        "blog.tag",
                        django.db.models.deletion.CASCADE,
                        related_name="former_names",
                    ),
                ),
            ],
            {
                "verbose_name": "former name",
                "verbose_name_plural": "former names",
                "ordering": ["key"],
                "default_permissions": (),
            },
        ),
        migrations.CreateModel(
            "TagMerge",
            [
                ("id", key()),
                ("at", models.DateTimeField("date", default=django.utils.timezone.now)),
                ("name", models.CharField("tag", max_length=100)),
                ("key", models.CharField(max_length=200)),
                ("slug", models.CharField(max_length=100)),
                ("description", models.TextField(blank=True)),
                ("old_id", models.BigIntegerField()),
                ("into_id", models.BigIntegerField()),
                ("into_name", models.CharField("merged into", max_length=100)),
                ("tags_before", models.JSONField(default=dict)),
                ("labelled", models.JSONField(default=list)),
                ("slugs", models.JSONField(default=list)),
                ("names", models.JSONField(default=list)),
                ("gave_description", models.BooleanField(default=False)),
                ("undone_at", models.DateTimeField(null=True)),
                ("by", person(verbose_name="by")),
                ("undone_by", person()),
            ],
            {
                "verbose_name": "merge of tags",
                "verbose_name_plural": "merges of tags",
                "ordering": ["-at", "-pk"],
                "default_permissions": (),
            },
        ),
    ]
