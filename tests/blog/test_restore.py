"""An earlier text is restored, and a suggestion is taken or put away."""

import pytest
from django.test import Client
from django.urls import reverse

from blog.models import Image, Post, Revision, Role, Tag
from tests.desk import ESSAY, Desk
from tests.factories import make_user, picture
from tests.history import (
    Kind,
    aside,
    events,
    history,
    restore,
    restore_address,
)
from tests.pages import html
from tests.pages import words as text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk(Role.EDITOR)


# Restore.


def test_the_content_of_yesterday_comes_back_as_a_new_revision(desk):
    image = Image.objects.create(file=picture(), sha256="1", alt="A tram")
    friend = make_user(Role.AUTHOR)
    post = desk.typed(
        "_draft", lead_image=image.pk, co_authors=[friend.pk], body="One.\r\n\r\nTwo."
    )
    old = post.revisions.get()
    desk.type("_draft", post, title="New", body="New", tags="New", deck="", co_authors=[])
    assert restore(desk, old).status_code == 302
    post.refresh_from_db()
    assert (post.title, post.body, post.deck) == (ESSAY["title"], "One.\r\n\r\nTwo.", ESSAY["deck"])
    assert "<p>Two.</p>" in post.body_html
    assert [tag.name for tag in post.tags.all()] == ESSAY["tags"].split(", ")
    assert (post.lead_image, list(post.co_authors.all())) == (image, [friend])
    assert post.lead_tag.name == "Trams"
    last = post.revisions.first()
    assert (last.kind, last.verb, last.editor) == (Kind.RESTORE, "restore revision", desk.user)
    assert last.version == post.version
    assert post.revisions.count() == 3
    assert events(history(desk, post))[0].startswith("Restored the text of ")


def test_status_dates_address_kind_and_switches_stay(desk):
    post = desk.typed(published_at_0="2024-03-01", published_at_1="09:30")
    old = post.revisions.get()
    kept = {
        **{"slug": "newer", "published_at_0": "2024-04-01", "published_at_1": "08:00"},
        **{"expires_at_0": "2099-01-01", "expires_at_1": "08:00", "pinned": "on"},
        **{"comments_open": "", "initial-comments_open": "True", "_away": "1"},
    }
    desk.type("_update", post, body="New.", **kept)
    desk.type("_take_down", post, body="Newer.", **kept)
    names = ("status", "slug", "published_at", "expires_at", "pinned", "comments_open", "kind")
    names += ("author_id", "uuid", "path")
    before = Post.objects.filter(pk=post.pk).values(*names).get()
    restore(desk, old)
    after = Post.objects.filter(pk=post.pk).values(*names).get()
    assert after == before
    assert Post.objects.get(pk=post.pk).body == ESSAY["body"]


def test_a_merged_tag_comes_back_as_the_other_one(desk):
    post = desk.typed("_draft", tags="Trams, Ferries")
    old = post.revisions.get()
    desk.type("_draft", post, tags="Ferries")
    trains = Tag.objects.named(["Trains"])[0]
    trains.merge(Tag.objects.get(name="Trams"))
    restore(desk, old)
    post.refresh_from_db()
    assert [tag.name for tag in post.tags.all()] == ["Trains", "Ferries"]
    assert post.lead_tag == trains


def test_a_picture_that_is_gone_is_left_out_and_the_page_says_so(desk):
    image = Image.objects.create(file=picture(), sha256="1", alt="A tram")
    post = desk.typed("_draft", lead_image=image.pk)
    old = post.revisions.get()
    desk.type("_draft", post, lead_image="", body="New.")
    image.delete()
    assert "Its lead picture was deleted since." in text_of(desk.client.get(restore_address(old)))
    restore(desk, old)
    post.refresh_from_db()
    assert (post.lead_image, post.body) == (None, ESSAY["body"])


def test_what_stood_before_is_kept_even_if_no_form_saved_it(desk):
    post = desk.typed("_draft")
    old = post.revisions.get()
    post.body = "From the shell."
    post.save()
    restore(desk, old)
    bodies = [row.fields["body"] for row in post.revisions.all()]
    assert bodies == [ESSAY["body"], "From the shell.", ESSAY["body"]]


def test_readers_of_a_live_post_see_it_at_once_and_the_page_says_so(desk):
    post = desk.typed()
    old = post.revisions.get()
    desk.type("_update", post, body="A mistake.")
    Client().get(post.path)
    assert "Readers will see this text at once." in text_of(desk.client.get(restore_address(old)))
    restore(desk, old)
    page = html(Client().get(post.path))
    assert "Nobody got in." in page and "A mistake." not in page


def test_a_draft_says_nothing_of_readers(desk):
    post = desk.typed("_draft")
    old = post.revisions.get()
    desk.type("_draft", post, body="New.")
    assert "Readers" not in text_of(desk.client.get(restore_address(old)))


