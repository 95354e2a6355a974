from collections import defaultdict

from django.db import migrations

from blog.models.post_words import INDEX, of_post

CHUNK = 100


def fill(apps, _schema_editor):
    posts, tags = apps.get_model("blog", "Post"), apps.get_model("blog", "PostTag")
    pks = list(posts.objects.order_by("pk").values_list("pk", flat=True))
    for start in range(0, len(pks), CHUNK):
        chunk, names = pks[start : start + CHUNK], defaultdict(list)
        rows = tags.objects.filter(content_object__in=chunk).order_by("pk")
        for pk, name in rows.values_list("content_object", "tag__name"):
            names[pk].append(name)
        found = posts.objects.filter(pk__in=chunk).values_list("pk", "title", "deck", "body_text")
        INDEX.write({pk: of_post(title, names[pk], deck, text) for pk, title, deck, text in found})


class Migration(migrations.Migration):
    dependencies = [("blog", "0013_redirects")]
    operations = [
        migrations.RunPython(
            lambda _apps, schema_editor: INDEX.create(schema_editor),
            lambda _apps, schema_editor: INDEX.drop(schema_editor),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
