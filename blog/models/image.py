import re
import threading
from urllib.parse import unquote

from django.conf import settings
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from blog.cache import versions
from blog.images import renditions
from blog.models.user import Role
from blog.text.page_html import Picture
from blog.transactions import in_turn, writing

# A decoded picture may take half a gigabyte, and the worker has several threads: one at a time.
_one_at_a_time = threading.Lock()
# File names in a text; at most this many are looked up.
NAMED = re.compile(rf"{re.escape(settings.MEDIA_URL)}([^\s\"'<>()\\]+)")
MOST_IN_TEXT = 1000


def names_in(text: str) -> list[str]:
    """Return the names of files in a text. PostgreSQL cannot be asked about NUL, typed as %00."""
    names = dict.fromkeys(map(unquote, NAMED.findall(text)))
    return [name for name in names if "\0" not in name]


class ImageQuerySet(models.QuerySet):
    def to_render(self):
        return self.filter(renditions=Image.Renditions.DUE).order_by("pk")

    def of_file(self, sha256: str) -> "Image | None":
        """Return the picture that has this file. Within writing(), nobody adds one meanwhile."""
        in_turn(f"picture {sha256}")
        return self.filter(sha256=sha256).order_by("is_duplicate", "pk").first()

    def in_text(self, text: str, *, lock: bool = False) -> dict[str, Picture]:
        """Return the pictures whose address the text contains, for markup.render. `lock` the rows,
        so that none becomes ready before the rendered text is committed."""
        names = names_in(text)[:MOST_IN_TEXT]
        rows = self.select_for_update() if lock else self
        images = rows.filter(file__in=names).order_by("pk") if names else ()
        return {
            address: Picture(renditions.in_text(image), image.alt)
            for image in images
            for address in (image.file.url, settings.SITE_URL + image.file.url)
        }


class Image(models.Model):
    class Renditions(models.TextChoices):
        DUE = "due"
        READY = "ready"
        UNSCALABLE = "unscalable"

    file = models.ImageField(
        _("file"), upload_to="%Y/%m", width_field="width", height_field="height"
    )
    alt = models.TextField(
        _("description"),
        blank=True,
        help_text=_("What the picture shows, for those who do not see it."),
    )
    caption = models.TextField(_("caption"), blank=True)
    credit = models.CharField(_("credit"), max_length=200, blank=True)
    # The point that crops keep, as shares of width and height.
    focal_x = models.FloatField(default=0.5)
    focal_y = models.FloatField(default=0.5)
    width = models.PositiveIntegerField(editable=False)
    height = models.PositiveIntegerField(editable=False)
    sha256 = models.CharField(max_length=64, editable=False, db_index=True)
    # Another row has the same file: from before each file was stored once.
    is_duplicate = models.BooleanField(default=False, editable=False)
    # Until they are ready, pages show the original.
    renditions = models.CharField(
        max_length=10, choices=Renditions, default=Renditions.DUE, editable=False
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ImageQuerySet.as_manager()

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ["-created_at"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(renditions__in=("due", "ready", "unscalable")),
                name="image_renditions",
            ),
            models.CheckConstraint(
                condition=models.Q(focal_x__range=(0, 1), focal_y__range=(0, 1)),
                name="focal_point_in_image",
            ),
            models.UniqueConstraint(
                fields=["sha256"],
                condition=models.Q(is_duplicate=False),
                name="one_picture_a_file",
            ),
        ]
        indexes = [
            # ImageQuerySet.to_render
            models.Index(
                fields=["id"], condition=models.Q(renditions="due"), name="image_to_render"
            )
        ]

    def __str__(self):
        return self.alt[:80] or self.file.name

    def save(self, *args, **kwargs):
        is_new = self._state.adding
        with writing() as scopes:
            super().save(*args, **kwargs)
            # Nothing shows a new one yet.
            scopes.update(() if is_new else (versions.SITE,))

    def delete(self, *args, **kwargs):
        with writing() as scopes:
            scopes.add(versions.SITE)
            return super().delete(*args, **kwargs)

    def get_absolute_url(self):
        return self.file.url

    def may_be_described_by(self, user) -> bool:
        """The words and the point on cards; the file is for Editors."""
        return user.has_role(Role.ADMINISTRATOR, Role.EDITOR) or self.added_by_id == user.pk

    @classmethod
    def render(cls, pk: int) -> None:
        with _one_at_a_time:
            image = cls.objects.to_render().filter(pk=pk).first()
            if image:
                image._render()

    def _render(self) -> None:
        # If the file or the focal point changes meanwhile, the picture stays due.
        try:
            renditions.make(self)
            state = self.Renditions.READY
        except renditions.Unscalable:
            state = self.Renditions.UNSCALABLE
        texts = self.texts().prepared()
        made_of = {"sha256": self.sha256, "focal_x": self.focal_x, "focal_y": self.focal_y}
        with writing() as scopes:
            same = Image.objects.filter(pk=self.pk, **made_of)
            if same.update(renditions=state):
                self.texts().fill_in_pictures(texts)
                scopes.add(versions.SITE)
            else:
                Image.drop_renditions([self.sha256])

    def texts(self):
        from blog.models.post import Post

        return Post.objects.showing(self)

    def uses(self) -> list[models.Model]:
        """Return the rows that refer to it and the posts that have its address in their text."""
        rows = [
            row
            for relation in self._meta.related_objects
            for row in relation.related_model.objects.filter(**{relation.field.name: self})
        ]
        return list(dict.fromkeys([*rows, *self.texts()]))

    @classmethod
    def drop_files(cls, images) -> None:
        """Delete the files of rows that are gone or have another file now, after the commit."""
        names = {image.file.name for image in images}
        used = cls.objects.filter(file__in=names).values_list("file", flat=True)
        for name in names - set(used):
            transaction.on_commit(lambda name=name: default_storage.delete(name))
        cls.drop_renditions([image.sha256 for image in images])

    @classmethod
    def drop_renditions(cls, digests) -> None:
        # Copies that another picture shares stay.
        used = cls.objects.filter(sha256__in=digests).values_list("sha256", flat=True)
        for sha256 in set(digests) - set(used):
            transaction.on_commit(lambda sha256=sha256: renditions.remove(sha256))
