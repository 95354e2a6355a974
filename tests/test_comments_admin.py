"""The admin's list of comments: the queue as a table, with the queue's verbs."""

import re

import pytest

from blog.models import Role
from comments.models import Comment
from comments.moderation import Facts
from tests.factories import edit_as_author, make_comment, make_post, make_user, moderator
from tests.pages import html, words

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"


@pytest.fixture
def mo(client):
    client.force_login(moderator())
    return client


def rows_shown(client) -> dict[str, str]:
    """As the hidden fields of the list have them."""
    return dict(re.findall(r'name="(row-\d+)" value="(\d+\.\d+)"', html(client.get(LIST))))


def act(client, action, *rows, seen=None):
    """`seen`: what the list said when it was opened, if that was not just now."""
    sent = {"action": action, "index": "0", "_selected_action": [row.pk for row in rows]}
    return client.post(LIST, sent | (rows_shown(client) if seen is None else seen), follow=True)


def buttons(client, query="") -> list[tuple[str, str]]:
    """The value of each button below a text, and what it says."""
    page = html(client.get(f"{LIST}{query}"))
    found = re.findall(r'name="one" value="([\w.]+)">(.*?)</button>', page)
    return [(value, re.sub("<.*", "", said)) for value, said in found]


def test_it_shows_what_the_queue_shows(mo):
    post = make_post(title="On bridges")
    make_comment(post, held_because=[["links", "3"]], body="Look at this.", author_name="Zoë")
    make_comment(post, screened="skipped", check_error="no-key")
    said = words(mo.get(LIST))
    for part in ("Zoë", "Look at this.", "On bridges", "3 links", "Akismet said: not spam"):
        assert part in said
    assert "Every comment waits for a moderator" in said
    assert "Not checked: no Akismet key" in said


@pytest.mark.parametrize("status", Comment.Status.values)
def test_each_status_is_a_list_and_pending_comes_first(mo, status):
    post = make_post()
    for each in Comment.Status.values:
        make_comment(post, status=each, body=f"It is {each} here.")
    said = words(mo.get(f"{LIST}?status={status}"))
    assert f"It is {status} here." in said
    assert said.count(" here.") == 1
    assert "It is pending here." in words(mo.get(LIST))


@pytest.mark.parametrize(
    ("action", "end", "said"),
    [
        ("approve", "approved", "2 comments approved."),
        ("spam", "spam", "2 comments marked as spam."),
        ("trash", "trash", "2 comments moved to trash."),
    ],
)
def test_its_actions_are_the_verbs(mo, action, end, said):
    made = [make_comment(), make_comment()]
    assert said in words(act(mo, action, *made))
    for comment in made:
        last = comment.decisions.last()
        assert (last.new_status, last.by, last.batch is None) == (end, moderator(), False)


def test_what_cannot_be_moved_is_named(mo):
    comment = make_comment()
    said = words(act(mo, "hold", comment))
    assert f"The comment by {comment.author_name} is in Pending since " in said


def edit(comment, body):
    facts = Facts(comment.author_name, comment.author_email, "", body, ip=comment.ip)
    assert edit_as_author(comment, facts)


def test_what_its_author_edited_since_is_left_and_said(mo):
    edited, other = make_comment(), make_comment()
    seen = rows_shown(mo)
    edit(edited, "Other words.")
    said = words(act(mo, "approve", edited, other, seen=seen))
    assert "1 comment approved." in said
    assert (
        f"The comment by {edited.author_name} was edited by its author at " in said
        and "Read it again." in said
    )
    assert Comment.objects.get(pk=edited.pk).status == "pending"
    assert "1 comment approved." in words(act(mo, "approve", edited))


def test_what_a_colleague_decided_since_is_left_and_named(mo):
    comment = make_comment()
    seen = rows_shown(mo)
    comment.mark_spam(by=make_user(Role.EDITOR, display_name="Edith"))
    said = words(act(mo, "approve", comment, seen=seen))
    assert f"Edith marked the comment by {comment.author_name} as spam at " in said
    assert Comment.objects.get().status == "spam"


def test_what_was_pressed_twice_was_done_once_and_is_said_twice(mo):
    comment = make_comment()
    seen = rows_shown(mo)
    for _press in range(2):
        said = words(act(mo, "approve", comment, seen=seen))
        assert "1 comment approved." in said and "The comment by" not in said
    assert comment.decisions.count() == 2


def test_whoever_does_not_say_what_was_seen_decides_nothing(mo):
    comment = make_comment()
    for row in ("", "0.0", f"{comment.public_id}.0", f"{comment.public_id}.-1"):
        said = words(act(mo, "approve", comment, seen={f"row-{comment.pk}": row}))
        assert any(answer in said for answer in ("is in Pending since", "Nothing was", "not there"))
    assert Comment.objects.get().status == "pending"


