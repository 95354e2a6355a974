"""The admin's list of comments: the queue as a table, with the queue's verbs."""

import pytest

from blog.models import Role
from comments.models import Comment
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import words

pytestmark = pytest.mark.django_db

LIST = "/admin/comments/comment/"


@pytest.fixture
def mo(client):
    client.force_login(moderator())
    return client


def act(client, action, *rows):
    sent = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(LIST, sent, follow=True)


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
    assert f"Comment {comment.pk} was left as it is: Pending" in words(act(mo, "hold", comment))


def test_nothing_is_added_changed_or_deleted_here(mo):
    comment = make_comment()
    assert mo.get(f"{LIST}add/").status_code == 403
    assert mo.post(f"{LIST}{comment.pk}/delete/", {"post": "yes"}).status_code == 403
    response = mo.post(f"{LIST}{comment.pk}/change/", {"status": "approved"})
    assert response["Location"] == f"/moderation/{comment.pk}/history/"
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
