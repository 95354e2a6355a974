import uuid
from datetime import datetime

from django.conf import settings
from django.core.validators import MaxLengthValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.text import markup
from blog.transactions import writing


class CorrectionQuerySet(models.QuerySet):
    def visible(self, now: datetime):
        """Return the corrections of visible posts, newest first."""
        from blog.models import Post

        visible = self.filter(post__in=Post.objects.visible(now).values("pk"))
        return visible.order_by("-at", "-pk")

    def with_posts(self):
        unread = ("body", "body_html", "body_text")
        return self.select_related("post").defer(*(f"post__{name}" for name in unread))

    def record(self, post, text: str, by, at: datetime | None = None) -> "Correction":
        """Correct a post: readers are told `text`, and when. It may hold Markdown of one line."""
        return self.create(post=post, text=text, by=by, at=at or timezone.now())

    def render_again(self) -> None:
        for correction in self.select_related("post"):
            correction.save()


class Correction(models.Model):
    """A dated sentence under a post that says what was wrong with it."""

    post = models.ForeignKey(
        "blog.Post", models.CASCADE, related_name="corrections", verbose_name=_("post")
    )
    text = models.TextField(
        _("correction"),
        validators=[MaxLengthValidator(500)],
        help_text=_("What was wrong, in a sentence. Links and emphasis in Markdown are allowed."),
    )
    text_html = models.TextField(editable=False)
    render_version = models.PositiveSmallIntegerField(default=0, editable=False)
    at = models.DateTimeField(_("date"), default=timezone.now, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name=_("by"),
    )
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = CorrectionQuerySet.as_manager()

    class Meta:
        verbose_name = _("correction")
        verbose_name_plural = _("corrections")
        ordering = ["at", "pk"]
        indexes = [models.Index(fields=["-at", "-id"], name="newest_corrections")]

    def __str__(self):
        return self.text

    def save(self, *args, **kwargs):
        self.text_html = markup.render_line(self.text)
        self.render_version = markup.RENDER_VERSION
        with writing() as scopes:
            super().save(*args, **kwargs)
            scopes.update(self.post.pages(self.post.status))

    def delete(self, *args, **kwargs):
        with writing() as scopes:
            scopes.update(self.post.pages(self.post.status))
            return super().delete(*args, **kwargs)

    @property
    def html(self):
        return markup.stored(self.text_html)

    @property
    def path(self) -> str:
        return f"{self.post.get_absolute_url()}#corrections"