def test_nobody_selects_what_the_page_does_not_show(mo, monkeypatch):
    monkeypatch.setattr("comments.admin.CommentAdmin.list_per_page", 2)
    made = [make_comment() for _n in range(3)]
    page = html(mo.get(LIST))
    assert "0 of 2 selected" in page and "Select all 3" not in page
    act(mo, "approve", *made[:2], seen=rows_shown(mo) | {"select_across": "1"})
    statuses = Comment.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["approved", "approved", "pending"]


def test_each_comment_has_the_verbs_of_its_card_in_the_same_words(mo):
    checked, unchecked = make_comment(), make_comment(screened="unavailable")
    late = make_comment(status="approved", screened="spam")
    verbs = [("spam", "Spam"), ("trash", "Trash")]
    assert buttons(mo) == [
        (f"{verb}.{comment.public_id}.1", said)
        for comment, first in ((checked, "Approve"), (unchecked, "Approve unchecked"))
        for verb, said in [("approve", first), *verbs]
    ]
    again = [("approve", "Keep"), ("hold", "Unapprove"), *verbs]
    expected = [(f"{verb}.{late.public_id}.1", said) for verb, said in again]
    assert buttons(mo, "?status=approved") == expected


def test_a_button_decides_on_its_comment_alone_and_leads_back(mo):
    comment, other = make_comment(body="A tram."), make_comment(body="A tram.")
    answer = mo.post(f"{LIST}?q=tram", {"one": f"approve.{comment.public_id}.1"})
    assert answer.url == f"{LIST}?q=tram"
    assert "1 comment approved." in words(mo.get(answer.url))
    late = make_comment(status="approved", screened="spam")
    said = words(mo.post(LIST, {"one": f"approve.{late.public_id}.1"}, follow=True))
    assert "1 comment kept." in said
    assert Comment.objects.get(pk=other.pk).status == "pending"


def test_a_button_whose_comment_moved_on_says_so(mo):
    comment = make_comment()
    edit(comment, "Other words.")
    said = words(mo.post(LIST, {"one": f"approve.{comment.public_id}.1"}, follow=True))
    assert f"The comment by {comment.author_name} was edited by its author at " in said
    assert Comment.objects.get().status == "pending"


@pytest.mark.parametrize("one", ["", "approve", "approve.x.1", "publish.1.1", "approve.1"])
def test_a_button_that_nobody_made_does_nothing(mo, one):
    make_comment(public_id=1)
    said = words(mo.post(LIST, {"one": one}, follow=True))
    assert "That was not understood. Nothing was changed." in said
    assert Comment.objects.get().status == "pending"


def test_the_text_is_whole_and_what_was_found_is_marked(mo):
    body = f"The casino, vi**ag**ra. {'And more. ' * 60}<script>The end."
    found = [["words", "casino"], ["words", "viagra"]]
    make_comment(body=body, author_name="casino <b>", held_because=found)
    page = html(mo.get(LIST))
    assert "The <mark>casino</mark>," in page and "&lt;script&gt;The end." in page
    assert "<mark>casino</mark> &lt;b&gt;" in page


def test_what_is_answered_stands_above_it_folded_where_it_is_long(mo):
    post = make_post(language="de")
    for name, body in (("Zoë", "The *bell* rang."), ("Ida", "One word, " * 40 + "the end.")):
        make_comment(parent=make_comment(post, status="approved", author_name=name, body=body))
    said, page = words(mo.get(LIST)), html(mo.get(LIST))
    assert "In reply to Zoë: The bell rang." in said
    assert "In reply to Ida:" in said and "the end." in said
    assert page.count('<details class="parent">') == 1
    assert page.count('lang="de">') == 2


def test_nothing_is_added_changed_or_deleted_here(mo):
    comment = make_comment()
    assert mo.get(f"{LIST}add/").status_code == 403
    assert mo.post(f"{LIST}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    response = mo.post(f"{LIST}{comment.pk}/change/", {"status": "approved"})
    assert response["Location"] == f"/moderation/{comment.public_id}/history/"
    assert "delete_selected" not in words(mo.get(LIST))
    assert Comment.objects.get().status == "pending"


def test_an_author_sees_and_decides_only_under_the_own_posts(client):
    own, other = make_comment(body="Under mine."), make_comment(body="Under another.")
    client.force_login(own.post.author)
    assert "Under mine." in words(client.get(LIST))
    assert "Under another." not in words(client.get(LIST))
    act(client, "approve", own, other)
    statuses = Comment.objects.order_by("pk").values_list("status", flat=True)
    assert list(statuses) == ["approved", "pending"]


def test_a_contributor_sees_none(client):
    client.force_login(make_user(Role.CONTRIBUTOR))
    assert client.get(LIST).status_code == 403


@pytest.mark.parametrize("query", ["q=%00", "q=bridge", "status=none-such", "o=99", "p=9999"])
def test_an_odd_question_is_no_error(mo, query):
    make_comment()
    assert mo.get(f"{LIST}?{query}", follow=True).status_code == 200


@pytest.mark.parametrize("pk", ["999999", "9" * 18])
def test_what_is_not_there_is_no_error(mo, pk):
    assert mo.get(f"{LIST}{pk}/change/", follow=True).status_code == 404
