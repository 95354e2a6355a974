import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("blog", "0007_correction")]
    operations = [
        migrations.AddField(
            "user",
            "picture",
            models.ForeignKey(
                null=True,
                blank=True,
                on_delete=django.db.models.deletion.SET_NULL,
                to="blog.image",
                verbose_name="picture",
            ),
        )
    ]
