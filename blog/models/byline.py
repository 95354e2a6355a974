from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class PostAuthor(models.Model):
    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="bylines")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts_with")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="author_once_a_post")]

    def __str__(self):
        return str(self.user)
