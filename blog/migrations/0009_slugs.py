"""Slugs with vowel signs: addresses that readers know stay as they are, those of drafts are made
again. And which texts are shown plain."""

import re
import unicodedata

from django.db import migrations, models
from django.utils.text import slugify

import blog.text.slugs
from blog.text.slugs import make_slug


def mend_drafts(apps, schema_editor):
    posts = apps.get_model("blog", "Post").objects
    for post in posts.filter(path=None).exclude(slug=None).only("kind", "title", "slug"):
        before, slug = without_marks(post.title), make_slug(post.title)
        others = posts.filter(kind=post.kind, slug=slug).exclude(pk=post.pk)
        if slug and before == post.slug != slug and not others.exists():
            post.slug = slug
            post.save(update_fields=["slug"])


def without_marks(title):
    slug = unicodedata.normalize("NFC", slugify(title, allow_unicode=True)).strip("-_")
    slug = re.sub(r"[-_]{2,}", "-", slug)
    return slug if len(slug) <= 80 else slug[:81].rpartition("-")[0] or slug[:80]


def slug_field(*labels, **options):
    checks = [blog.text.slugs.check_slug]
    return models.CharField(*labels, max_length=100, unique=True, validators=checks, **options)


plain = models.BooleanField(default=False, editable=False)


class Migration(migrations.Migration):
    dependencies = [("blog", "0008_picture")]
    operations = [
        migrations.AlterField("tag", "slug", slug_field("slug")),
        migrations.AlterField("tagalias", "slug", models.CharField(max_length=100, unique=True)),
        migrations.AlterField("user", "slug", slug_field("address", blank=True)),
        migrations.AddField("post", "is_plain", plain),
        migrations.RunPython(mend_drafts, migrations.RunPython.noop),
    ]
