"""The revisions of a post: the list, two texts compared, one restored, and how long they stay."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.editing import revisions
from blog.models import Image, Post, Revision, Role, Tag
from tests.desk import AHEAD, ESSAY, Desk
from tests.factories import make_post, make_user, picture
from tests.pages import html, tags
from tests.pages import words as text_of

pytestmark = pytest.mark.django_db

Kind = Revision.Kind


@pytest.fixture
def desk(db):
    return Desk(Role.EDITOR)


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


# The list.


def test_saves_without_a_long_pause_are_one_stretch_of_work(desk):
    post = desk.typed("_draft")
    ago(post.revisions.get(), minutes=50)
    for minutes in (40, 13):
        desk.type("_draft", post, body=f"Text of {minutes} minutes ago.")
        ago(post.revisions.first(), minutes=minutes)
    assert len(headings(history(desk, post))) == 1
    desk.type("_draft", post, body="Much later.")
    ago(post.revisions.all()[1], minutes=31)
    assert len(headings(history(desk, post))) == 2


def test_a_stretch_is_of_one_person(desk):
    post, other = desk.typed("_draft"), Desk(Role.EDITOR)
    other.type("_draft", post, body="By somebody else.", author=desk.user.pk)
    assert [each.partition(",")[0] for each in headings(history(desk, post))] == [
        str(other.user),
        str(desk.user),
    ]


def test_a_stretch_begins_with_its_first_autosave(desk):
    post = desk.typed("_draft")
    ago(post.revisions.get(), days=2)
    begun = timezone.now() - timedelta(minutes=20)
    Revision.objects.create(
        post=post, editor=desk.user, kind=Kind.WORKING_COPY, tab="a", fields={}, begun_at=begun
    )
    desk.type("_draft", post, body="After a while.", _tab="a")
    assert post.revisions.first().begun_at == begun
    assert " to " in headings(history(desk, post))[0]


def test_words_are_counted_from_the_text_before(desk):
    post = desk.typed("_draft", body="One two three four")
    ago(post.revisions.get(), days=1)
    desk.type("_draft", post, body="One two five four six")
    page = text_of(history(desk, post))
    assert "2 words changed" in page and "4 words changed" in page


def test_names_are_shown_and_never_sign_in_names(desk):
    page = html(history(desk, desk.typed()))
    revisions_part = page[page.index("stretches") :]
    assert str(desk.user) in revisions_part
    assert desk.user.username not in revisions_part


def test_changes_of_status_stand_in_it_with_their_notes():
    writer, editor = Desk(Role.CONTRIBUTOR), Desk(Role.EDITOR)
    post = writer.typed("_review", note="The end is new.")
    editor.type("_send_back", post, author=writer.user.pk, note="Too long.")
    editor.type("_publish", post, author=writer.user.pk)
    for button in ("_update", "_private", "_publish", "_take_down", "_trash", "_restore"):
        editor.type(button, post, author=writer.user.pk, body=f"Before {button}.")
    page = history(editor, post)
    assert events(page)[::-1] == [
        *("Submitted for review", "Sent back to the writer", "Published"),
        *("Update of the live post", "Made private", "Published", "Taken down"),
        *("Moved to trash", "Taken out of the trash"),
    ]
    assert "The end is new." in html(page) and "Too long." in html(page)


def test_what_was_waved_through_is_a_remark_and_nobodys_words(desk):
    post = desk.typed()
    post.revisions.update(note="Published anyway: it has no excerpt.")
    page = history(desk, post)
    assert "Published anyway: it has no excerpt." in text_of(page)
    assert not tags(page, "q")


def test_a_scheduled_post_says_for_when(desk):
    post = desk.typed("_schedule", **AHEAD)
    assert events(history(desk, post)) == ["Scheduled for Tue 24 November 2099 07:00"]


def test_texts_that_were_only_typed_are_folded_away(desk):
    post = desk.typed("_draft")
    aside(post, desk.user, body="Lost to a colleague.")
    page = history(desk, post)
    assert len(events(page)) == 1
    assert "1 text that was typed and not saved" in text_of(page)
    assert tags(page, "details")


def test_the_version_that_readers_see_is_marked(desk):
    post = desk.typed()
    desk.type("_update", post, body="The words of today.")
    (line,) = [
        line
        for each in history(desk, post).context["stretches"]
        for line in each["shown"]
        if line["entry"].is_read
    ]
    assert line["row"] == post.revisions.first()
    assert "Readers see this" in text_of(history(desk, post))
    assert "Readers see this" not in text_of(history(desk, desk.typed("_draft")))


def test_a_change_without_a_revision_stands_above_the_others(desk):
    post = desk.typed()
    post.body = "From the shell."
    post.save()
    page = text_of(history(desk, post))
    assert "Changed without a save in the form" in page
    assert "From the shell." in text_of(compare(desk, post, post.revisions.get().pk))


def test_a_post_without_a_revision_has_a_page(desk):
    assert history(desk, make_post()).status_code == 200


def test_long_histories_have_pages(desk):
    post = desk.typed("_draft")
    saved_hours_ago(desk, post, *range(44, 0, -2))
    first, second = history(desk, post), history(desk, post, "2")
    assert len(headings(first)) == 20
    assert headings(second) and not set(headings(first)) & set(headings(second))
    assert "Page 1 of 2" in text_of(first)
    assert headings(history(desk, post, "9999")) == headings(second)


def test_the_list_asks_as_often_however_much_there_is(desk):
    post = desk.typed("_draft")
    saved_hours_ago(desk, post, 40, 30)
    history(desk, post)
    few = queries(desk, post)
    saved_hours_ago(desk, post, *range(25, 1, -2))
    for number in range(5):
        aside(post, make_user(Role.EDITOR), body=f"Aside {number}", kind=Kind.SUGGESTION)
    assert queries(desk, post) == few <= 16


def queries(desk, post) -> int:
    with CaptureQueriesContext(connection) as captured:
        history(desk, post)
    whole = [query for query in captured if '."fields", "blog_rev' in query["sql"]]
    assert whole == [], "no text is loaded for the list"
    return len(captured)


# Names.


def test_a_version_can_be_named_and_the_name_taken_away(desk):
    revision = desk.typed("_draft").revisions.get()
    assert name(desk, revision, " Before the cut ").status_code == 302
    assert "Before the cut" in html(history(desk, revision.post))
    name(desk, revision, "")
    revision.refresh_from_db()
    assert revision.name == ""


def test_a_name_that_is_too_long_is_refused_in_words(desk):
    revision = desk.typed("_draft").revisions.get()
    name(desk, revision, "x" * 101)
    assert "at most 100 characters" in html(history(desk, revision.post))


def test_what_was_only_typed_has_no_name(desk):
    revision = aside(desk.typed("_draft"), desk.user, body="Lost.")
    assert name(desk, revision, "Mine").status_code == 403


# Compare.


def test_two_versions_are_compared_by_word_the_older_one_first(desk):
    post = desk.typed("_draft", body="The tram came slowly over the bridge.")
    desk.type("_draft", post, body="The tram came quickly over the bridge.", deck="Another deck.")
    new, old = (row.pk for row in post.revisions.all())
    ago(post.revisions.last(), hours=2)
    page = compare(desk, post, new, old)
    assert "<del>slowly </del>" in html(page) and "<ins>quickly </ins>" in html(page)
    assert "Another deck." in html(page)
    assert compare(desk, post, old, new).context["differences"] == page.context["differences"]


def test_every_field_is_compared(desk):
    post = desk.typed("_draft")
    image = Image.objects.create(file=picture(), sha256="1")
    changed = {
        **{key: f"{value} More." for key, value in ESSAY.items() if key != "comments_open"},
        **{"tags": "Ferries", "lead_image": image.pk, "slug": "another"},
        **{"canonical_url": "https://example.org/x"},
        **{"meta_description": "For search.", "language": "de", "pinned": "on"},
        **{"published_at_0": "2026-01-02", "published_at_1": "03:04", "comments_open": ""},
        **{"expires_at_0": "2099-01-02", "expires_at_1": "03:04", "lead_decorative": "on"},
        **{"author": make_user(Role.AUTHOR).pk, "co_authors": [desk.user.pk], "kind": "page"},
    }
    desk.type("_draft", post, **changed)
    shown = {
        each.label for each in compare(desk, post, post.revisions.last().pk).context["differences"]
    }
    assert len(shown) == 21


def test_one_is_compared_with_what_readers_see(desk):
    post = desk.typed()
    suggestion = aside(post, make_user(Role.CONTRIBUTOR), kind=Kind.SUGGESTION, body="Better.")
    page = compare(desk, post, suggestion.pk)
    assert page.context["before"].words == "What readers see now"
    assert [each.label for each in page.context["differences"]] == ["Text"]


def test_two_that_are_the_same_say_so(desk):
    post = desk.typed()
    assert "These two texts are the same." in text_of(compare(desk, post, "saved", "saved"))


def test_one_choice_only_leads_back_to_the_list(desk):
    post = desk.typed()
    answer = compare(desk, post, "", "saved")
    assert answer.url == reverse("admin:blog_post_history", args=[post.pk])


@pytest.mark.parametrize("value", ["0", "x", "-1", "9" * 30, "٣"])
def test_a_version_that_is_none_is_not_found(desk, value):
    assert compare(desk, desk.typed("_draft"), value).status_code == 404


def test_numbers_that_no_column_holds_are_shown_as_typed(desk):
    post = desk.typed("_draft")
    odd = aside(post, desk.user, lead_image="9" * 30, co_authors=["9" * 30], body="x")
    assert compare(desk, post, odd.pk).status_code == 200
    assert desk.client.get(restore_address(odd)).status_code == 200


@pytest.mark.numbers
def test_36000_words_are_compared_within_a_second(desk):
    words = [f"word{number % 700}" for number in range(36_000)]
    paragraphs = [" ".join(words[start : start + 90]) for start in range(0, 36_000, 90)]
    post = desk.typed("_draft", body="\n\n".join(paragraphs))
    changed = [
        text.replace("word7 ", "term ") for text in paragraphs[::-1][200:] + paragraphs[200:]
    ]
    desk.type("_draft", post, body="\n\n".join(changed))
    started = time.monotonic()
    assert compare(desk, post, post.revisions.last().pk).status_code == 200
    assert time.monotonic() - started < 1


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


# Rights.

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


# How long they stay.


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
