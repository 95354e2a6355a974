"""Open, compare and restore the revisions of a post, as their pages do."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from blog.models import Post, Revision

Kind = Revision.Kind


def history(desk, post, page=""):
    query = {"p": page} if page else {}
    return desk.client.get(reverse("admin:blog_post_history", args=[post.pk]), query)


def compare(desk, post, older, newer="saved"):
    address = reverse("admin:blog_post_compare", args=[post.uuid])
    return desk.client.get(address, {"older": older, "newer": newer})


def restore_address(revision) -> str:
    return reverse("admin:blog_post_restore", args=[revision.post.uuid, revision.pk])


def restore(desk, revision, **fields):
    version = Post.objects.get(pk=revision.post_id).version
    return desk.client.post(restore_address(revision), {"_version": version} | fields)


def name(desk, revision, words: str):
    address = reverse("admin:blog_post_name", args=[revision.post.uuid, revision.pk])
    return desk.client.post(address, {"name": words})


def ago(revision, **delta):
    then = timezone.now() - timedelta(**delta)
    Revision.objects.filter(pk=revision.pk).update(created_at=then, begun_at=then)


def aside(post, by, kind=Kind.ASIDE, **typed):
    return Revision.set_aside(post, by=by, fields={"title": post.title, **typed}, kind=kind)


def headings(page) -> list[str]:
    return [each["heading"] for each in page.context["stretches"]]


def events(page) -> list[str]:
    return [line["event"] for each in page.context["stretches"] for line in each["shown"]]


def saved_hours_ago(desk, post, *hours: int) -> None:
    """One save for each, the oldest first."""
    for number, each in enumerate(hours):
        desk.type("_update", post, body=f"Text number {number} of the day.")
        ago(post.revisions.first(), hours=each)
