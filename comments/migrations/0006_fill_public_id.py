from django.db import migrations
from django.db.models import F, Max

CHUNK = 10_000


def keep_old_numbers(apps, schema_editor):
    """Web addresses and feed ids of comments that exist stay as they are."""
    Comment = apps.get_model("comments", "Comment")
    last = Comment.objects.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, CHUNK):
        rows = Comment.objects.filter(pk__gte=start, pk__lt=start + CHUNK, public_id=None)
        rows.update(public_id=F("pk"))


class Migration(migrations.Migration):
    # Each chunk is a transaction of its own: what is done stays done where this is cut short.
    atomic = False
    dependencies = [("comments", "0005_public_id")]
    operations = [migrations.RunPython(keep_old_numbers, migrations.RunPython.noop)]
