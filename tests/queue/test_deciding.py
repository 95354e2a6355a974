"""Deciding in the queue and in the admin: one, many, too late, and taken back."""

import json
import re
from urllib.parse import urlencode
from uuid import UUID

import pytest
from django.test import Client

from blog.models import Role
from comments.models import Comment, Decision
from comments.queue import views
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import field, html, words

pytestmark = pytest.mark.django_db

AS_JSON = {"Accept": "application/json"}


def decide(client, verb, *rows, headers=None, **fields):
    sent = {"verb": verb, "row": [f"{c.public_id}.{c.version}" for c in rows], **fields}
    return client.post("/moderation/decide/", sent, headers=headers)


def status_of(comment) -> str:
    return Comment.objects.get(pk=comment.pk).status


@pytest.mark.parametrize(
    ("start", "verb", "end", "said"),
    [
        ("pending", "approve", "approved", "1 comment approved."),
        ("pending", "spam", "spam", "1 comment marked as spam."),
        ("pending", "trash", "trash", "1 comment moved to trash."),
        ("approved", "hold", "pending", "1 comment unapproved."),
        ("spam", "restore", "pending", "1 comment restored."),
        ("trash", "restore", "pending", "1 comment restored."),
    ],
)
def test_each_verb_moves_and_says_so(mo, start, verb, end, said):
    comment = make_comment(status=start)
    response = decide(mo, verb, comment)
    assert (response.status_code, response["Location"]) == (303, "/moderation/")
    assert status_of(comment) == end
    assert comment.decisions.last().by == moderator()
    assert said in words(mo.get("/moderation/"))


def test_many_are_decided_at_once_in_one_batch(mo):
    post = make_post()
    made = [make_comment(post) for _n in range(3)]
    decide(mo, "approve", *made)
    assert "3 comments approved." in words(mo.get("/moderation/"))
    assert Decision.objects.filter(new_status="approved").values("batch").distinct().count() == 1


def test_a_notice_is_read_once(mo):
    decide(mo, "approve", make_comment())
    mo.get("/moderation/")
    assert "1 comment approved." not in words(mo.get("/moderation/"))


def test_without_a_selection_nothing_changes(mo):
    response = decide(mo, "approve")
    assert response.status_code == 422
    assert "No comment was selected. Nothing was changed." in words(response)


GARBAGE = [
    "x",
    "1",
    "1.",
    ".1",
    "1.1.1",
    "-1.1",
    "1.-1",
    "1 .1",
    "٣.١",
    "9" * 30 + ".1",
    "1\0.1",
    "",
]


@pytest.mark.parametrize("row", GARBAGE)
def test_garbage_is_not_understood_and_nothing_changes(mo, row):
    comment = make_comment()
    good = f"{comment.public_id}.{comment.version}"
    response = mo.post("/moderation/decide/", {"verb": "approve", "row": [good, row]})
    assert response.status_code == 422
    assert "That was not understood. Nothing was changed." in words(response)
    assert status_of(comment) == "pending"


@pytest.mark.parametrize("verb", ["", "publish", "delete", "_decide", "approve "])
def test_an_unknown_verb_is_not_understood(mo, verb):
    comment = make_comment()
    assert decide(mo, verb, comment).status_code == 422
    assert status_of(comment) == "pending"


def test_more_than_10000_at_once_are_not_taken(mo, monkeypatch):
    assert views.MOST_ROWS == 10_000
    monkeypatch.setattr(views, "MOST_ROWS", 2)
    post = make_post()
    made = [make_comment(post) for _n in range(3)]
    response = decide(mo, "spam", *made)
    assert response.status_code == 422
    assert "At most 2 comments at once. Nothing was changed." in words(response)
    assert set(map(status_of, made)) == {"pending"}
    assert decide(mo, "spam", *made[:2]).status_code == 303


MORE = [pytest.param(count, marks=pytest.mark.thorough) for count in (30_000, 300_000)]


