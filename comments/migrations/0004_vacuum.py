from django.db import migrations

# A decision leaves a dead row in every index, which a count has to step over. PostgreSQL would clear
# away after a fifth of the table; a fiftieth of a million comments takes it four seconds.
TABLE = "comments_comment"
EARLIER = "ALTER TABLE {} SET (autovacuum_vacuum_scale_factor = 0.02)"
AS_USUAL = "ALTER TABLE {} RESET (autovacuum_vacuum_scale_factor)"


def on_postgresql(statement):
    def run(_apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement.format(TABLE))

    return run


class Migration(migrations.Migration):
    dependencies = [("comments", "0003_words")]
    operations = [migrations.RunPython(on_postgresql(EARLIER), on_postgresql(AS_USUAL))]
