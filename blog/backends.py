from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """Takes permissions from the roles (groups) alone, never from a user's own permissions."""

    def get_user_permissions(self, user_obj, obj=None) -> set[str]:
        return set()
