"""Redirects to other pages and sites."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0012_tags")]
    operations = [
        migrations.AlterField(
            "oldpath",
            "post",
            models.ForeignKey(
                "blog.post",
                django.db.models.deletion.CASCADE,
                null=True,
                blank=True,
                related_name="old_paths",
            ),
        ),
        migrations.AddField(
            "oldpath", "target", models.CharField("web address", max_length=500, blank=True)
        ),
        migrations.AddConstraint(
            "oldpath",
            models.CheckConstraint(
                condition=models.Q(post=None) ^ models.Q(target=""), name="redirect_to_one_place"
            ),
        ),
    ]
