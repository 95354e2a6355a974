# Labels and help texts only: no change of a table.
import blog.models.site
import blog.models.user
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('blog', '0004_post_visible'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='oldpath',
            options={'verbose_name': 'redirect', 'verbose_name_plural': 'redirects'},
        ),
        migrations.AlterField(
            model_name='oldpath',
            name='path',
            field=models.CharField(error_messages={'unique': 'This old web address is already in the list.'}, max_length=500, unique=True, verbose_name='old web address'),
        ),
        migrations.AlterField(
            model_name='site',
            name='accent',
            field=models.CharField(blank=True, help_text='Of labels, marks and lines under links, such as #0b6e4f. It has to be dark enough to be read; the lighter one for readers with a dark screen is found from it. Empty: the default red.', max_length=7, validators=[blog.models.site.check_accent], verbose_name='accent colour'),
        ),
        migrations.AlterField(
            model_name='site',
            name='navigation',
            field=models.TextField(blank=True, help_text='One link a line: the text, a bar, the web address. About | /about/', validators=[blog.models.site.check_navigation], verbose_name='navigation'),
        ),
        migrations.AlterField(
            model_name='user',
            name='links',
            field=models.TextField(blank=True, help_text="One web address a line. Shown on the author's page.", validators=[blog.models.user.check_links], verbose_name='your pages on other sites'),
        ),
    ]