@pytest.mark.parametrize("count", [10_001, 100_000, *MORE])
@pytest.mark.parametrize("headers", [{}, AS_JSON])
def test_however_many_are_sent_it_is_said_and_nothing_changes(count, headers):
    """As a browser sends it: Django checks the token, and would read the form first."""
    comment, client = make_comment(), Client(enforce_csrf_checks=True)
    client.force_login(moderator())
    token = field(client.get("/moderation/"), "csrfmiddlewaretoken")
    rows = [f"{comment.public_id}.1"] + [f"{pk}.1" for pk in range(10**6, 10**6 + count - 1)]
    fields = {"csrfmiddlewaretoken": token, "verb": "spam", "row": rows}
    sent = urlencode(fields, doseq=True)
    form = "application/x-www-form-urlencoded"
    response = client.post("/moderation/decide/", sent, content_type=form, headers=headers)
    assert response.status_code == 422
    said = response.json()["error"] if headers else words(response)
    assert "At most 10,000 comments at once. Nothing was changed." in said
    assert status_of(comment) == "pending"


@pytest.mark.parametrize("count", [1, 10_000])
def test_without_the_token_of_the_form_nothing_is_decided(count):
    comment, client = make_comment(), Client(enforce_csrf_checks=True)
    client.force_login(moderator())
    rows = [f"{comment.public_id + n}.1" for n in range(count)]
    response = client.post("/moderation/decide/", {"verb": "spam", "row": rows})
    assert (response.status_code, status_of(comment)) == (403, "pending")


def test_of_10000_lost_ones_not_all_are_named(mo):
    rows = [f"{pk}.1" for pk in range(10**6, 10**6 + 10_000)]
    response = mo.post("/moderation/decide/", {"verb": "spam", "row": rows})
    assert response.status_code == 409
    assert "10,000 comments are not there any more, or not yours" in words(response)
    assert len(response.content) < 20_000


def test_to_read_the_address_is_405(mo):
    assert mo.get("/moderation/decide/").status_code == 405
    assert mo.get("/moderation/undo/").status_code == 405


