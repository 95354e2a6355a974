"""One act on many posts at once, and how that is undone."""

import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.models import post_words
from blog.models.post import Post
from blog.models.revision import Revision
from blog.models.tag import TURN, PostTag, Tag
from blog.models.tag_merge import tags_of
from blog.models.user import User
from blog.transactions import in_turn, writing

MOST = 500
# Posts in one transaction: readers' comments wait for it.
CHUNK = 50


class OtherBatch(Exception):
    """The batch with this key is somebody else's. Nothing was written."""


class Act(models.TextChoices):
    # The values are the verbs of the revisions too.
    LABEL = "set_label", _("Set the label")
    ADD_TAG = "add_tag", _("Add a tag")
    TAKE_TAG = "take_tag", _("Take a tag away")
    AUTHOR = "set_author", _("Set the author")
    CLOSE = "close_comments", _("Close comments")
    OPEN = "open_comments", _("Open comments")
    TRASH = "to_trash", _("Move to trash")
    RESTORE = "restore", _("Take out of the trash")


OF_TAGS = (Act.LABEL, Act.ADD_TAG, Act.TAKE_TAG)
# The revisions of an undo. Of the trash it is the verb of the opposite act.
UNDO = "undo_many"

# Says why a post with these tags is not changed; "" if it is.
Check = Callable[[Post, list[int]], str]
CHANGED_SINCE, IS_GONE = "changed since", "gone"


@dataclass
class Outcome:
    """The posts that were changed, and the others by the reason."""

    batch: "PostBatch"
    changed: list[int] = field(default_factory=list)
    left: dict[str, list[int]] = field(default_factory=dict)
    is_again: bool = False  # all of it had been done before

    @classmethod
    def of(cls, batch: "PostBatch", changed: Iterable, left: dict, *, is_again: bool) -> "Outcome":
        outcome = cls(batch, [int(pk) for pk in changed], is_again=is_again)
        for pk, reason in left.items():
            outcome.left.setdefault(reason, []).append(int(pk))
        return outcome


class PostBatchQuerySet(models.QuerySet):
    def press(
        self,
        act: Act,
        pks: Iterable[int],
        *,
        by,
        key: uuid.UUID,
        check: Check,
        tag: str = "",
        author=None,
    ) -> Outcome:
        """Do it to the posts that pass the check, to each of them once for each key: the same page
        sent again finishes what was interrupted. Raises OtherBatch."""
        is_again = True
        for chunk in _chunks(pks):
            with writing():
                in_turn(TURN)
                batch, is_new = self.get_or_create(key=key, defaults={"by": by, "act": act})
                if batch.by_id != by.pk:
                    raise OtherBatch
                if is_new:
                    batch.name_value(tag, author)
                if not batch.undone:
                    is_again &= not batch.do(chunk, check)
        if not batch.before:
            batch.delete()
        return Outcome.of(batch, batch.before, batch.left, is_again=is_again)


