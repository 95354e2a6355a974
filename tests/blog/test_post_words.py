"""The full-text index follows whatever is written to posts and tags."""

import pytest

from blog.models import Post, Tag, post_words
from tests.factories import make_post

pytestmark = pytest.mark.django_db


def wrong():
    return post_words.wrong(Post.objects.all())


def edit(post):
    post.title, post.body = "Ferries", "Another text."
    post.save()


def rename(post):
    tag = post.tags.first()
    tag.name = "Harbours"
    tag.save()


def merge(post):
    return Tag.objects.named(["Bells"])[0].merge(post.tags.first())


CHANGES = {
    "edited": edit,
    "tags set": lambda post: post.tags.set(["Bells", "Boats"]),
    "tag added": lambda post: post.tags.add("Bells"),
    "tag removed": lambda post: post.tags.remove("Trams"),
    "tags cleared": lambda post: post.tags.clear(),
    "tag renamed": rename,
    "tag merged": merge,
    "merge undone": lambda post: merge(post).undo(by=None),
    "tag removed everywhere": lambda post: post.tags.first().remove(),
    "tag deleted": lambda post: post.tags.first().delete(),
    "tags deleted": lambda _post: Tag.objects.all().delete(),
    "deleted": lambda post: post.delete(),
    "all deleted": lambda _post: Post.objects.all().delete(),
    "rendered again": lambda _post: Post.objects.all().render_again(),
}


@pytest.mark.parametrize("name", CHANGES)
def test_it_follows_every_change(name):
    post = make_post(tags=["Trams", "Boats"])
    make_post(tags=["Trams"])
    assert wrong() == []
    before = post_words.INDEX.digests([post.pk])
    CHANGES[name](post)
    assert wrong() == []
    has_changed = post_words.INDEX.digests([post.pk]) != before
    assert has_changed == (name not in ("rendered again", "merge undone"))


def test_rows_written_past_it_are_found():
    post, gone, same = make_post(), make_post(), make_post()
    Post.objects.filter(pk=post.pk).update(title="Past it")
    Post.objects.filter(pk=gone.pk)._raw_delete("default")
    assert wrong() == [post.pk, gone.pk]
    post_words.write(Post.objects.all())
    post_words.INDEX.remove([gone.pk])
    assert wrong() == []
    assert same.pk in post_words.INDEX.pks()
