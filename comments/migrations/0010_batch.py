from itertools import groupby

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models
from django.db.models import Max

VERBS = ["approve", "hold", "spam", "trash", "restore", "undo", "withdraw", "erase"]
BY_REASON = {"undo": "undo", "erased": "erase", "withdrawn": "withdraw"}
BY_STATUS = {"approved": "approve", "spam": "spam", "trash": "trash"}
CHUNK = 1_000


def verb_of(moves):
    """`moves`: (old status, new status, reason). A restore to Approved cannot be told from an
    approval."""
    for reason, verb in BY_REASON.items():
        if any(reason == why for _old, _new, why in moves):
            return verb
    before, after = {old for old, _new, _why in moves}, {new for _old, new, _why in moves}
    if after == {"pending"} and before == {"approved"}:
        return "hold"
    return BY_STATUS.get(*after, "restore") if len(after) == 1 else "restore"


def fill(apps, schema_editor):
    Batch, Decision = apps.get_model("comments", "Batch"), apps.get_model("comments", "Decision")
    decided = Decision.objects.filter(batch__isnull=False).order_by("batch")
    moves = decided.values_list("batch", "by", "old_status", "new_status", "reason")
    rows = moves.annotate(at=Max("created_at")).iterator(chunk_size=CHUNK)
    made = []
    for pk, same in groupby(rows, key=lambda row: row[0]):
        same = list(same)
        verb, at = verb_of([row[2:5] for row in same]), max(row[5] for row in same)
        made.append(Batch(pk=pk, by_id=same[0][1], verb=verb, at=at))
        if len(made) == CHUNK:
            Batch.objects.bulk_create(made)
            made = []
    Batch.objects.bulk_create(made)


class Migration(migrations.Migration):
    dependencies = [
        ("comments", "0009_edit_old_version"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]
    operations = [
        migrations.CreateModel(
            name="Batch",
            fields=[
                ("id", models.UUIDField(primary_key=True, serialize=False)),
                ("verb", models.CharField(max_length=8, choices=[(v, v.title()) for v in VERBS])),
                ("at", models.DateTimeField()),
                (
                    "by",
                    models.ForeignKey(
                        settings.AUTH_USER_MODEL,
                        django.db.models.deletion.SET_NULL,
                        null=True,
                        related_name="+",
                        db_index=False,
                    ),
                ),
            ],
            options={
                "default_permissions": (),
                "indexes": [models.Index(fields=["by", "at", "id"], name="batch_by")],
            },
        ),
        migrations.RemoveIndex("decision", "decision_done"),
        migrations.AddIndex("decision", models.Index(fields=["by"], name="decision_by")),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
