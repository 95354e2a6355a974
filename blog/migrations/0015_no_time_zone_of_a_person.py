from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("blog", "0014_words")]
    operations = [migrations.RemoveField("user", "time_zone")]
