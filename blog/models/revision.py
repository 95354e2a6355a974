import json

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q
from django.db.models.fields.json import KeyTextTransform
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

FIELDS = (
    *("kind", "title", "slug", "deck", "excerpt", "body", "status", "published_at", "expires_at"),
    *("pinned", "author_id", "lead_image_id", "lead_alt", "lead_caption", "lead_tag_id"),
    "lead_decorative",
    *("canonical_url", "meta_description", "language", "comments_open"),
)


class RevisionQuerySet(models.QuerySet):
    def saved(self):
        """Return what the post once was, without texts that never became the post."""
        return self.exclude(kind__in=Revision.AS_TYPED)

    def values_of(self, *names: str):
        """Return the primary key and these of the `fields`, without loading the others."""
        texts = {f"fields_{name}": KeyTextTransform(name, "fields") for name in names}
        return self.order_by().annotate(**texts).values_list("pk", *texts)

    def working_copy(self, post, editor):
        return self.filter(post=post, editor=editor, kind=Revision.Kind.WORKING_COPY)


class Revision(models.Model):
    """Every editable field of a post: as it was after a save, or as somebody typed it.

    The `fields` of a kind in AS_TYPED are the values of the form (blog/editing/typed.py).
    """

    class Kind(models.TextChoices):
        WORKING_COPY = "working copy", _("Autosave")
        SAVE = "save", _("Save")
        PUBLISH = "publish", _("Publish")
        RESTORE = "restore", _("Restore")
        IMPORT = "import", _("Import")
        # Not taken, when two people saved different texts; or of another tab.
        ASIDE = "aside", _("Not taken")
        SUGGESTION = "suggestion", _("Suggestion")

    AS_TYPED = (Kind.WORKING_COPY, Kind.ASIDE, Kind.SUGGESTION)

    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="revisions")
    editor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True)
    kind = models.CharField(max_length=12, choices=Kind)
    # The button that was pressed, such as "take_down".
    verb = models.CharField(max_length=20, blank=True)
    # A line from the writer to the editor or back, or the findings that were waved through.
    note = models.CharField(max_length=500, blank=True)
    name = models.CharField(_("name"), max_length=100, blank=True)
    fields = models.JSONField(encoder=DjangoJSONEncoder)
    # The post's version after this save; for a text as typed, the one that it was typed on.
    version = models.BigIntegerField(null=True)
    # The page of the form that sent it, and its number: blog/editing/working_copy.py.
    tab = models.CharField(max_length=36, blank=True)
    # A hash of the form: the same page sent twice is one save.
    digest = models.CharField(max_length=64, blank=True)
    number = models.PositiveIntegerField(default=0)
    begun_at = models.DateTimeField(default=timezone.now)
    created_at = models.DateTimeField(default=timezone.now)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["-created_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["post", "editor"],
                condition=Q(kind="working copy"),
                name="one_working_copy_an_editor",
            )
        ]

    def __str__(self):
        return f"{self.post_id} {self.kind} {self.created_at}"

    @classmethod
    def record(cls, post, *, by, kind: str, **about: object) -> "Revision":
        """Store a revision, unless nothing changed since this person's last one. `about`: verb,
        note, tab, number, digest, begun_at, created_at."""
        fields = json.loads(cls.as_stored(fields_of(post)))
        last = post.revisions.saved().first()
        is_same = last and last.fields == fields and not about.get("note")
        if is_same and by in (None, last.editor):
            return last._repeated(post, about)
        return cls.objects.create(
            post=post, editor=by, kind=kind, fields=fields, version=post.version, **about
        )

    def _repeated(self, post, about: dict) -> "Revision":
        """Nothing changed: who has this version open is in nobody's way."""
        of_page = {"tab": "", "number": 0, "digest": ""}
        about = {name: about.get(name, empty) for name, empty in of_page.items()}
        self.version = self.version or post.version
        Revision.objects.filter(pk=self.pk).update(version=self.version, **about)
        type(post).objects.filter(pk=post.pk).update(version=self.version)
        post.version = self.version
        return self

    @classmethod
    def set_aside(cls, post, *, by, fields: dict, version=None, kind=Kind.ASIDE) -> "Revision":
        """Keep a text as typed that does not become the post, unless it was kept last."""
        last = post.revisions.filter(kind=kind, editor=by).first()
        if last and last.fields == fields:
            return last
        return cls.objects.create(post=post, editor=by, kind=kind, fields=fields, version=version)

    @staticmethod
    def as_stored(fields: dict) -> str:
        return json.dumps(fields, cls=DjangoJSONEncoder)


def fields_of(post) -> dict:
    fields = {name: getattr(post, name) for name in FIELDS}
    tags = list(post.tags.all())
    # The slug finds a tag that was merged into another one.
    fields |= {"tags": [tag.name for tag in tags], "tag_slugs": [tag.slug for tag in tags]}
    fields["lead_tag_slug"] = post.lead_tag.slug if post.lead_tag else ""
    fields["co_authors"] = list(post.bylines.values_list("user_id", flat=True))
    return fields
