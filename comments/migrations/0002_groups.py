"""Who decides on comments, and who edits the policy."""

from django.db import migrations

EVERY = (("comment", "decide_comment"), ("comment", "view_comment"))
POLICY = (("policy", "change_policy"),)
GROUPS = {
    "Administrator": (*EVERY, *POLICY, ("comment", "erase_comment")),
    "Editor": EVERY + POLICY,
    "Moderator": EVERY + POLICY,
    "Author": (("comment", "decide_own"), ("comment", "view_comment")),
}


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, permissions in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, *names) for names in permissions))


def permission(apps, model, codename):
    kind, _made = apps.get_model("contenttypes", "ContentType").objects.get_or_create(
        app_label="comments", model=model
    )
    found, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [("comments", "0001_initial"), ("blog", "0002_groups")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
