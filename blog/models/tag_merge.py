"""Two tags become one, and how that is undone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.models import post_words
from blog.models.tag import TURN, FormerName, PostTag, Tag, TagAlias, find_posts
from blog.text.characters import isolated
from blog.transactions import in_turn, writing


@dataclass
class Undone:
    """The result of undoing a merge, for each of its posts."""

    tag: Tag
    as_before: list[int] = field(default_factory=list)
    # Somebody changed their tags since; they got the tag beside the changes.
    beside_changes: list[int] = field(default_factory=list)
    # They lost the tag that had stayed, or were deleted, and are left alone.
    left_alone: list[int] = field(default_factory=list)


class TagMergeQuerySet(models.QuerySet):
    def merge(self, old: Tag, *, into: Tag, by) -> "TagMerge":
        """`into` takes over the posts, labels, addresses and names of `old`, which is deleted.

        A post with both tags keeps the position of the one typed first. The description is taken
        over if `into` has none.
        """
        with writing():
            in_turn(TURN)
            merge = self._record(old, into, by)
            rows = PostTag.objects.filter(tag__in=(into, old))
            same = rows.filter(content_object=models.OuterRef("content_object"))
            rows.filter(models.Exists(same.filter(pk__lt=models.OuterRef("pk")))).delete()
            rows.update(tag=into)
            old.led_posts.update(lead_tag=into)
            old.aliases.update(tag=into)
            old.former_names.update(tag=into)
            old.delete()
            TagAlias.objects.create(slug=merge.slug, tag=into)
            FormerName.objects.create(key=merge.key, name=merge.name, tag=into)
            if merge.gave_description:
                into.description = merge.description
            into.save()
        return merge

    def _record(self, old: Tag, into: Tag, by) -> "TagMerge":
        posts = PostTag.objects.filter(tag=old).values("content_object")
        return self.create(
            by=by,
            **{name: getattr(old, name) for name in ("name", "key", "slug", "description")},
            old_id=old.pk,
            into_id=into.pk,
            into_name=into.name,
            tags_before={str(pk): tags for pk, tags in tags_of(posts).items()},
            labelled=list(old.led_posts.order_by("pk").values_list("pk", flat=True)),
            slugs=list(old.aliases.values_list("slug", flat=True)),
            names=list(old.former_names.values_list("key", flat=True)),
            gave_description=bool(old.description and not into.description),
        )


class TagMerge(models.Model):
    """A merge of one tag into another: person, time, and all that is needed to undo it."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("date"), default=timezone.now)
    name = models.CharField(_("tag"), max_length=100)
    key = models.CharField(max_length=200)
    slug = models.CharField(max_length=100)
    description = models.TextField(blank=True)
    # No foreign keys: the first row is deleted, and gets its id back when the merge is undone. The
    # other one may be deleted or merged later, and come back too.
    old_id = models.BigIntegerField()
    into_id = models.BigIntegerField()
    into_name = models.CharField(_("merged into"), max_length=100)
    # The ids of the tags that each post had, in their order.
    tags_before = models.JSONField(default=dict)
    labelled = models.JSONField(default=list)
    slugs = models.JSONField(default=list)
    names = models.JSONField(default=list)
    gave_description = models.BooleanField(default=False)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = TagMergeQuerySet.as_manager()

    class Meta:
        verbose_name = _("merge of tags")
        verbose_name_plural = _("merges of tags")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.name} → {self.into_name}"

    @property
    def posts(self) -> list[int]:
        return [int(pk) for pk in self.tags_before]

    @property
    def had_both(self) -> list[int]:
        return [int(pk) for pk, tags in self.tags_before.items() if self.into_id in tags]

    def obstacle(self) -> str:
        """Return a sentence about why this merge cannot be undone now; "" if it can."""
        if self.undone_at:
            return gettext("This merge was undone already.")
        if not Tag.objects.filter(pk=self.into_id).exists():
            later = TagMerge.objects.filter(old_id=self.into_id, undone_at=None).first()
            if later is None:
                return gettext("“%(tag)s” was deleted since.") % {"tag": self.into_name}
            return _undo_first(later)
        if Tag.objects.filter(key=self.key).exists():
            message = gettext("There is a tag “%(tag)s” again. Rename it, or merge it.")
            return message % {"tag": self.name}
        for later in TagMerge.objects.filter(into_id=self.into_id, undone_at=None, pk__gt=self.pk):
            if later.tags_before.keys() & self.tags_before.keys():
                return _undo_first(later)
        return ""

    def undo(self, *, by) -> Undone:
        """Make the tag again, with its posts, label and addresses. Raises ValidationError."""
        with writing():
            in_turn(TURN)
            self.refresh_from_db()
            if obstacle := self.obstacle():
                raise ValidationError(obstacle)
            self.undone_at, self.undone_by = timezone.now(), by
            self.save(update_fields=["undone_at", "undone_by"])
            into = Tag.objects.get(pk=self.into_id)
            undone = Undone(self._make_tag())
            self._give_back_posts(undone, into)
            self._give_back_addresses(undone.tag, into)
            if self.gave_description and into.description == self.description:
                into.description = ""
            into.save()
            post_words.write(find_posts(pk__in=self.posts))
        return undone

    def _make_tag(self) -> Tag:
        is_free = not Tag.objects.filter(slug=self.slug).exists()
        slug = self.slug if is_free else ""
        tag = Tag(pk=self.old_id, name=self.name, slug=slug, description=self.description)
        tag.save(force_insert=True)
        return tag

    def _give_back_posts(self, undone: Undone, into: Tag) -> None:
        now, again, swapped, added = tags_of(self.posts), {}, [], []
        for pk, before in ((int(pk), tags) for pk, tags in self.tags_before.items()):
            has_both, is_as_left = into.pk in before, now.get(pk) == self._merged(before)
            if into.pk not in now.get(pk, ()):
                undone.left_alone.append(pk)
                continue
            (undone.as_before if is_as_left else undone.beside_changes).append(pk)
            if not has_both:
                swapped.append(pk)
            elif is_as_left:
                again[pk] = before
            else:
                added.append(pk)
        PostTag.objects.filter(content_object__in=swapped, tag=into).update(tag=undone.tag)
        # The order of the rows is the order of the tags.
        PostTag.objects.filter(content_object__in=again).delete()
        rows = [(pk, tag) for pk, tags in again.items() for tag in tags]
        rows += [(pk, undone.tag.pk) for pk in added]
        PostTag.objects.bulk_create(PostTag(content_object_id=pk, tag_id=tag) for pk, tag in rows)
        restored = {*undone.as_before, *undone.beside_changes}
        labelled = restored.intersection(self.labelled)
        into.led_posts.filter(pk__in=labelled).update(lead_tag=undone.tag)

    def _merged(self, before: list[int]) -> list[int]:
        return list(dict.fromkeys(self.into_id if pk == self.old_id else pk for pk in before))

    def _give_back_addresses(self, tag: Tag, into: Tag) -> None:
        into.aliases.filter(slug__in=self.slugs).update(tag=tag)
        into.former_names.filter(key__in=self.names).update(tag=tag)


def tags_of(posts: Iterable[int] | models.QuerySet) -> dict[int, list[int]]:
    """Return the ids of the tags of each post, in their order."""
    found: dict[int, list[int]] = {}
    rows = PostTag.objects.filter(content_object__in=posts)
    for post, tag in rows.values_list("content_object", "tag"):
        found.setdefault(post, []).append(tag)
    return found


def _undo_first(later: TagMerge) -> str:
    message = gettext("“%(old)s” was merged into “%(into)s” afterwards. Undo that first.")
    return message % {"old": isolated(later.name), "into": isolated(later.into_name)}
