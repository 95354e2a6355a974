"""Who reads, compares, names and restores the revisions of a post."""

import pytest
from django.test import Client
from django.urls import reverse

from blog.models import Role
from tests.desk import ESSAY, Desk
from tests.history import (
    compare,
    history,
    name,
    restore,
    restore_address,
)
from tests.pages import html
from tests.pages import words as text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk(Role.EDITOR)


STRANGERS = (Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR, None)


@pytest.mark.parametrize("role", STRANGERS)
def test_strangers_find_no_revision_of_anothers_post(desk, role):
    post = desk.typed("_draft", title="Hushed")
    old, stranger = post.revisions.get(), Desk(role)
    desk.type("_draft", post, title="Hushed", body="New.")
    for answer in (
        *(compare(stranger, post, old.pk), history(stranger, post), name(stranger, old, "Mine")),
        *(stranger.client.get(restore_address(old)), restore(stranger, old)),
    ):
        assert answer.status_code in (302, 403, 404)
        assert "Hushed" not in html(answer)
    post.refresh_from_db()
    assert post.body == "New." and not post.revisions.exclude(name="").exists()


def test_a_revision_of_another_post_is_not_found_by_its_number(desk):
    writer = Desk(Role.AUTHOR)
    mine, theirs = writer.typed("_draft"), desk.typed("_draft", body="Hushed.").revisions.get()
    address = reverse("admin:blog_post_restore", args=[mine.uuid, theirs.pk])
    assert writer.client.get(address).status_code == 404
    assert writer.client.post(address, {"_version": mine.version}).status_code == 404
    address = reverse("admin:blog_post_name", args=[mine.uuid, theirs.pk])
    assert writer.client.post(address, {"name": "x"}).status_code == 404
    assert compare(writer, mine, theirs.pk).status_code == 404


def test_a_co_author_restores_and_the_list_of_authors_stays():
    owner, friend = Desk(Role.AUTHOR), Desk(Role.AUTHOR)
    post = owner.typed("_draft")
    old = post.revisions.get()
    post.bylines.create(user=friend.user)
    owner.type("_draft", post, body="New.", co_authors=[friend.user.pk])
    assert history(friend, post).status_code == 200
    assert restore(friend, old).status_code == 302
    post.refresh_from_db()
    assert (post.body, list(post.co_authors.all())) == (ESSAY["body"], [friend.user])


def test_a_contributor_reads_the_history_of_a_published_post_and_changes_nothing():
    writer, editor = Desk(Role.CONTRIBUTOR), Desk(Role.EDITOR)
    post = writer.typed("_review")
    old = post.revisions.get()
    editor.type("_publish", post, author=writer.user.pk, body="Edited.")
    page = history(writer, post)
    assert page.status_code == compare(writer, post, old.pk).status_code == 200
    assert "Restore" not in text_of(page) and "Name of this version" not in text_of(page)
    assert restore(writer, old).status_code == name(writer, old, "x").status_code == 403
    assert writer.client.get(restore_address(old)).status_code == 403


def test_who_is_not_signed_in_is_sent_to_the_login(desk):
    old = desk.typed("_draft").revisions.get()
    assert "/login/" in Client().get(restore_address(old)).url
