"""An installation that exists is brought along."""

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from blog.search.query import phrases
from comments.models import Comment, comment_words
from tests.factories import make_comment, make_post, moderator

BEFORE = [("comments", "0004_vacuum")]


def migrate(target):
    executor = MigrationExecutor(connection)
    return executor.migrate(target).apps


def newest():
    return list(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.mark.thorough
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_comments_keep_their_number_and_are_found_by_their_words():
    post, now = make_post(), timezone.now()
    old = migrate(BEFORE).get_model("comments", "Comment")
    row = old.objects.create(
        post_id=post.pk,
        author_name="Ana",
        body="The lighthouse.",
        status="pending",
        status_at=now,
        submitted_at=now,
    )
    migrate(newest())
    comment = Comment.objects.get()
    assert comment.public_id == comment.pk == row.pk
    assert comment.get_absolute_url() == f"{post.path}comments/{row.pk}/"
    new = make_comment(post, body="Another lighthouse.")
    assert new.public_id > 2**32
    comment.approve(by=moderator())
    assert comment_words.wrong(Comment.objects.all()) == []
    assert sorted(comment_words.INDEX.newest(phrases("lighthouse"), 10)[0]) == [row.pk, new.pk]