def test_whoever_comes_second_reads_who_was_faster(mo):
    comment = make_comment()
    Comment.objects.get(pk=comment.pk).approve(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    response = decide(mo, "trash", comment)
    assert response.status_code == 409
    assert "Nothing was changed." in words(response)
    said = rf"Ana Swift approved the comment by {comment.author_name} at \d\d:\d\d\."
    assert re.search(said, words(response))
    assert status_of(comment) == "approved"


def test_what_was_won_is_done_and_what_was_lost_is_named(mo):
    won, lost = make_comment(), make_comment()
    Comment.objects.get(pk=lost.pk).trash(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    assert decide(mo, "approve", won, lost).status_code == 303
    said = words(mo.get("/moderation/"))
    assert "1 comment approved." in said and "Left unchanged" in said
    assert f"Ana Swift moved the comment by {lost.author_name} to trash at " in said
    assert (status_of(won), status_of(lost)) == ("approved", "trash")


def test_when_the_machine_was_faster_no_person_is_named(mo):
    comment = make_comment()
    Comment.objects.get(pk=comment.pk).set_aside(reason="akismet")
    response = decide(mo, "approve", comment)
    assert "The spam check marked the comment by" in words(response)


def test_when_a_rule_was_faster_it_is_not_said_to_be_the_spam_check(mo):
    comment = make_comment()
    Comment.objects.get(pk=comment.pk).set_aside(reason="words")
    said = words(decide(mo, "approve", comment))
    assert "A rule of the policy marked the comment by" in said and "spam check" not in said


def test_what_is_gone_is_said(mo):
    comment = make_comment()
    Comment.objects.filter(pk=comment.pk).delete()
    said = "1 comment is not there any more, or not yours to decide."
    assert said in words(decide(mo, "approve", comment))


def test_the_json_of_what_was_done_and_lost(mo):
    won, lost = make_comment(), make_comment()
    Comment.objects.get(pk=lost.pk).trash(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    response = decide(mo, "approve", won, lost, headers=AS_JSON)
    said = json.loads(response.content)
    at = lost.decisions.last().created_at.isoformat()
    assert response.status_code == 200
    assert said.keys() == {"batch", "done", "lost", "way_back"}
    assert UUID(said["batch"]) == won.decisions.last().batch
    version = Comment.objects.get(pk=won.pk).version
    done = {"id": won.public_id, "status": "approved", "was": won.version, "version": version}
    assert said["done"] == [done]
    expected = {
        "id": lost.public_id,
        "status": "trash",
        "version": lost.decisions.last().new_version,
    }
    expected |= {"by": "Ana Swift", "at": at, "name": lost.author_name, "did": "trash"}
    (told,) = said["lost"]
    words_of_it = f"Ana Swift moved the comment by {lost.author_name} to trash at "
    assert told.pop("words").startswith(words_of_it)
    assert said["lost"] == [expected]


def test_the_json_when_nothing_won(mo):
    comment = make_comment()
    Comment.objects.filter(pk=comment.pk).delete()
    response = decide(mo, "approve", comment, headers=AS_JSON)
    said = json.loads(response.content)
    expected = {"id": comment.public_id, "status": "", "version": None, "by": "", "at": None}
    assert response.status_code == 409
    assert (said["done"], said["lost"]) == ([], [expected])


def test_json_leaves_no_notice_behind(mo):
    decide(mo, "approve", make_comment(), headers=AS_JSON)
    assert "comment approved" not in words(mo.get("/moderation/"))


def test_json_of_what_was_not_understood(mo):
    response = decide(mo, "publish", headers=AS_JSON)
    assert response.status_code == 422
    said = {"error": "That was not understood. Nothing was changed."}
    assert json.loads(response.content) == said


def test_the_notice_holds_the_way_back(mo):
    comment = make_comment(status="approved")
    decide(mo, "trash", comment)
    batch = field(mo.get("/moderation/"), "batch")
    response = mo.post("/moderation/undo/", {"batch": batch})
    assert response.status_code == 303
    assert status_of(comment) == "approved"
    assert "1 comment put back." in words(mo.get("/moderation/"))
    assert comment.decisions.last().reason == "undo"


def test_an_undo_leaves_what_was_decided_since_and_names_it(mo):
    stays, back = make_comment(), make_comment()
    decide(mo, "spam", stays, back)
    batch = back.decisions.last().batch
    Comment.objects.get(pk=stays.pk).approve(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    mo.post("/moderation/undo/", {"batch": str(batch)})
    assert (status_of(stays), status_of(back)) == ("approved", "pending")
    assert "Ana Swift" in words(mo.get("/moderation/"))


def test_an_undo_can_be_undone(mo):
    comment = make_comment()
    decide(mo, "spam", comment)
    for expected in ("pending", "spam"):
        mo.post("/moderation/undo/", {"batch": str(comment.decisions.last().batch)})
        assert status_of(comment) == expected


@pytest.mark.parametrize("batch", ["", "x", "\0", "1" * 32, "0" * 31 + "f"])
def test_an_undo_of_nothing_changes_nothing(mo, batch):
    assert mo.post("/moderation/undo/", {"batch": batch}).status_code in (409, 422)


OWN = ["/moderation/?tab=spam&after=1", "/2026/11/a/"]
FOREIGN = [
    "//evil.example/",
    "https://evil.example/",
    "http:evil",
    "\\\\evil.example",
    "/\\evil.example",
]
FOREIGN += [
    "///evil.example",
    "/\t/evil.example",
    "javascript:alert(1)",
    "evil",
    "",
    "\0",
    " //evil",
]


@pytest.mark.parametrize("wanted", OWN)
def test_afterwards_the_moderator_is_where_she_was(mo, wanted):
    assert decide(mo, "approve", make_comment(), next=wanted)["Location"] == wanted


@pytest.mark.parametrize("wanted", FOREIGN)
def test_nobody_is_led_to_another_site(mo, wanted):
    response = decide(mo, "approve", make_comment(), next=wanted)
    assert response["Location"] == "/moderation/"
    refused = decide(mo, "approve", next=wanted)
    assert '<p class="back"><a href="/moderation/">' in html(refused)


def test_an_author_cannot_decide_under_another_post(client):
    own, other = make_comment(), make_comment()
    client.force_login(own.post.author)
    decide(client, "approve", own, other)
    assert (status_of(own), status_of(other)) == ("approved", "pending")
    assert "not yours to decide" in words(client.get("/moderation/"))


# Rows of every kind in one request


@pytest.fixture
def every_kind(client):
    """As an Author sends them, who had Pending before the eyes: what lies in another tab, what was
    decided meanwhile, what was deleted, and what stands under somebody else's post."""
    post = make_post(author=make_user(Role.AUTHOR, display_name="Ana Author"))
    rows = {
        "pending": make_comment(post),
        "spam": make_comment(post, status="spam"),
        "decided": make_comment(post),
        "deleted": make_comment(post),
        "theirs": make_comment(),
    }
    edith = make_user(Role.EDITOR, display_name="Edith")
    Comment.objects.get(pk=rows["decided"].pk).trash(by=edith)
    Comment.objects.filter(pk=rows["deleted"].pk).delete()
    client.force_login(post.author)
    return rows


def after_its_creation(comment) -> list[str]:
    return [row.new_status for row in comment.decisions.order_by("pk")[1:]]


def said_of(comment, said: dict) -> tuple:
    """Whether it was done, and what the answer says of it; of the version whether it is the one
    that stands now, None where it says none."""
    now = Comment.objects.filter(pk=comment.pk).values_list("version", flat=True).first()
    (found,) = [
        (is_done, row["status"], row["version"] and row["version"] == now, row.get("by"))
        for is_done, rows in ((True, said["done"]), (False, said["lost"]))
        for row in rows
        if row["id"] == comment.public_id
    ]
    return found


# A verb that is no change is lost; else the tab from which a row was sent is of no account.
OF_SPAM = [
    ("approve", "approved", (True, "approved", True, None), ["approved"]),
    ("spam", "spam", (False, "spam", True, ""), []),
]


@pytest.mark.parametrize(("verb", "end", "answer", "decisions"), OF_SPAM)
def test_each_row_has_its_own_answer(client, every_kind, verb, end, answer, decisions):
    rows = every_kind
    response = decide(client, verb, *rows.values(), headers=AS_JSON)
    assert response.status_code == 200
    said = response.json()
    assert len(said["done"]) + len(said["lost"]) == len(rows)
    assert said_of(rows["pending"], said) == (True, end, True, None)
    assert said_of(rows["spam"], said) == answer
    assert said_of(rows["decided"], said) == (False, "trash", True, "Edith")
    # Neither says what is there, nor that anything is.
    assert said_of(rows["deleted"], said) == (False, "", None, "")
    assert said_of(rows["theirs"], said) == (False, "", None, "")
    assert after_its_creation(rows["pending"]) == [end]
    assert after_its_creation(rows["spam"]) == decisions
    assert after_its_creation(rows["decided"]) == ["trash"]
    assert (status_of(rows["theirs"]), after_its_creation(rows["theirs"])) == ("pending", [])


def test_each_row_that_was_left_is_named_on_the_page(client, every_kind):
    rows = every_kind
    decide(client, "spam", *rows.values())
    said = words(client.get("/moderation/"))
    assert "1 comment marked as spam." in said
    assert f"The comment by {rows['spam'].author_name} is in Spam since " in said
    assert f"moved the comment by {rows['decided'].author_name} to trash at " in said
    assert "2 comments are not there any more, or not yours to decide." in said


def test_where_nothing_is_won_each_row_is_named_and_nothing_is_changed(client, every_kind):
    rows = every_kind
    del rows["pending"]
    response = decide(client, "spam", *rows.values())
    assert response.status_code == 409
    assert "Nothing was changed." in words(response)
    said = words(response)
    gone = "2 comments are not there any more, or not yours to decide."
    there = [rows[name].author_name for name in rows if name not in ("deleted", "theirs")]
    assert there and all(
        f"The comment by {name}" in said or f"the comment by {name}" in said for name in there
    )
    assert gone in said
    assert after_its_creation(rows["spam"]) == []
