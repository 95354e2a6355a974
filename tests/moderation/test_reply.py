"""A moderator answers a comment, and publishes it with the answer."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.cache import versions
from blog.models import Post, Role
from comments.models import Closing, Comment, Decision, Policy
from comments.moderation.revise import revise
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

TYPED = "Thank you, we have asked the *ferry company*."


def address(comment) -> str:
    return f"/moderation/{comment.public_id}/reply/"


def reply(client, comment, body=TYPED, **fields):
    return client.post(address(comment), {"body": body, "seen": comment.version, **fields})


def fresh(comment):
    return Comment.objects.get(pk=comment.pk)


@pytest.mark.parametrize("page", ["reply", "edit"])
def test_one_can_type_at_once_and_a_text_that_comes_back_is_explained_first(mo, page):
    path = f"/moderation/{make_comment().public_id}/{page}/"
    assert html(mo.get(path)).count(" autofocus") == 1
    back = mo.post(path, {"body": "", "seen": 1})
    assert back.status_code == 422 and " autofocus" not in html(back)


def test_an_approved_comment_is_answered_at_once(mo):
    comment = make_comment(status="approved", author_name="Ana Reader")
    page = words(mo.get(address(comment)))
    assert "Reply to Ana Reader" in page and comment.body in page
    assert "It appears at once, under your name: Mo Derator" in page
    assert "Reply and approve" not in page
    response = reply(mo, comment)
    made = comment.replies.get()
    assert (response.status_code, made.status, made.user) == (303, "approved", moderator())
    assert (made.depth, made.root, made.author_name) == (1, comment, "Mo Derator")
    assert "<em>ferry company</em>" in made.body_html
    assert [row.by for row in made.decisions.all()] == [moderator()]
    assert fresh(comment).version == comment.version
    assert "Your reply to Ana Reader is published." in words(mo.get("/moderation/"))
    assert "ferry company" in words(mo.get(comment.post.path))


@pytest.mark.parametrize("status", ["pending", "spam", "trash"])
def test_what_is_not_public_is_approved_with_the_answer(mo, status):
    comment = make_comment(status=status, author_name="Ana Reader")
    assert "Reply and approve" in words(mo.get(address(comment)))
    reply(mo, comment)
    assert fresh(comment).status == "approved"
    last = comment.decisions.last()
    assert (last.by, last.old_status, last.new_status) == (moderator(), status, "approved")
    assert comment.replies.get().status == "approved"
    said = "The comment by Ana Reader and your reply are published."
    assert said in words(mo.get("/moderation/"))


def test_it_goes_back_to_where_the_moderator_came_from(mo):
    comment = make_comment()
    came = "http://testserver/moderation/?tab=pending&after=x"
    page = mo.get(address(comment), headers={"Referer": came})
    assert "/moderation/?tab=pending&after=x" in hrefs(page)
    response = reply(mo, comment, next="/moderation/?tab=pending&after=x")
    assert response["Location"] == f"/moderation/?tab=pending&after=x#comment-{comment.public_id}"


@pytest.mark.parametrize(
    "place",
    ["https://evil.example/moderation/", "//evil.example/moderation/", "/admin/logout/", "x"],
)
def test_it_leads_nowhere_else(mo, place):
    comment = make_comment()
    assert reply(mo, comment, next=place)["Location"] == f"/moderation/#comment-{comment.public_id}"
    page = mo.get(address(comment), headers={"Referer": place})
    assert place not in hrefs(page)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "Please write something."),
        (" \n\u200b ", "Please write something."),
        ("x" * 5_001, "At most 5,000 characters can be sent; this text has 5,001."),
        ("a\0b", "Null characters are not allowed."),
    ],
)
@pytest.mark.parametrize("status", ["pending", "approved"])
def test_a_bad_text_comes_back_and_nothing_changes(mo, status, body, said):
    comment = make_comment(status=status)
    response = reply(mo, comment, body)
    assert response.status_code == 422
    assert said in words(response)
    assert (fresh(comment).status, Comment.objects.count()) == (status, 1)


def test_5000_characters_are_taken(mo):
    comment = make_comment()
    assert reply(mo, comment, "x" * 5_000).status_code == 303
    assert len(comment.replies.get().body) == 5_000


def assert_lost(response, comment, said: str):
    assert response.status_code == 409
    page = words(response)
    assert said in page and TYPED in page
    assert "Nothing was changed. What you typed is below" in page
    assert f'name="seen" value="{fresh(comment).version}"' in html(response)
    assert not comment.replies.exists()


def test_whoever_comes_second_reads_who_decided_and_keeps_the_text(mo):
    comment = make_comment()
    ana = make_user(Role.EDITOR, display_name="Ana Swift")
    Comment.objects.get(pk=comment.pk).trash(by=ana)
    said = f"Ana Swift moved the comment by {comment.author_name} to trash at "
    assert_lost(reply(mo, comment), comment, said)
    assert fresh(comment).status == "trash"


def test_what_was_approved_and_taken_down_meanwhile_is_not_answered(mo):
    comment = make_comment(status="approved")
    Comment.objects.get(pk=comment.pk).hold(by=make_user(Role.EDITOR, display_name="Ana Swift"))
    assert_lost(reply(mo, comment), comment, "Ana Swift unapproved the comment by")
    assert fresh(comment).status == "pending"


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_what_a_colleague_edited_meanwhile_is_read_again_first(mo, status):
    comment = make_comment(status=status)
    said = {"body": "Other words.", "author_name": "Ana", "author_url": ""}
    ana = make_user(Role.EDITOR, display_name="Ana Swift")
    assert revise(fresh(comment), said, by=ana, seen=comment.version)
    response = reply(mo, comment)
    assert_lost(response, comment, " was edited by Ana Swift at ")
    assert "Other words." in words(response)
    assert reply(mo, fresh(comment)).status_code == 303


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "٣"])
def test_a_form_that_does_not_say_what_was_seen_changes_nothing(mo, seen):
    comment = make_comment()
    assert reply(mo, comment, seen=seen).status_code == 409
    assert (fresh(comment).status, Comment.objects.count()) == ("pending", 1)


def test_the_second_of_two_clicks_makes_no_second_reply(mo):
    for comment in (make_comment(), make_comment(status="approved")):
        assert reply(mo, comment).status_code == 303
        assert reply(mo, comment).status_code == 303
        assert comment.replies.count() == 1


@pytest.mark.parametrize("seen", [1, 2])
def test_an_equal_reply_publishes_nothing_that_a_colleague_took_down(mo, seen):
    comment = make_comment()
    reply(mo, comment)
    ana = make_user(Role.EDITOR, display_name="Ana Swift")
    fresh(comment).hold(by=ana)
    response = reply(mo, comment, seen=seen)
    assert response.status_code == 409 and "Ana Swift unapproved the" in words(response)
    assert (fresh(comment).status, comment.replies.count()) == ("pending", 1)
    assert reply(mo, fresh(comment)).status_code == 303
    assert fresh(comment).status == "approved"


def test_an_equal_reply_that_was_taken_down_is_not_said_to_be_published(mo):
    comment = make_comment(status="approved")
    reply(mo, comment)
    comment.replies.get().hold(by=make_user(Role.EDITOR))
    assert reply(mo, comment).status_code == 303
    assert "Your reply to" in words(mo.get("/moderation/"))
    assert [row.status for row in comment.replies.order_by("pk")] == ["pending", "approved"]


def test_a_text_that_comes_back_hides_no_edit_by_a_colleague(mo):
    comment = make_comment(body="First words.")
    said = {"body": "Ana's words.", "author_name": "Ana", "author_url": ""}
    assert revise(fresh(comment), said, by=make_user(Role.EDITOR), seen=comment.version)
    page = reply(mo, comment, "")
    assert page.status_code == 422
    assert f'name="seen" value="{comment.version}"' in html(page)
    assert reply(mo, comment).status_code == 409


def test_what_its_author_withdrew_cannot_be_answered(mo):
    comment = make_comment(status="approved")
    fresh(comment).withdraw()
    response = reply(mo, comment)
    assert response.status_code == 409
    assert "Its author withdrew it, so it cannot be answered." in words(response)
    assert TYPED in words(response)
    assert '<button type="submit" class="verb-approve"' not in html(response)
    assert not comment.replies.exists()


def test_under_a_post_that_is_not_public_nobody_would_see_it(mo):
    comment = make_comment()
    Post.objects.filter(pk=comment.post_id).update(status="draft")
    page = mo.get(address(comment))
    assert "The post is not public" in words(page) and "<textarea" not in html(page)
    response = reply(mo, comment)
    assert response.status_code == 409 and TYPED in words(response)
    assert (fresh(comment).status, Comment.objects.count()) == ("pending", 1)


def test_closed_comments_and_ended_threads_stop_readers_only(mo):
    post = make_post(comments_open=False)
    comment = make_comment(post, status="approved")
    Closing.close(post, comment, by=moderator())
    page = words(mo.get(address(comment)))
    assert "Comments on this post are closed for readers; yours appears all the same." in page
    assert "Readers cannot reply in this thread any more; yours appears all the same." in page
    assert reply(mo, comment).status_code == 303
    assert "ferry company" in words(mo.get(post.path))


def test_the_depth_of_the_policy_stops_readers_only(mo):
    Policy(pk=1, depth=1).save()
    comment = make_comment(status="approved")
    said = "Readers cannot reply at this level; yours appears all the same."
    assert said in words(mo.get(address(comment)))
    assert reply(mo, comment).status_code == 303
    assert "in reply to" in words(mo.get(comment.post.path))


def test_there_is_an_end_for_staff_too(mo):
    comment = make_comment(status="approved")
    Comment.objects.filter(pk=comment.pk).update(depth=30)
    response = reply(mo, comment)
    assert response.status_code == 409
    assert "This thread is too deep for another answer." in words(response)


def test_an_author_answers_under_the_own_post_and_nowhere_else(client):
    author = make_user(Role.AUTHOR)
    mine, theirs = make_comment(make_post(author=author)), make_comment()
    client.force_login(author)
    assert reply(client, mine).status_code == 303
    assert (fresh(mine).status, mine.replies.get().user) == ("approved", author)
    assert reply(client, theirs).status_code == 404
    assert (fresh(theirs).status, theirs.replies.count()) == ("pending", 0)


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
def test_who_may_not_decide_may_not_answer_here(client, role):
    comment = make_comment()
    assert reply(client, comment).status_code == 403
    client.force_login(make_user(role))
    assert reply(client, comment).status_code == 403
    assert not comment.replies.exists()


def test_kept_pages_change(mo):
    comment = make_comment(status="approved")
    scope = versions.of_post(comment.post_id)
    before = versions.read(scope)
    reply(mo, comment)
    assert versions.read(scope) != before


def test_a_late_verdict_asks_again_and_a_reply_does_not_answer_it(mo):
    comment = make_comment(status="approved", screened="spam", screened_at=timezone.now())
    assert comment.has_late_spam
    reply(mo, comment)
    assert fresh(comment).has_late_spam


def test_the_queries_of_a_reply_are_few(mo):
    post = make_post()
    for _n in range(20):
        make_comment(post, status="approved")
    comment = make_comment(post)
    mo.get(address(comment))
    with CaptureQueriesContext(connection) as read:
        mo.get(address(comment))
    with CaptureQueriesContext(connection) as sent:
        assert reply(mo, comment).status_code == 303
    assert len(read) <= 7 and len(sent) <= 32
    assert Decision.objects.filter(comment=comment).count() == 2


@pytest.mark.parametrize(
    ("page", "name"),
    [("reply", "body"), ("edit", "body"), ("write", "text"), ("evidence", "note")],
)
def test_what_was_typed_about_a_comment_that_has_gone_meanwhile_comes_back(client, page, name):
    comment = make_comment()
    path = f"/moderation/{comment.public_id}/{page}/"
    comment.delete()
    client.force_login(moderator())
    response = client.post(path, {"seen": 1, "next": "/moderation/", name: TYPED})
    assert response.status_code == 404
    assert "This comment is not there any more, or not yours to decide." in words(response)
    assert f"{TYPED}</textarea>" in html(response)
    assert 'id="typed-2"' not in html(response)
    if page != "evidence":
        assert "<textarea" not in html(client.get(path))
