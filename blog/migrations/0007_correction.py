"""A post may be corrected several times: a row for each correction instead of two columns."""

import re
import uuid
from html import escape

import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models

PERMISSIONS = ("view_correction", "change_correction", "delete_correction")


def move_to_rows(apps, schema_editor):
    Post, Correction = apps.get_model("blog", "Post"), apps.get_model("blog", "Correction")
    fields = ("pk", "correction", "corrected_at", "published_at", "modified_at")
    for pk, text, corrected, published, modified in (
        Post.objects.exclude(correction="").order_by("pk").values_list(*fields)
    ):
        Correction.objects.create(
            post_id=pk,
            # It was plain text and is Markdown from now on.
            text=re.sub(r"([\\`*_\[\]])", r"\\\1", text),
            text_html=escape(text, quote=False),
            at=corrected or published or modified,
        )


def move_back(apps, schema_editor):
    Post, Correction = apps.get_model("blog", "Post"), apps.get_model("blog", "Correction")
    for pk, text, at in Correction.objects.order_by("at", "pk").values_list("post", "text", "at"):
        text = re.sub(r"\\([\\`*_\[\]])", r"\1", text)[:500]
        Post.objects.filter(pk=pk).update(correction=text, corrected_at=at)


def give_rights(apps, schema_editor):
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="blog", model="correction"
    )
    for codename in PERMISSIONS:
        # Permissions are otherwise made only after all migrations have run.
        permission, _made = apps.get_model("auth", "Permission").objects.get_or_create(
            content_type=kind,
            codename=codename,
            defaults={"name": f"Can {codename.replace('_', ' ')}"},
        )
        for group in apps.get_model("auth", "Group").objects.filter(
            name__in=("Administrator", "Editor")
        ):
            group.permissions.add(permission)


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0006_versions"),
    ]

    operations = [
        migrations.CreateModel(
            name="Correction",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "text",
                    models.TextField(
                        help_text="What was wrong, in a sentence. Links and emphasis in Markdown are allowed.",
                        validators=[django.core.validators.MaxLengthValidator(500)],
                        verbose_name="correction",
                    ),
                ),
                ("text_html", models.TextField(editable=False)),
                ("render_version", models.PositiveSmallIntegerField(default=0, editable=False)),
                ("at", models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name="date")),
                ("uuid", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                (
                    "by",
                    models.ForeignKey(
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="by",
                    ),
                ),
                (
                    "post",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="corrections",
                        to="blog.post",
                        verbose_name="post",
                    ),
                ),
            ],
            options={
                "verbose_name": "correction",
                "verbose_name_plural": "corrections",
                "ordering": ["at", "pk"],
                "indexes": [models.Index(fields=["-at", "-id"], name="newest_corrections")],
            },
        ),
        migrations.RunPython(move_to_rows, move_back),
        migrations.RemoveField(model_name="post", name="correction"),
        migrations.RemoveField(model_name="post", name="corrected_at"),
        migrations.RunPython(give_rights, migrations.RunPython.noop),
    ]