class PostBatch(models.Model):
    """One press for many posts: person, time, and all that is needed to undo it."""

    # The page with the button has it, so that a page sent twice is one batch.
    key = models.UUIDField(unique=True, editable=False)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        verbose_name=_("by"),
    )
    at = models.DateTimeField(_("date"), default=timezone.now)
    act = models.CharField(_("change"), max_length=20, choices=Act)
    # The tag or the author: its name then, and its id. No foreign key: a tag that is merged comes
    # back with its id when the merge is undone.
    value = models.CharField(max_length=200, blank=True)
    value_id = models.BigIntegerField(null=True)
    # The old values of each post, by its id.
    before = models.JSONField(default=dict)
    # Why the others were not changed.
    left = models.JSONField(default=dict)
    # Why the undo did not change them, by the ids of those that it has come to; "" if it did.
    undone = models.JSONField(default=dict)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+"
    )

    objects = PostBatchQuerySet.as_manager()

    class Meta:
        verbose_name = _("change of many posts")
        verbose_name_plural = _("changes of many posts")
        ordering = ["-at", "-pk"]
        default_permissions = ()

    def __str__(self):
        return f"{self.get_act_display()} {self.value}".strip()

    @property
    def posts(self) -> list[int]:
        return [int(pk) for pk in self.before]

    def name_value(self, tag: str, author) -> None:
        if self.act in OF_TAGS:
            (row,) = Tag.objects.named([tag])
            self.value, self.value_id = row.name, row.pk
        elif author:
            self.value, self.value_id = str(author), author.pk

    def do(self, pks: list[int], check: Check) -> bool:
        """Within writing(). Return whether any of the posts was not come to before."""
        new = [pk for pk in pks if str(pk) not in self.before.keys() | self.left.keys()]
        changed = []
        for post, tags in _locked(new, self.left):
            if reason := check(post, tags):
                self.left[str(post.pk)] = reason
            else:
                self.before[str(post.pk)] = self._before(post, tags)
                self._do(post, tags)
                changed.append(post.pk)
        self._write_words(changed)
        self.save()
        return bool(new)

    def undo(self, *, by, check: Check) -> Outcome:
        """Give the posts back what they had, where that was not changed since."""
        is_again = True
        for chunk in _chunks(self.posts):
            with writing():
                in_turn(TURN)
                self.refresh_from_db()
                if not self.undone_at:
                    self._undo_these(chunk, check, by)
                    is_again = False
        changed = [pk for pk, reason in self.undone.items() if not reason]
        left = {pk: reason for pk, reason in self.undone.items() if reason}
        return Outcome.of(self, changed, left, is_again=is_again)

    def _undo_these(self, pks: list[int], check: Check, by) -> None:
        there, changed = self.rows_there(), []
        new = [pk for pk in pks if str(pk) not in self.undone]
        for post, tags in _locked(new, self.undone):
            reason = check(post, tags) or self.change_since(post, tags, there)
            self.undone[str(post.pk)] = reason
            if not reason:
                self._undo(post, tags, by)
                changed.append(post.pk)
        self._write_words(changed)
        if len(self.undone) == len(self.before):
            self.undone_at, self.undone_by = timezone.now(), by
        self.save()

    def _write_words(self, pks: list[int]) -> None:
        if self.act in OF_TAGS:
            post_words.write(Post.objects.filter(pk__in=pks))

    def change_since(self, post: Post, tags: list[int], there: set[int]) -> str:
        """Return CHANGED_SINCE if the post has no longer what this batch gave it."""
        before = self.before[str(post.pk)]
        as_left = {
            Act.LABEL: post.lead_tag_id == self.value_id,
            Act.ADD_TAG: self.value_id in tags,
            Act.TAKE_TAG: self.value_id not in tags and self.value_id in there,
            Act.AUTHOR: post.author_id == self.value_id and before.get("author") in there,
            Act.CLOSE: not post.comments_open,
            Act.OPEN: post.comments_open,
            Act.TRASH: post.status == Post.Status.TRASH and post.trashed_at == self.at,
            Act.RESTORE: post.status == before.get("status"),
        }
        return "" if as_left[Act(self.act)] else CHANGED_SINCE

    def rows_there(self) -> set[int]:
        """Return which of the tags or people that an undo needs there still are."""
        if self.act in OF_TAGS:
            rows = Tag.objects.filter(pk=self.value_id)
        else:
            authors = {before.get("author") for before in self.before.values()}
            rows = User.objects.filter(pk__in=authors - {None})
        return set(rows.values_list("pk", flat=True))

    def _before(self, post: Post, tags: list[int]) -> dict:
        if self.act in OF_TAGS:
            return {"tags": tags, "label": post.lead_tag_id}
        if self.act == Act.AUTHOR:
            return {"author": post.author_id}
        # Out of the trash it will have the status that it had before.
        return {"status": post.status_before_trash or Post.Status.DRAFT}

    def _do(self, post: Post, tags: list[int]) -> None:
        match self.act:
            case Act.LABEL | Act.ADD_TAG:
                _write_tags(post, tags, list(dict.fromkeys([*tags, self.value_id])))
                if self.act == Act.LABEL or not tags:
                    post.lead_tag_id = self.value_id
            case Act.TAKE_TAG:
                rest = [tag for tag in tags if tag != self.value_id]
                _write_tags(post, tags, rest)
                if post.lead_tag_id == self.value_id:
                    post.lead_tag_id = _first(rest)
            case Act.AUTHOR:
                post.author_id = self.value_id
            case Act.CLOSE | Act.OPEN:
                post.comments_open = self.act == Act.OPEN
            case Act.TRASH:
                post.to_trash(self.at)
            case Act.RESTORE:
                post.restore(self.at)
        _save(post, by=self.by, verb=self.act, note=self.value)

    def _undo(self, post: Post, tags: list[int], by) -> None:
        before, verb = self.before[str(post.pk)], UNDO
        match self.act:
            case Act.LABEL | Act.ADD_TAG:
                rest = [tag for tag in tags if tag != self.value_id or tag in before["tags"]]
                _write_tags(post, tags, rest)
                if post.lead_tag_id == self.value_id:
                    was_there = (
                        before["label"] in rest or before["label"] is None and before["tags"]
                    )
                    post.lead_tag_id = before["label"] if was_there else _first(rest)
            case Act.TAKE_TAG:
                place = before["tags"].index(self.value_id)
                _write_tags(post, tags, [*tags[:place], self.value_id, *tags[place:]])
                # The label that the post got in place of this one.
                substitute = _first([tag for tag in before["tags"] if tag != self.value_id])
                if before["label"] == self.value_id and post.lead_tag_id == substitute:
                    post.lead_tag_id = self.value_id
            case Act.AUTHOR:
                post.author_id = before["author"]
            case Act.CLOSE | Act.OPEN:
                post.comments_open = self.act == Act.CLOSE
            case Act.TRASH:
                post.restore(timezone.now())
                verb = Act.RESTORE
            case Act.RESTORE:
                post.to_trash(timezone.now())
                verb = Act.TRASH
        _save(post, by=by, verb=verb)


