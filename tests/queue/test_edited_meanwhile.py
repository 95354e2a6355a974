"""Edited while a moderator decides: the card comes back as it stands now, with what changed."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Edit, Policy
from comments.moderation.revise import revise
from comments.queue import edited_meanwhile
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user, moderator
from tests.moderation.test_bulk import stamp
from tests.pages import html, words

pytestmark = pytest.mark.django_db
JSON = {"headers": {"Accept": "application/json"}}
BEFORE, NOW = "The tram came late again.", "The tram came too early again."


def row(comment) -> str:
    return f"{comment.public_id}.{comment.version}"


def edit(comment, body: str = NOW) -> Comment:
    """By its author; the comment as it stands then."""
    Comment.objects.filter(pk=comment.pk).update(edited_at=timezone.now() - timedelta(minutes=1))
    response = Client().post(
        f"/comments/{cookies.sign(comment)}/",
        {"edit": "1", "body": body},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert response.status_code == 303
    return Comment.objects.get(pk=comment.pk)


def decide(client, verb: str, *comments, **more):
    said = {"verb": verb, "row": [row(comment) for comment in comments]}
    return client.post("/moderation/decide/", said, **more)


def cards(page) -> list[str]:
    return re.findall(r'<article class="card".*?</article>', html(page), re.DOTALL)


def assert_is_fresh(card: str, comment) -> None:
    """Ready to decide on what stands there now."""
    assert f'value="{row(comment)}"' in card and NOW in card
    assert "Changed since you read it" in card
    assert '<del dir="auto">… late …</del>' in card
    assert '<ins dir="auto">… too early …</ins>' in card
    assert 'name="verb" value="approve"' in card


def test_without_script_the_answer_is_the_fresh_card(mo):
    comment = make_comment(body=BEFORE, author_name="Ben")
    now = edit(comment)
    response = decide(mo, "approve", comment)
    assert response.status_code == 409
    assert "The comment by Ben was edited by its author at " in words(response)
    (card,) = cards(response)
    assert_is_fresh(card, now)
    assert "bulk" not in card, "no box of a form that is not there"
    assert decide(mo, "approve", now).status_code == 303


def test_in_bulk_the_next_page_has_the_fresh_cards_at_the_top(mo):
    post = make_post()
    first, edited, won = (make_comment(post, body=BEFORE) for _n in range(3))
    now = edit(edited)
    assert decide(mo, "approve", edited, won).status_code == 303
    page = mo.get("/moderation/")
    assert "1 comment approved." in words(page) and "Left unchanged" in words(page)
    shown = cards(page)
    assert len(shown) == 2
    assert_is_fresh(shown[0], now)
    assert f'value="{row(first)}"' in shown[1]
    assert "Changed since you read it" not in html(mo.get("/moderation/"))


def test_a_card_that_came_back_belongs_to_no_tab(mo):
    """Nor is it acted on with those of the tab."""
    post = make_post()
    edited, won = (make_comment(post, body=BEFORE) for _n in range(2))
    edit(edited)
    decide(mo, "approve", edited, won)
    page = mo.get("/moderation/?tab=spam")
    (card,) = cards(page)
    assert NOW in card and "bulk" not in html(page) and "on this page" not in words(page)
    assert "Act on" not in words(page) and "No spam" not in words(page)
    first, second = (make_comment(post, body=BEFORE) for _n in range(2))
    again = edit(edited, BEFORE)
    decide(mo, "approve", edited, first)
    page = mo.get("/moderation/")
    assert [f'value="{row(again)}" form="bulk"' in html(page)] == [False]
    assert f'value="{row(second)}" form="bulk"' in html(page)
    assert "All 1 on this page" in words(page) and "Act on all 2 comments" in words(page)


@pytest.mark.parametrize("path", ["done/", "many/?tab=pending&all=1", "{}/history/"])
def test_from_a_page_that_is_not_the_queue_it_leads_there(mo, path):
    post = make_post()
    edited, won = (make_comment(post, body=BEFORE) for _n in range(2))
    now = edit(edited)
    said = {"verb": "spam", "row": [row(edited), row(won)]}
    said["next"] = f"/moderation/{path.format(won.public_id)}"
    page = mo.post("/moderation/decide/", said, follow=True)
    assert "1 comment marked as spam." in words(page) and "Left unchanged" in words(page)
    assert_is_fresh(cards(page)[0], now)


def test_the_script_is_given_the_fresh_card(mo):
    comment, other = make_comment(body=BEFORE), make_comment()
    now = edit(comment)
    answer = decide(mo, "trash", comment, other, **JSON).json()
    (lost,) = answer["lost"]
    assert_is_fresh(lost["card"], now)
    assert lost["card"].count("<article") == 1 and 'form="bulk"' in lost["card"]
    assert lost["words"].startswith(f"The comment by {comment.author_name} was edited by its")


def test_an_edit_by_a_colleague_comes_back_with_the_name_that_changed(mo):
    comment = make_comment(body=BEFORE, author_name="Ben")
    ana = make_user(Role.EDITOR, display_name="Ana Swift")
    said = {"body": NOW, "author_name": "Benedict", "author_url": ""}
    row_now = Comment.objects.get(pk=comment.pk)
    assert revise(row_now, said, by=ana, seen=comment.version)
    response = decide(mo, "approve", comment)
    assert "was edited by Ana Swift at " in words(response)
    (card,) = cards(response)
    assert_is_fresh(card, Comment.objects.get(pk=comment.pk))
    assert "name: “Ben” → “Benedict”" in words(response)


def test_edited_twice_it_says_what_changed_since_it_was_seen(mo):
    comment = make_comment(body=BEFORE)
    edit(comment, "Something else altogether.")
    now = edit(comment)
    assert_is_fresh(cards(decide(mo, "approve", comment))[0], now)


def test_seen_between_two_edits_it_says_what_changed_since(mo):
    comment = make_comment(body="Something else altogether.")
    between = edit(comment, BEFORE)
    now = edit(comment)
    assert_is_fresh(cards(decide(mo, "approve", between))[0], now)


def test_act_on_many_brings_them_back_too(mo):
    comment, before = make_comment(body=BEFORE, author_email="a@example.net"), stamp()
    now = edit(comment)
    fields = {"verb": "approve", "tab": "pending", "author": "a@example.net", "before": before}
    response = mo.post("/moderation/many/", fields)
    assert response.status_code == 409
    assert_is_fresh(cards(response)[0], now)
    make_comment(author_email="a@example.net", submitted_at=timezone.now() - timedelta(hours=1))
    Comment.objects.exclude(pk=comment.pk).update(status_at=timezone.now() - timedelta(hours=1))
    assert mo.post("/moderation/many/", fields).status_code == 303
    assert_is_fresh(cards(mo.get("/moderation/"))[0], now)


def test_an_undo_that_would_publish_what_nobody_has_read_brings_it_back(mo):
    comment = make_comment(body=BEFORE)
    comment.approve(by=moderator())
    batch = comment.hold(by=moderator()).batch
    now = edit(comment)
    response = mo.post("/moderation/undo/", {"batch": str(batch)})
    assert response.status_code == 409
    assert_is_fresh(cards(response)[0], now)


@pytest.mark.parametrize("room", ["edit", "reply"])
def test_whoever_was_typing_reads_what_changed_above_the_form(mo, room):
    comment = make_comment(body=BEFORE)
    edit(comment)
    said = {"body": "My own words.", "name": "Ben", "url": "", "seen": comment.version}
    response = mo.post(f"/moderation/{comment.public_id}/{room}/", said)
    assert response.status_code == 409
    assert "Changed since you read it" in words(response)
    assert '<ins dir="auto">… too early …</ins>' in html(response)


def test_edited_and_then_called_spam_it_says_that_it_was_edited(mo):
    comment = make_comment(body=BEFORE, author_name="Ben")
    edit(comment)
    Comment.objects.get(pk=comment.pk).set_aside(reason="akismet")
    response = decide(mo, "approve", comment)
    assert "The comment by Ben was edited by its author at " in words(response)
    (card,) = cards(response)
    assert_is_fresh(card, Comment.objects.get(pk=comment.pk))
    assert "Spam (will be deleted on" in card


def test_edited_to_what_a_rule_calls_spam_it_says_that_it_was_edited(mo):
    comment = make_comment(body=BEFORE)
    Policy.objects.update_or_create(pk=1, defaults={"addresses": comment.author_email})
    now = edit(comment)
    assert now.status == "spam"
    assert_is_fresh(cards(decide(mo, "approve", comment))[0], now)


def test_whoever_has_read_the_edit_is_told_only_what_came_after_it(mo):
    now = edit(make_comment(body=BEFORE, author_name="Ben"))
    Comment.objects.get(pk=now.pk).set_aside(reason="akismet")
    response = decide(mo, "approve", now)
    assert "The spam check marked the comment by Ben as spam " in words(response)
    assert not cards(response)


def test_what_a_colleague_decided_is_told_and_not_shown_again(mo):
    comment = make_comment(author_name="Ben")
    Comment.objects.get(pk=comment.pk).trash(by=make_user(Role.EDITOR, display_name="Ana"))
    response = decide(mo, "approve", comment)
    assert "Ana moved the comment by Ben to trash at " in words(response)
    assert not cards(response)


def test_of_very_many_only_some_come_back_and_all_are_told(mo, monkeypatch):
    monkeypatch.setattr(edited_meanwhile, "MOST", 2)
    post = make_post()
    made = [make_comment(post) for _n in range(4)]
    for comment in made:
        edit(comment)
    response = decide(mo, "approve", *made)
    assert len(cards(response)) == 2
    assert words(response).count("was edited by its author") == 4


def test_an_author_is_given_only_what_is_below_the_own_posts(client):
    own, other = make_comment(body=BEFORE), make_comment()
    now = edit(own)
    edit(other)
    client.force_login(own.post.author)
    (card,) = cards(decide(client, "approve", own, other))
    assert_is_fresh(card, now)


def test_however_many_were_edited_it_asks_as_often(mo):
    def ask(count: int) -> int:
        post = make_post()
        made = [make_comment(post, body=BEFORE) for _n in range(count)]
        for comment in made:
            edit(comment)
        decide(mo, "approve", *made)
        with CaptureQueriesContext(connection) as queries:
            decide(mo, "approve", *made)
        return len(queries)

    assert ask(9) == ask(2)


def test_an_edit_from_before_versions_were_kept_is_shown_all_the_same(mo):
    comment = make_comment(body=BEFORE)
    now = edit(comment)
    Edit.objects.update(old_version=None)
    assert_is_fresh(cards(decide(mo, "approve", comment))[0], now)


PARTS = [
    ("a b c", "a x c", ("… b …", "… x …")),
    ("a b", "a b c", ("", "… c")),
    ("b c", "a b c", ("", "a …")),
    ("a a", "a a a", ("", "… a")),
    ("one", "two", ("one", "two")),
    ("the same", "the  same\n", ("", "")),
    ("", "all new", ("", "all new")),
]


@pytest.mark.parametrize(("before", "now", "parts"), PARTS)
def test_what_only_one_of_two_texts_says(before, now, parts):
    assert edited_meanwhile.differing(before, now) == parts
