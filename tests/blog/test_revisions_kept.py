"""How long the revisions of a post are kept."""

from datetime import timedelta

import pytest
from django.utils import timezone

from blog.editing import revisions
from blog.models import Revision, Role
from tests.factories import make_post, make_user
from tests.history import (
    Kind,
)

pytestmark = pytest.mark.django_db


def rows(post, count: int, kind=Kind.SAVE, days=100, **more) -> list[Revision]:
    then = timezone.now() - timedelta(days=days)
    return Revision.objects.bulk_create(
        Revision(
            post=post,
            kind=kind,
            fields={"body": str(number), "status": "draft"} | more.pop("fields", {}),
            created_at=then - timedelta(minutes=number),
            **more,
        )
        for number in range(count)
    )


def left(post) -> int:
    return post.revisions.count()


def test_old_ones_go_except_the_newest_25():
    post, other = make_post(), make_post()
    rows(post, 40)
    rows(other, 25)
    revisions.delete_old(timezone.now())
    assert (left(post), left(other)) == (25, 25)
    assert [row.fields["body"] for row in post.revisions.all()] == [str(n) for n in range(25)]


def test_those_of_90_days_stay_however_many():
    post = make_post()
    rows(post, 40, days=89)
    revisions.delete_old(timezone.now())
    assert left(post) == 40


@pytest.mark.parametrize(
    "kept",
    [
        {"kind": Kind.PUBLISH},
        {"name": "Before the cut"},
        {"note": "Too long."},
        {"kind": Kind.RESTORE, "fields": {"status": "published"}},
    ],
)
def test_published_and_named_ones_and_what_was_said_stay_for_ever(kept):
    post = make_post()
    rows(post, 25, days=95)
    rows(post, 1, days=4000, **kept)
    revisions.delete_old(timezone.now())
    assert left(post) == 26


def test_what_was_not_taken_stays_for_90_days_and_what_is_not_saved_for_ever():
    post, editor = make_post(), make_user(Role.EDITOR)
    rows(post, 3, kind=Kind.ASIDE, days=89)
    rows(post, 3, kind=Kind.ASIDE, days=91)
    rows(post, 1, kind=Kind.WORKING_COPY, days=900, editor=editor)
    rows(post, 1, kind=Kind.SUGGESTION, days=900)
    rows(post, 1, kind=Kind.SUGGESTION, days=900, verb="taken")
    revisions.delete_old(timezone.now())
    assert left(post) == 5


def test_more_than_one_sweep_deletes_go_in_the_next(monkeypatch):
    monkeypatch.setattr(revisions, "BATCH", 2)
    monkeypatch.setattr(revisions, "MOST_BATCHES", 2)
    post = make_post()
    rows(post, 31)
    assert revisions.delete_old(timezone.now()) is True
    assert left(post) == 27
    assert revisions.delete_old(timezone.now()) is False
    assert left(post) == 25
