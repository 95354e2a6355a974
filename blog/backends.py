import json
from functools import cache

from django.contrib.auth.backends import ModelBackend
from django.db import connection
from django.db.models import TextField
from django.db.models.expressions import RawSQL

from blog.models import User

_SQL = """CAST((SELECT {}(DISTINCT t.app_label || '.' || p.codename)
    FROM blog_user_groups g JOIN auth_group_permissions r ON r.group_id = g.group_id
    JOIN auth_permission p ON p.id = r.permission_id
    JOIN django_content_type t ON t.id = p.content_type_id
    WHERE g.user_id = blog_user.id) AS text)"""
_RIGHTS = {"sqlite": _SQL.format("json_group_array"), "postgresql": _SQL.format("json_agg")}


@cache
def _statement(vendor: str) -> str:
    """To write it takes longer than to ask."""
    rights = RawSQL(_RIGHTS[vendor], [], TextField())  # noqa: S611
    one = User.objects.annotate(rights=rights).filter(pk=0)
    return one.query.sql_with_params()[0]


class RoleBackend(ModelBackend):
    """What a person may do comes from the roles alone: none has rights of their own to look up, and
    those of the roles come with the person, in one query for each page of the staff."""

    def get_user_permissions(self, user_obj, obj=None) -> set[str]:
        return set()

    def get_user(self, user_id) -> User | None:
        user = next(iter(User.objects.raw(_statement(connection.vendor), [user_id])), None)
        if user is None or not self.user_can_authenticate(user):
            return None
        if not user.is_superuser:
            user._group_perm_cache = set(json.loads(user.rights or "[]"))
        return user
