"""The revisions of a post: the list, their names, two texts compared."""

import time
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from blog.models import Image, Revision, Role
from tests.desk import AHEAD, ESSAY, Desk
from tests.factories import make_post, make_user, picture
from tests.history import (
    Kind,
    ago,
    aside,
    compare,
    events,
    headings,
    history,
    name,
    restore_address,
    saved_hours_ago,
)
from tests.pages import html, tags
from tests.pages import words as text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(db):
    return Desk(Role.EDITOR)


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
