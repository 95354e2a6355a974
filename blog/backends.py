from django.contrib.auth.backends import ModelBackend


class RoleBackend(ModelBackend):
    """What a person may do comes from the roles alone: none has rights of their own to look up."""

    def get_user_permissions(self, user_obj, obj=None) -> set[str]:
        return set()
