from django.db import migrations


class Migration(migrations.Migration):
    """It made an index that triggers kept. 0011_new_words removes it where it was made."""

    dependencies = [("comments", "0002_groups")]
    operations = []