def _chunks(pks: Iterable[int]) -> list[list[int]]:
    # In one order, so that two batches never wait for each other in a circle.
    pks = sorted(set(pks))
    return [pks[start : start + CHUNK] for start in range(0, len(pks), CHUNK)]


def _locked(pks: list[int], left: dict[str, str]) -> Iterator[tuple[Post, list[int]]]:
    """Yield each post with the ids of its tags; put those that are gone to what is left."""
    # The comment form locks the same rows while it saves a comment.
    rows = Post.objects.filter(pk__in=pks).order_by("pk").select_for_update(no_key=True)
    posts, tags = {post.pk: post for post in rows}, tags_of(pks)
    left |= {str(pk): IS_GONE for pk in pks if pk not in posts}
    for pk, post in posts.items():
        yield post, tags.get(pk, [])


def _first(tags: list[int]) -> int | None:
    return next(iter(tags), None)


def _write_tags(post: Post, before: list[int], after: list[int]) -> None:
    rows = PostTag.objects.filter(content_object=post)
    # The order of the rows is the order of the tags.
    same = [tag for tag in before if tag in after]
    if after[: len(same)] != same:
        same = []
    rows.exclude(tag__in=same).delete()
    new = after[len(same) :]
    PostTag.objects.bulk_create(PostTag(content_object=post, tag_id=tag) for tag in new)


# Every column that an act may change.
COLUMNS = ("lead_tag", "author", "comments_open", "status", "status_before_trash", "trashed_at")


def _save(post: Post, *, by, verb: str, note: str = "") -> None:
    if verb in (Act.TRASH, Act.RESTORE):
        # The line to the editor or the writer goes with the status.
        post.note, post.note_by = "", None
    post.save(update_fields=[*COLUMNS, "note", "note_by"])
    is_live = post.status == Post.Status.PUBLISHED
    kind = Revision.Kind.PUBLISH if is_live else Revision.Kind.SAVE
    Revision.record(post, by=by, kind=kind, verb=verb, note=note)
