"""Each file once. Where one was uploaded several times before, the rows stay, since their addresses
stand in texts: the first is the picture, the others are marked and stand outside the rule."""

from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def mark_duplicates(apps, schema_editor):
    Image = apps.get_model("blog", "Image")
    first = Image.objects.filter(sha256=OuterRef("sha256")).order_by("pk").values("pk")[:1]
    Image.objects.exclude(pk=Subquery(first)).update(is_duplicate=True)


class Migration(migrations.Migration):
    dependencies = [("blog", "0008_picture")]
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
    ]
