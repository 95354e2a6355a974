import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0009_slugs'),
    ]

    operations = [
        migrations.CreateModel(
            name='UserAlias',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('slug', models.CharField(max_length=100, unique=True)),
            ],
        ),
        migrations.AddField(
            model_name='site',
            name='may_answer',
            field=models.BooleanField(default=True, help_text='ChatGPT, Claude, Perplexity and others look a page up when somebody asks them something, and name it as their source.', verbose_name='assistants may read it to answer questions'),
        ),
        migrations.AddField(
            model_name='site',
            name='may_search',
            field=models.BooleanField(default=True, help_text='Google, Bing and others. If not, programs are asked to keep away, and hardly anybody finds the site by searching. This and the next two are requests in /robots.txt: whoever ignores it is not stopped.', verbose_name='search engines may list the site'),
        ),
        migrations.AddField(
            model_name='site',
            name='may_train',
            field=models.BooleanField(default=False, help_text='Programs that gather texts for models, which name no source. What was gathered cannot be taken back. If not, the site is still found by search engines.', verbose_name='language models may be trained on it'),
        ),
        migrations.AddIndex(
            model_name='post',
            index=models.Index(condition=models.Q(('canonical_url', ''), _negated=True), fields=['id'], name='canonical_elsewhere'),
        ),
        migrations.AddField(
            model_name='useralias',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='aliases', to=settings.AUTH_USER_MODEL),
        ),
    ]
