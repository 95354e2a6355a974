from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q

# A deleted account leaves no id, and these verbs also have batches without one: a commenter
# withdraws, a command erases.
ALSO_WITHOUT_ACCOUNT = ("withdraw", "erase")


def fill(apps, schema_editor):
    Batch, Decision = apps.get_model("comments", "Batch"), apps.get_model("comments", "Decision")
    by_person = Decision.objects.filter(batch=OuterRef("pk"), by_a_person=True)
    nobody = Batch.objects.filter(by=None).exclude(verb__in=ALSO_WITHOUT_ACCOUNT)
    nobody.filter(Exists(by_person)).update(by_moderator=True)
    Batch.objects.exclude(by=None).update(by_moderator=True)


class Migration(migrations.Migration):
    dependencies = [("comments", "0012_fill_words")]
    operations = [
        migrations.AddField("batch", "by_moderator", models.BooleanField(default=False)),
        migrations.AddIndex(
            "batch",
            models.Index(
                condition=Q(("by_moderator", True)),
                fields=["at", "id"],
                name="batch_by_moderators",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
