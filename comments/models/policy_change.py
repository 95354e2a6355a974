from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.characters import isolated

ERASED = "…"


class PolicyChange(models.Model):
    """Records who changed the policy, how and when. It outlives the account, as a Decision does;
    the admin's own log is deleted with it and has no commands."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_a_person = models.BooleanField(default=False)
    at = models.DateTimeField()
    # By field name: [before, after] for a number, [removed, added] for lines.
    changes = models.JSONField()

    class Meta:
        ordering = ["-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.at:%Y-%m-%d %H:%M}: {', '.join(self.changes)}"

    @classmethod
    def record(cls, before: dict, after: dict, *, by) -> None:
        changes = differences(before, after)
        cls.objects.create(by=by, by_a_person=by is not None, at=timezone.now(), changes=changes)

    @classmethod
    def last(cls, name: str, *, out: str = "", added: str = "") -> "PolicyChange | None":
        """Returns the last change of this field, or the last that removed or added this line."""
        changes = cls.objects.filter(changes__has_key=name).select_related("by")
        for change in changes.iterator(chunk_size=50):
            parts = change.changes[name]
            if (not out or out in parts[0]) and (not added or added in parts[1]):
                return change
        return None

    @classmethod
    def forget(cls, address: str) -> None:
        """Deletes the address but not the change. Call it within writing()."""
        for row in cls.objects.filter(changes__has_key="addresses"):
            lines = row.changes["addresses"]
            left = [[ERASED if line == address else line for line in part] for part in lines]
            if left != lines:
                row.changes["addresses"] = left
                row.save(update_fields=["changes"])

    @property
    def who(self) -> str:
        if self.by:
            return isolated(self.by)
        return _("Someone who has left") if self.by_a_person else _("A command")


def differences(before: dict, after: dict) -> dict[str, list]:
    return {n: _difference(old, after[n]) for n, old in before.items() if old != after[n]}


def _difference(old, new) -> list:
    if not isinstance(old, str):
        return [old, new]
    before, after = old.splitlines(), new.splitlines()
    kept = set(before) & set(after)
    return [[w for w in before if w not in kept], [w for w in after if w not in kept]]
