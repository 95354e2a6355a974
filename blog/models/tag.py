import re
import unicodedata
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import _TaggableManager
from taggit.models import ItemBase, TagBase

from blog.cache import versions
from blog.models import post_words
from blog.text.characters import is_blank
from blog.text.slugs import check_slug, free_slug
from blog.transactions import writing

LONGEST = 100


def split(text: str) -> list[str]:
    """Split at commas, semicolons and line breaks; taggit's own parser also splits at spaces."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\r\n]", text or ""):
        if name := " ".join(part.split()):
            found.setdefault(make_key(name), name)
    return list(found.values())


def join(tags) -> str:
    return ", ".join(tag.name for tag in tags)


def make_key(name: str) -> str:
    # Names with the same key are one tag. Done in Python: `lower()` in SQLite knows ASCII only.
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())


def in_reading_order(tags) -> list["Tag"]:
    # Élite before Zebras: accents count only where the letters are the same.
    return sorted(tags, key=lambda tag: (_without_marks(tag.key), tag.key))


def _without_marks(key: str) -> str:
    letters = unicodedata.normalize("NFKD", key)
    return "".join(char for char in letters if not unicodedata.combining(char))


def check_name(name: str) -> None:
    if len(name) > LONGEST:
        message = gettext("“%(name)s…” is %(length)d characters long; a tag may have %(most)d.")
        raise ValidationError(message % {"name": name[:30], "length": len(name), "most": LONGEST})
    if len(make_key(name)) > 2 * LONGEST:
        raise ValidationError(gettext("A tag of these letters is too long."))
    if is_blank(name):
        raise ValidationError(gettext("A tag must have characters that can be seen."))
    if any(unicodedata.category(char) == "Cc" for char in name):
        raise ValidationError(gettext("A tag may not contain control characters."))


def _posts(**conditions):
    return PostTag._meta.get_field("content_object").related_model.objects.filter(**conditions)


class TagQuerySet(models.QuerySet):
    def delete(self):
        pks = list(PostTag.objects.filter(tag__in=self).values_list("content_object", flat=True))
        deleted = super().delete()
        post_words.write(_posts(pk__in=pks))
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def named(self, names) -> list["Tag"]:
        """Return the tags with these names, in their order; missing ones are created."""
        wanted = {tag.key if isinstance(tag, Tag) else make_key(tag): tag for tag in names}
        found = {tag.key: tag for tag in self.filter(key__in=wanted)}
        for key, name in wanted.items():
            if key not in found:
                found[key], _created = self.get_or_create(key=key, defaults={"name": name})
        return [found[key] for key in wanted]

    def by_former_slug(self, slugs) -> dict[str, str]:
        """Return the name of the tag that has or had each slug."""
        former = TagAlias.objects.filter(slug__in=slugs).values_list("slug", "tag__name")
        return dict(former) | dict(self.filter(slug__in=slugs).values_list("slug", "name"))

    def used(self, now):
        """Return tags with a visible post, in reading order, with their count as `posts`."""
        from blog.models import Post

        visible = Post.objects.visible(now).filter(kind=Post.Kind.POST)
        shown = PostTag.objects.filter(content_object__in=visible.values("pk"))
        counts = dict(shown.values_list("tag").annotate(n=models.Count("pk")).order_by())
        tags = in_reading_order(self.filter(pk__in=counts))
        for tag in tags:
            tag.posts = counts[tag.pk]
        return tags


class Tag(TagBase):
    # A CharField: Django's SlugField refuses vowel signs.
    slug = models.CharField(_("slug"), max_length=100, unique=True, validators=[check_slug])
    key = models.CharField(max_length=200, unique=True, editable=False)
    description = models.TextField(_("description"), blank=True)

    objects = TagQuerySet.as_manager()

    class Meta:
        verbose_name = _("tag")
        verbose_name_plural = _("tags")
        ordering = ["key"]

    def clean(self):
        check_name(self.name)
        if re.search(r"[,;\r\n]", self.name):
            raise ValidationError(
                {"name": gettext("A tag may not contain a comma or a semicolon.")}
            )
        if Tag.objects.filter(key=make_key(self.name)).exclude(pk=self.pk).exists():
            message = gettext("There is a tag of this name. The list of tags can merge the two.")
            raise ValidationError({"name": message})

    def save(self, *args, **kwargs):
        check_name(self.name)
        self.key = make_key(self.name)
        if not self.slug:
            self.slug = free_slug(self.name, Tag.objects.exclude(pk=self.pk), fallback="tag")
        with writing() as scopes:
            self._remember_slug()
            super(TagBase, self).save(*args, **kwargs)
            scopes.add(versions.SITE)
        post_words.write(_posts(tags=self))

    def delete(self, *args, **kwargs):
        pks = list(_posts(tags=self).values_list("pk", flat=True))
        deleted = super().delete(*args, **kwargs)
        post_words.write(_posts(pk__in=pks))
        return deleted

    def _remember_slug(self):
        old = Tag.objects.filter(pk=self.pk).values_list("slug", flat=True).first()
        if old and old != self.slug:
            TagAlias.objects.update_or_create(slug=old, defaults={"tag": self})
        TagAlias.objects.filter(slug=self.slug).delete()

    def get_absolute_url(self):
        return reverse("tag", args=[self.slug])

    def merge(self, other: "Tag") -> "Merged":
        """Take over the posts, labels and addresses of `other`, which is deleted.

        A post with both tags keeps the position of the one typed first. The description is taken
        over if this tag has none.
        """
        with writing():
            # Lock both tags: adding one of them to a post waits.
            list(Tag.objects.select_for_update().filter(pk__in=(self.pk, other.pk)).order_by("pk"))
            merged = Merged.of(other, into=self)
            rows = PostTag.objects.filter(tag__in=(self, other))
            same = rows.filter(content_object=models.OuterRef("content_object"))
            rows.filter(models.Exists(same.filter(pk__lt=models.OuterRef("pk")))).delete()
            rows.update(tag=self)
            other.led_posts.update(lead_tag=self)
            other.aliases.update(tag=self)
            other.delete()
            TagAlias.objects.create(slug=merged.slug, tag=self)
            self.description = self.description or other.description
            self.save()
        return merged


@dataclass(frozen=True)
class Merged:
    """A deleted tag and the posts that had it: enough to create it again."""

    name: str
    slug: str
    posts: list[int]
    had_both: list[int]
    labelled: list[int]

    @classmethod
    def of(cls, tag: Tag, into: Tag) -> "Merged":
        posts, staying = (
            list(PostTag.objects.filter(tag=each).values_list("content_object", flat=True))
            for each in (tag, into)
        )
        labelled = list(tag.led_posts.order_by("pk").values_list("pk", flat=True))
        return cls(tag.name, tag.slug, posts, [pk for pk in posts if pk in set(staying)], labelled)


class TagAlias(models.Model):
    """A former slug of a tag, answered by one 301."""

    slug = models.CharField(max_length=100, unique=True)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="aliases")

    def __str__(self):
        return self.slug


class InOrder(models.Manager):
    """Returns tags in the order in which they were typed."""

    def get_queryset(self):
        return super().get_queryset().order_by("pk")


class PostTag(ItemBase):
    content_object = models.ForeignKey("blog.Post", models.CASCADE)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="+")

    objects = InOrder()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["content_object", "tag"], name="tag_once_a_post")
        ]


class PostTags(_TaggableManager):
    """Finds tags by key; taggit uses `iexact`, which in SQLite knows ASCII only."""

    def set(self, tags, **kwargs):
        tags = Tag.objects.named(tags)
        rows = PostTag.objects.filter(content_object=self.instance)
        if [tag.pk for tag in tags] != list(rows.values_list("tag", flat=True)):
            with writing():
                super().clear()
                self.add(*tags, **kwargs)

    def add(self, *tags, **kwargs):
        with writing():
            super().add(*tags, **kwargs)
            self._write_words()

    def remove(self, *tags):
        with writing():
            super().remove(*tags)
            self._write_words()

    def clear(self):
        with writing():
            super().clear()
            self._write_words()

    def _write_words(self):
        post_words.write(type(self.instance).objects.filter(pk=self.instance.pk))

    def _to_tag_model_instances(self, tags, tag_kwargs):
        return Tag.objects.named(tags)
