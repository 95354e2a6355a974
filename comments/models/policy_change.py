from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.text.characters import isolated

ERASED = "…"


class PolicyChange(models.Model):
    """Who changed what of the policy, and when. It outlives the account, as a Decision does; the
    admin's own log is deleted with it and knows no commands."""

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    by_a_person = models.BooleanField(default=False)
    at = models.DateTimeField()
    # By the name of the field: [before, after] of a number, [taken out, added] of lines.
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
        """The last that changed this field; or took this line out of it, or added it."""
        changes = cls.objects.filter(changes__has_key=name).select_related("by")
        for change in changes.iterator(chunk_size=50):
            parts = change.changes[name]
            if (not out or out in parts[0]) and (not added or added in parts[1]):
                return change
        return None

    @classmethod
    def forget(cls, address: str) -> None:
        """Within writing(). That somebody was blocked or let in stays, not who it was."""
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
