from django.db import migrations, transaction
from django.db.models import Max

from comments.models.comment_words import COLUMNS, INDEX, of_comment

CHUNK = 1_000


def fill(apps, schema_editor):
    comments = apps.get_model("comments", "Comment").objects
    last = comments.aggregate(last=Max("pk"))["last"] or 0
    for start in range(0, last + 1, CHUNK):
        rows = comments.filter(pk__gte=start, pk__lt=start + CHUNK).values_list("pk", *COLUMNS)
        with transaction.atomic(schema_editor.connection.alias):
            INDEX.write({pk: of_comment(*texts) for pk, *texts in rows})


class Migration(migrations.Migration):
    # Each chunk is a transaction of its own: what is done stays done where this is cut short.
    atomic = False
    dependencies = [("comments", "0011_new_words")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