def test_looking_changes_nothing(desk):
    post = desk.typed("_draft")
    old = post.revisions.get()
    desk.type("_draft", post, body="New.")
    desk.client.get(restore_address(old))
    post.refresh_from_db()
    assert post.body == "New."


def test_somebody_was_faster_so_nothing_is_restored(desk):
    post, other = desk.typed("_draft"), Desk(Role.EDITOR)
    old = post.revisions.get()
    desk.type("_draft", post, body="New.")
    seen = Post.objects.get(pk=post.pk).version
    other.type("_draft", post, body="Newer.", author=desk.user.pk)
    answer = restore(desk, old, _version=seen)
    assert answer.status_code == 409
    assert f"{other.user} saved this post at" in text_of(answer)
    post.refresh_from_db()
    assert post.body == "Newer."
    assert restore(desk, old, _version=answer.context["original"].version).status_code == 302


def test_sent_twice_it_is_restored_once(desk):
    post = desk.typed("_draft")
    old = post.revisions.get()
    desk.type("_draft", post, body="New.")
    seen = Post.objects.get(pk=post.pk).version
    assert [restore(desk, old, _version=seen).status_code for _ in "12"] == [302, 409]
    assert post.revisions.count() == 3


def test_a_text_that_was_never_saved_is_restored_as_typed(desk):
    post = desk.typed("_draft")
    mine = {**ESSAY, "body": "As typed.", "tags": "One, Two", "canonical_url": "example.org/x"}
    restore(desk, aside(post, desk.user, **mine))
    post.refresh_from_db()
    assert (post.body, post.canonical_url) == ("As typed.", "https://example.org/x")
    assert [tag.name for tag in post.tags.all()] == ["One", "Two"]
    assert post.deck == ESSAY["deck"]


def test_a_text_that_cannot_be_saved_is_refused_in_words_and_kept(desk):
    post = desk.typed()
    wrong = {"title": "x" * 300, "tags": "y" * 101, "body": "As typed."}
    old = aside(post, desk.user, **wrong)
    answer = restore(desk, old)
    assert answer.status_code == 422
    assert "Title: Ensure this value has at most 255 characters" in text_of(answer)
    assert "As typed." in html(answer)
    post.refresh_from_db()
    assert (post.title, post.body) == (ESSAY["title"], ESSAY["body"])


def test_a_live_post_never_loses_its_title(desk):
    post = desk.typed()
    assert restore(desk, aside(post, desk.user, title="", body="x")).status_code == 422
    draft = desk.typed("_draft")
    old = Revision.set_aside(draft, by=desk.user, fields={"title": "", "body": "Untitled text."})
    assert restore(desk, old).status_code == 302


def test_what_is_saved_already_is_not_restored_again(desk):
    post = desk.typed()
    restore(desk, post.revisions.get())
    assert post.revisions.count() == 1


def test_a_post_in_the_trash_is_taken_out_first(desk):
    post = desk.typed()
    old = post.revisions.get()
    desk.type("_trash", post, body="New.")
    assert restore(desk, old).status_code == 302
    post.refresh_from_db()
    assert (post.body, post.status) == ("New.", "trash")


def test_ones_own_unsaved_text_is_continued_in_the_form(desk):
    post = desk.typed("_draft")
    copy = Revision.objects.create(
        post=post, editor=desk.user, kind=Kind.WORKING_COPY, fields={"body": "Unsaved."}
    )
    change = reverse("admin:blog_post_change", args=[post.pk])
    assert f"{change}?continue={copy.pk}" in html(history(desk, post))
    assert restore(desk, copy).status_code == 302
    assert not Revision.objects.filter(pk=copy.pk).exists()


# Suggestions.


@pytest.fixture
def suggestion(desk):
    post = desk.typed()
    bo = make_user(Role.CONTRIBUTOR, display_name="Bo")
    return aside(post, bo, kind=Kind.SUGGESTION, body="Bo's better text.")


def test_a_suggestion_stands_above_the_form_until_it_is_taken(desk, suggestion):
    page = html(desk.page(suggestion.post))
    assert "Bo suggested a text" in page and restore_address(suggestion) in page
    restore(desk, suggestion)
    assert Post.objects.get(pk=suggestion.post_id).body == "Bo's better text."
    assert "Bo suggested a text" not in html(desk.page(suggestion.post))
    assert "Suggestion, taken over" in html(history(desk, suggestion.post))


def test_a_suggestion_can_be_put_away(desk, suggestion):
    desk.client.post(restore_address(suggestion), {"_put_away": "1"})
    assert "Bo suggested a text" not in html(desk.page(suggestion.post))
    assert "Suggestion, put away" in html(history(desk, suggestion.post))
    assert Post.objects.get(pk=suggestion.post_id).body == ESSAY["body"]
