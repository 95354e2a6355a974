"""Each file once. Where one was uploaded several times before, the rows stay, since their addresses
stand in texts: the first is the picture, the others are marked and stand outside the rule.

Who added a picture is known from the admin's log, and may describe it. Those that came with a text
are in no log and stay the Editors'."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def mark_duplicates(apps, schema_editor):
    Image = apps.get_model("blog", "Image")
    first = Image.objects.filter(sha256=OuterRef("sha256")).order_by("pk").values("pk")[:1]
    Image.objects.exclude(pk=Subquery(first)).update(is_duplicate=True)


def name_who_added_them(apps, schema_editor):
    Image, LogEntry = apps.get_model("blog", "Image"), apps.get_model("admin", "LogEntry")
    added = LogEntry.objects.filter(
        content_type__app_label="blog", content_type__model="image", action_flag=1
    )
    for pk, user_id in added.order_by("action_time").values_list("object_id", "user_id"):
        Image.objects.filter(pk=pk, added_by=None).update(added_by=user_id)


def let_authors_change_own_ones(apps, schema_editor):
    Permission = apps.get_model("auth", "Permission")
    authors = apps.get_model("auth", "Group").objects.filter(name="Author")
    for group in authors:
        group.permissions.add(
            *Permission.objects.filter(codename="change_image", content_type__app_label="blog")
        )


class Migration(migrations.Migration):
    dependencies = [
        ("blog", "0010_crawlers"),
        ("admin", "0003_logentry_add_action_flag_choices"),
    ]
    operations = [
        migrations.AddField(
            "image", "is_duplicate", models.BooleanField(default=False, editable=False)
        ),
        migrations.RunPython(mark_duplicates, migrations.RunPython.noop),
        migrations.AddConstraint(
            "image",
            models.UniqueConstraint(
                fields=["sha256"], condition=Q(is_duplicate=False), name="one_picture_a_file"
            ),
        ),
        migrations.AddField(
            "image",
            "added_by",
            models.ForeignKey(
                null=True,
                editable=False,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.RunPython(name_who_added_them, migrations.RunPython.noop),
        migrations.RunPython(let_authors_change_own_ones, migrations.RunPython.noop),
    ]
