"""Removes the demo magazine: exactly the rows that it made, except those that somebody has used
since."""

import hashlib

from django.contrib.admin.models import LogEntry
from django.core.management import call_command

from blog.cache import versions
from blog.models import Image, Post, PostTag, Site, Tag, User
from blog.transactions import writing
from comments.models import Batch, Comment, Decision, Policy

# change_message of the LogEntry of each row of the demo.
MARK = "demo"
NOT_SETTINGS = ("contact_page_id", "privacy_page_id")


def is_loaded() -> bool:
    return LogEntry.objects.filter(change_message=MARK).exists()


def fingerprint(row) -> str:
    """Hashes the row's columns, to detect later whether somebody changed them."""
    names = [f.attname for f in row._meta.concrete_fields if f.attname not in NOT_SETTINGS]
    return hashlib.sha256(repr([getattr(row, name) for name in names]).encode()).hexdigest()


def take_away() -> list[str]:
    """Returns sentences that say what was kept and why."""
    kept = []
    with writing() as scopes:
        mine = _mine()
        posts = Post.objects.filter(pk__in=mine.get(Post, {}))
        used = [post for post in posts if _is_used(post, mine, kept)]
        gone = posts.exclude(pk__in=[post.pk for post in used])
        _remove_comments(gone, mine)
        gone.delete()
        _remove_images(mine)
        _remove_tags(mine)
        for model in (Site, Policy):
            _remove_settings(model, mine, kept)
        for user in User.objects.filter(pk__in=mine.get(User, {})):
            if not used and not user.posts.exists():
                user.delete()
        _forget_what_is_gone(mine)
        scopes.update((versions.SITE, versions.COMMENTS))
    call_command("first_pages", verbosity=0)
    return kept


def _is_used(post, mine, kept) -> bool:
    made = mine[Post][str(post.pk)].action_time
    if Comment.objects.filter(post=post).exclude(pk__in=mine.get(Comment, {})).exists():
        kept.append(f"Kept “{post}”: readers have commented on it.")
    elif post.modified_at > made:
        kept.append(f"Kept “{post}”: it was edited.")
    else:
        return False
    return True


def _remove_settings(model, mine, kept) -> None:
    for row in model.objects.filter(pk__in=mine.get(model, {})):
        if mine[model][str(row.pk)].object_repr == fingerprint(row):
            row.delete()
        else:
            kept.append(f"Kept the {model._meta.verbose_name}: its settings were changed.")


def _forget_what_is_gone(mine) -> None:
    for model, entries in mine.items():
        left = {str(pk) for pk in model.objects.filter(pk__in=entries).values_list("pk", flat=True)}
        gone = [entry.pk for pk, entry in entries.items() if pk not in left]
        LogEntry.objects.filter(pk__in=gone).delete()


def _mine() -> dict[type, dict[str, LogEntry]]:
    mine = {}
    for entry in LogEntry.objects.filter(change_message=MARK).select_related("content_type"):
        mine.setdefault(entry.content_type.model_class(), {})[entry.object_id] = entry
    return mine


def _remove_comments(posts, mine) -> None:
    comments = Comment.objects.filter(post__in=posts, pk__in=mine.get(Comment, {}))
    decided = Decision.objects.filter(comment__in=comments, batch__isnull=False).order_by()
    batches = list(decided.values_list("batch", flat=True).distinct())
    for pk in comments.order_by("-depth").values_list("pk", flat=True):
        Comment.objects.filter(pk=pk).delete()
    Batch.objects.filter(pk__in=batches).without_decisions().delete()


def _remove_images(mine) -> None:
    for image in Image.objects.filter(pk__in=mine.get(Image, {})):
        if not image.uses():
            image.delete()
            Image.drop_files([image])


def _remove_tags(mine) -> None:
    # A tag that is used elsewhere stays, but loses the demo's description if nobody changed it.
    made = mine.get(Tag, {})
    tags = Tag.objects.filter(pk__in=made)
    tags.exclude(pk__in=PostTag.objects.values("tag")).delete()
    for tag in tags.exclude(description=""):
        if made[str(tag.pk)].object_repr == fingerprint(tag):
            tag.description = ""
            tag.save()
