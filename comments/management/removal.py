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


def remove_demo() -> list[str]:
    """Returns sentences that say what was kept and why."""
    kept = []
    with writing() as scopes:
        entries = _entries()
        posts = Post.objects.filter(pk__in=entries.get(Post, {}))
        used = [post for post in posts if _is_used(post, entries, kept)]
        gone = posts.exclude(pk__in=[post.pk for post in used])
        _remove_comments(gone, entries)
        gone.delete()
        _remove_images(entries)
        _remove_tags(entries)
        for model in (Site, Policy):
            _remove_settings(model, entries, kept)
        for user in User.objects.filter(pk__in=entries.get(User, {})):
            if not used and not user.posts.exists():
                user.delete()
        _delete_orphaned_entries(entries)
        scopes.update((versions.SITE, versions.COMMENTS))
    call_command("first_pages", verbosity=0)
    return kept


def _is_used(post, entries, kept) -> bool:
    made_at = entries[Post][str(post.pk)].action_time
    if Comment.objects.filter(post=post).exclude(pk__in=entries.get(Comment, {})).exists():
        kept.append(f"Kept “{post}”: readers have commented on it.")
    elif post.modified_at > made_at:
        kept.append(f"Kept “{post}”: it was edited.")
    else:
        return False
    return True


def _remove_settings(model, entries, kept) -> None:
    for row in model.objects.filter(pk__in=entries.get(model, {})):
        if entries[model][str(row.pk)].object_repr == fingerprint(row):
            row.delete()
        else:
            kept.append(f"Kept the {model._meta.verbose_name}: its settings were changed.")


def _delete_orphaned_entries(entries) -> None:
    for model, by_pk in entries.items():
        left = {str(pk) for pk in model.objects.filter(pk__in=by_pk).values_list("pk", flat=True)}
        gone = [entry.pk for pk, entry in by_pk.items() if pk not in left]
        LogEntry.objects.filter(pk__in=gone).delete()


def _entries() -> dict[type, dict[str, LogEntry]]:
    entries = {}
    for entry in LogEntry.objects.filter(change_message=MARK).select_related("content_type"):
        entries.setdefault(entry.content_type.model_class(), {})[entry.object_id] = entry
    return entries


def _remove_comments(posts, entries) -> None:
    comments = Comment.objects.filter(post__in=posts, pk__in=entries.get(Comment, {}))
    decided = Decision.objects.filter(comment__in=comments, batch__isnull=False).order_by()
    batches = list(decided.values_list("batch", flat=True).distinct())
    for pk in comments.order_by("-depth").values_list("pk", flat=True):
        Comment.objects.filter(pk=pk).delete()
    Batch.objects.filter(pk__in=batches).without_decisions().delete()


def _remove_images(entries) -> None:
    for image in Image.objects.filter(pk__in=entries.get(Image, {})):
        if not image.uses():
            image.delete()
            Image.drop_files([image])


def _remove_tags(entries) -> None:
    # A tag that is used elsewhere stays, but loses the demo's description if nobody changed it.
    by_pk = entries.get(Tag, {})
    tags = Tag.objects.filter(pk__in=by_pk)
    tags.exclude(pk__in=PostTag.objects.values("tag")).delete()
    for tag in tags.exclude(description=""):
        if by_pk[str(tag.pk)].object_repr == fingerprint(tag):
            tag.description = ""
            tag.save()
