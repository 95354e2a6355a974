"""The roles and what each may do with posts; comments' own migration adds the rest."""

from django.db import migrations

WRITER = ("add_post", "change_post", "view_post", "add_image", "view_image", "view_tag")
EDITOR = (
    *WRITER,
    "publish_post",
    "change_image",
    "delete_image",
    "add_tag",
    "change_tag",
    "delete_tag",
    *(f"{verb}_postauthor" for verb in ("add", "change", "delete", "view")),
    *(f"{verb}_oldpath" for verb in ("add", "change", "delete", "view")),
    *(f"{verb}_tagalias" for verb in ("add", "change", "delete", "view")),
)
ADMINISTRATOR = (
    *EDITOR,
    "add_site",
    "change_site",
    "view_site",
    "add_user",
    "change_user",
    "view_user",
)
GROUPS = {
    "Administrator": ADMINISTRATOR,
    "Editor": EDITOR,
    "Author": (*WRITER, "publish_post"),
    "Contributor": WRITER,
    "Moderator": (),
}


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, codenames in GROUPS.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*(permission(apps, codename) for codename in codenames))


def permission(apps, codename):
    """Permissions are otherwise made only after all migrations have run."""
    content_types = apps.get_model("contenttypes", "ContentType")
    kind, _made = content_types.objects.get_or_create(
        app_label="blog", model=codename.rpartition("_")[2]
    )
    found, _made = apps.get_model("auth", "Permission").objects.get_or_create(
        content_type=kind, codename=codename, defaults={"name": f"Can {codename.replace('_', ' ')}"}
    )
    return found


class Migration(migrations.Migration):
    dependencies = [("blog", "0001_initial"), ("auth", "0012_alter_user_first_name_max_length")]
    operations = [migrations.RunPython(make_groups, migrations.RunPython.noop)]
