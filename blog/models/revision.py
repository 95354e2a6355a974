import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.utils.translation import gettext_lazy as _

FIELDS = (
    *("kind", "title", "slug", "deck", "excerpt", "body", "status", "published_at", "expires_at"),
    *("pinned", "author_id", "lead_image_id", "lead_alt", "lead_caption", "lead_tag_id"),
    "lead_decorative",
    *("canonical_url", "meta_description", "language", "corrected_at", "correction"),
    "comments_open",
)


class Revision(models.Model):
    """Every editable field of a post after one save."""

    class Kind(models.TextChoices):
        AUTOSAVE = "autosave", _("Autosave")
        SAVE = "save", _("Save")
        PUBLISH = "publish", _("Publish")
        RESTORE = "restore", _("Restore")
        IMPORT = "import", _("Import")

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="revisions")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=100, blank=True)
    fields = models.JSONField(encoder=DjangoJSONEncoder)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["-created_at", "-pk"]

    def __str__(self):
        return f"{self.post_id} {self.kind} {self.created_at}"

    @classmethod
    def record(cls, post, *, by, kind: str):
        """Store a revision, unless nothing changed since the last one."""
        fields = {name: getattr(post, name) for name in FIELDS}
        fields["tags"] = list(post.tags.names())
        fields["co_authors"] = list(post.bylines.values_list("user_id", flat=True))
        last = post.revisions.first()
        if last is None or last.fields != _as_stored(fields):
            cls.objects.create(post=post, editor=by, kind=kind, fields=fields)


def _as_stored(fields: dict) -> dict:
    return json.loads(json.dumps(fields, cls=DjangoJSONEncoder))
