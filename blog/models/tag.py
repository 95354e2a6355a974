import re
import unicodedata

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Coalesce, Length
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.managers import _TaggableManager
from taggit.models import ItemBase, TagBase

from blog.cache import versions
from blog.models import post_words
from blog.text.characters import is_blank
from blog.text.folding import fold
from blog.text.slugs import check_slug, free_slug, make_slug, without_marks
from blog.transactions import in_turn, writing

LONGEST = 100
MOST_SUGGESTED = 10
# The slug of a name without letters.
NO_LETTERS = "tag"
# For in_turn(): a tag is not merged or deleted while a post with it is saved.
TURN = "tags"


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


def find_posts(**conditions):
    return PostTag._meta.get_field("content_object").related_model.objects.filter(**conditions)


class TagQuerySet(models.QuerySet):
    def delete(self):
        with writing() as scopes:
            rows = PostTag.objects.filter(tag__in=self)
            pks = list(rows.values_list("content_object", flat=True))
            deleted = super().delete()
            scopes.add(versions.SITE)
        post_words.write(find_posts(pk__in=pks))
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]

    def known(self, names) -> dict[str, "Tag"]:
        """Return the tags that have these names, or had them, by the key of the name."""
        keys = {make_key(name) for name in names}
        found = {tag.key: tag for tag in self.filter(key__in=keys)}
        if missing := keys - found.keys():
            former = FormerName.objects.filter(key__in=missing).select_related("tag")
            found |= {row.key: row.tag for row in former}
        return found

    def named(self, names) -> list["Tag"]:
        """Return the tags with these names, in their order; missing ones are created. A former
        name gives the tag that had it."""
        wanted = {make_key(str(name)): str(name) for name in names}
        found = self.known(wanted.values())
        for key, name in wanted.items():
            if key not in found:
                found[key], _created = self.get_or_create(key=key, defaults={"name": name})
        return list(dict.fromkeys(found[key] for key in wanted))

    def by_former_slug(self, slugs) -> dict[str, str]:
        """Return the name of the tag that has or had each slug."""
        former = TagAlias.objects.filter(slug__in=slugs, tag__isnull=False)
        names = dict(former.values_list("slug", "tag__name"))
        return names | dict(self.filter(slug__in=slugs).values_list("slug", "name"))

    def suggested(self, typed: str) -> list["Tag"]:
        """Return tags for what somebody begins to type, with or without its accents, with the count
        of their posts: the one of this name first, then the most used, then the shortest. A former
        name finds its tag."""
        typed = " ".join(typed.replace("\0", "").split())
        key, folded = make_key(typed), fold(typed)
        if not key or len(key) > 2 * LONGEST:
            return []
        begins, has = models.Q(key__startswith=key), models.Q(key__contains=key)
        if folded:
            begins |= models.Q(folded__startswith=folded)
            has |= models.Q(folded__contains=folded)
        former = FormerName.objects.filter(begins).values("tag")
        found = self.filter(has | models.Q(pk__in=former))
        posts = PostTag.objects.filter(tag=models.OuterRef("pk")).order_by().values("tag")
        count = models.Subquery(posts.annotate(n=models.Count("pk")).values("n"))
        found = found.annotate(
            is_exact=models.Q(key=key),
            is_same=models.Q(folded=folded),
            posts=Coalesce(count, 0),
            length=Length("key"),
        )
        order = ("-is_exact", "-is_same", "-posts", "length", "key")
        return list(found.order_by(*order)[:MOST_SUGGESTED])

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
    # Without accents, to find it by what somebody types; æ is two letters.
    folded = models.CharField(max_length=4 * LONGEST, editable=False)
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
        former = FormerName.objects.filter(key=make_key(self.name)).exclude(tag=self.pk).first()
        if former:
            message = gettext("This is a former name of “%(tag)s”; its page can free the name.")
            raise ValidationError({"name": message % {"tag": former.tag}})
        if alias := self._aliases_of_others(self.slug).select_related("tag").first():
            message = gettext("This is a former web address of “%(tag)s”, and leads there.")
            raise ValidationError({"slug": message % {"tag": alias.tag}})

    def save(self, *args, **kwargs):
        check_name(self.name)
        self.key, self.folded = make_key(self.name), fold(self.name)
        with writing() as scopes:
            before = Tag.objects.filter(pk=self.pk).values("name", "key", "slug").first()
            if not self.slug or self._follows_name(before):
                self.slug = self._free_slug()
            super(TagBase, self).save(*args, **kwargs)
            self._remember(before)
            scopes.add(versions.SITE)
        post_words.write(find_posts(tags=self))

    def delete(self, *args, **kwargs):
        pks = list(find_posts(tags=self).values_list("pk", flat=True))
        with writing() as scopes:
            deleted = super().delete(*args, **kwargs)
            scopes.add(versions.SITE)
        post_words.write(find_posts(pk__in=pks))
        return deleted

    def _follows_name(self, before: dict | None) -> bool:
        # The slug follows the name while nobody typed another one.
        if not before or before["slug"] != self.slug or before["name"] == self.name:
            return False
        slug = make_slug(before["name"]) or NO_LETTERS
        made = "|".join(map(re.escape, (slug, without_marks(slug))))
        return bool(re.fullmatch(rf"(?:{made})(-\d+)?", self.slug))

    def _free_slug(self) -> str:
        others = Tag.objects.exclude(pk=self.pk)
        return free_slug(
            self.name,
            others,
            fallback=NO_LETTERS,
            is_free=lambda slug: not self._aliases_of_others(slug).exists(),
        )

    def _aliases_of_others(self, slug: str):
        # An alias without a tag leads to the page of all tags; its slug is free.
        return TagAlias.objects.filter(slug=slug, tag__isnull=False).exclude(tag=self.pk)

    def _remember(self, before: dict | None) -> None:
        if before and before["slug"] != self.slug:
            TagAlias.objects.update_or_create(slug=before["slug"], defaults={"tag": self})
        if before and before["key"] != self.key:
            former = {"name": before["name"], "tag": self}
            FormerName.objects.update_or_create(key=before["key"], defaults=former)
        TagAlias.objects.filter(slug=self.slug).delete()
        FormerName.objects.filter(key=self.key).delete()

    def get_absolute_url(self):
        return reverse("tag", args=[self.slug])

    def merge(self, other: "Tag", *, by=None):
        """Take over the posts of `other`, which is deleted. Returns the TagMerge."""
        from blog.models.tag_merge import TagMerge

        return TagMerge.objects.merge(other, into=self, by=by)

    def remove(self, *, leads_to: "Tag | None" = None) -> None:
        """Delete the tag. Its addresses lead to another tag, or to the page of all tags. A post
        whose label it was gets the first of its other tags."""
        with writing() as scopes:
            in_turn(TURN)
            slugs = [*self.aliases.values_list("slug", flat=True), self.slug]
            labelled = self.led_posts.model.objects.filter(
                pk__in=list(self.led_posts.values_list("pk", flat=True))
            )
            self.delete()
            TagAlias.objects.bulk_create(TagAlias(slug=slug, tag=leads_to) for slug in slugs)
            rows = PostTag.objects.filter(content_object=models.OuterRef("pk")).order_by("pk")
            labelled.update(lead_tag=models.Subquery(rows.values("tag")[:1]))
            scopes.add(versions.SITE)


