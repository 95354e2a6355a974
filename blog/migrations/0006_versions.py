import blog.models.post
import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone


def fill(apps, schema_editor):
    apps.get_model("blog", "Revision").objects.update(begun_at=models.F("created_at"))
    out = apps.get_model("blog", "Post").objects.filter(path__isnull=False)
    out.filter(published_at__lte=timezone.now()).update(was_public=True)


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0005_plain_words'),
    ]

    operations = [
        migrations.RemoveField(
            model_name='post',
            name='preview_token',
        ),
        migrations.AddField(
            model_name='post',
            name='note',
            field=models.CharField(blank=True, editable=False, max_length=500),
        ),
        migrations.AddField(
            model_name='post',
            name='note_by',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='post',
            name='preview_hash',
            field=models.CharField(blank=True, editable=False, max_length=64),
        ),
        migrations.AddField(
            model_name='post',
            name='version',
            field=models.BigIntegerField(default=blog.models.post.new_version, editable=False),
        ),
        migrations.AddField(
            model_name='post',
            name='was_public',
            field=models.BooleanField(default=False, editable=False),
        ),
        migrations.AddField(
            model_name='revision',
            name='digest',
            field=models.CharField(blank=True, max_length=64),
        ),
        migrations.AddField(
            model_name='revision',
            name='begun_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AddField(
            model_name='revision',
            name='note',
            field=models.CharField(blank=True, max_length=500),
        ),
        migrations.AddField(
            model_name='revision',
            name='number',
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AddField(
            model_name='revision',
            name='tab',
            field=models.CharField(blank=True, max_length=36),
        ),
        migrations.AddField(
            model_name='revision',
            name='verb',
            field=models.CharField(blank=True, max_length=20),
        ),
        migrations.AddField(
            model_name='revision',
            name='version',
            field=models.BigIntegerField(null=True),
        ),
        migrations.AlterField(
            model_name='revision',
            name='created_at',
            field=models.DateTimeField(default=django.utils.timezone.now),
        ),
        migrations.AlterField(
            model_name='revision',
            name='kind',
            field=models.CharField(choices=[('working copy', 'Autosave'), ('save', 'Save'), ('publish', 'Publish'), ('restore', 'Restore'), ('import', 'Import'), ('aside', 'Not taken'), ('suggestion', 'Suggestion')], max_length=12),
        ),
        migrations.AlterField(
            model_name='revision',
            name='name',
            field=models.CharField(blank=True, max_length=100, verbose_name='name'),
        ),
        migrations.AddConstraint(
            model_name='revision',
            constraint=models.UniqueConstraint(condition=models.Q(('kind', 'working copy')), fields=('post', 'editor'), name='one_working_copy_an_editor'),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
