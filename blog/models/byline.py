from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from blog.transactions import writing


class PostAuthorQuerySet(models.QuerySet):
    def replace(self, post, people) -> None:
        """Make these the co-authors; those who were keep their order."""
        before = list(self.filter(post=post).values_list("user_id", flat=True))
        chosen = {person.pk for person in people}
        if chosen == set(before):
            return
        order = [pk for pk in before if pk in chosen]
        order += [person.pk for person in people if person.pk not in before]
        with writing() as scopes:
            self.filter(post=post).delete()
            self.bulk_create(
                self.model(post=post, user_id=pk, position=place) for place, pk in enumerate(order)
            )
            scopes.update(post.pages(post.status))


class PostAuthor(models.Model):
    post = models.ForeignKey("blog.Post", models.CASCADE, related_name="bylines")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="posts_with")
    position = models.PositiveSmallIntegerField(default=0)

    objects = PostAuthorQuerySet.as_manager()

    class Meta:
        verbose_name = _("co-author")
        verbose_name_plural = _("co-authors")
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["post", "user"], name="author_once_a_post")]

    def __str__(self):
        return str(self.user)
