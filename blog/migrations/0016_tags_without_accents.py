from django.db import migrations, models

from blog.text.folding import fold

MODELS = ("Tag", "FormerName")


def fill(apps, _schema_editor):
    for name in MODELS:
        rows = apps.get_model("blog", name).objects
        for row in rows.only("pk", "name").iterator(chunk_size=1_000):
            rows.filter(pk=row.pk).update(folded=fold(row.name))


class Migration(migrations.Migration):
    dependencies = [("blog", "0015_no_time_zone_of_a_person")]
    operations = [
        *(
            migrations.AddField(
                name,
                "folded",
                models.CharField(max_length=400, editable=False, default=""),
                preserve_default=False,
            )
            for name in MODELS
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
