from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("blog", "0009_words")]
    operations = [migrations.RemoveField("user", "time_zone")]