class TagAlias(models.Model):
    """A former slug of a tag, answered by one 301. Without a tag it leads to the page of all."""

    slug = models.CharField(max_length=100, unique=True)
    tag = models.ForeignKey(Tag, models.CASCADE, null=True, related_name="aliases")

    def __str__(self):
        return self.slug


class FormerName(models.Model):
    """A name that a tag had, or a tag that was merged into it: typed again, it gives this tag."""

    key = models.CharField(max_length=200, unique=True, editable=False)
    folded = models.CharField(max_length=4 * LONGEST, editable=False)
    name = models.CharField(_("former name"), max_length=100, editable=False)
    tag = models.ForeignKey(Tag, models.CASCADE, related_name="former_names")

    class Meta:
        verbose_name = _("former name")
        verbose_name_plural = _("former names")
        ordering = ["key"]
        default_permissions = ()

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.folded = fold(self.name)
        if fields := kwargs.get("update_fields"):
            kwargs["update_fields"] = {*fields, "folded"}
        super().save(*args, **kwargs)


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
        in_turn(TURN)
        tags = Tag.objects.named(tags)
        rows = PostTag.objects.filter(content_object=self.instance)
        if [tag.pk for tag in tags] != list(rows.values_list("tag", flat=True)):
            with writing():
                super().clear()
                self.add(*tags, **kwargs)

    def add(self, *tags, **kwargs):
        with writing():
            super().add(*tags, **kwargs)
            self._follow()

    def remove(self, *tags):
        with writing():
            super().remove(*tags)
            self._follow()

    def clear(self):
        with writing():
            super().clear()
            self._follow()

    def _follow(self):
        post_words.write(type(self.instance).objects.filter(pk=self.instance.pk))
        with writing() as scopes:
            scopes.update(self.instance.pages(self.instance.status))

    def _to_tag_model_instances(self, tags, tag_kwargs):
        return Tag.objects.named(tags)
