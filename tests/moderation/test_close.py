"""Closing comments on a post, ending one thread, opening again; and whoever was still typing."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django.utils.formats import date_format

from blog.cache import versions
from blog.models import Post, Revision, Role
from comments.models import Closing, Comment, Policy
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db

TYPED = "I have been typing this for ten minutes."


def address(post) -> str:
    return f"/moderation/posts/{post.pk}/"


def press(client, post, do, thread=None):
    sent = {"do": do} | ({"thread": thread.public_id} if thread else {})
    return client.post(address(post), sent)


def approved(**fields) -> Comment:
    return make_comment(status="approved", **fields)


# The post


def test_it_closes_and_says_who_and_when(mo, post):
    assert "Comments on this post are open." in words(mo.get(address(post)))
    response = press(mo, post, "close")
    assert (response.status_code, response["Location"]) == (303, address(post))
    page = words(mo.get(address(post)))
    assert "Comments on this post are closed. Mo Derator closed comments on this post, " in page
    assert "Open again" in page and "Close comments on this post" not in page
    row = Closing.objects.get()
    assert (row.post, row.thread, row.opens, row.by) == (post, None, False, moderator())
    assert "Comments on this post are closed." in words(Client().get(post.path))


def test_it_opens_again_and_the_history_has_both(mo, post):
    press(mo, post, "close")
    press(mo, post, "open")
    page = words(mo.get(address(post)))
    assert "Comments on this post are open. Mo Derator opened comments on this post again" in page
    first, second = page.rindex("opened comments on this post"), page.rindex("closed comments on")
    assert first < second
    assert send_comment(Client(), post).status_code == 303


def test_whoever_was_still_typing_keeps_the_text(mo, post):
    press(mo, post, "close")
    response = send_comment(Client(), post, body=TYPED)
    assert response.status_code == 403
    assert "Comments on this post are closed." in words(response)
    assert TYPED in words(response)
    assert not Comment.objects.exists()


def test_the_posts_own_history_has_it_too(mo, post):
    Revision.record(post, by=post.author, kind=Revision.Kind.PUBLISH)
    press(mo, post, "close")
    last = post.revisions.first()
    assert (last.editor, last.fields["comments_open"]) == (moderator(), False)
    assert last.fields["body"] == post.body


def test_what_an_editor_changed_in_the_form_is_not_laid_upon_others(mo, post):
    press(mo, post, "close")
    Post.objects.filter(pk=post.pk).update(comments_open=True)
    page = words(mo.get(address(post)))
    assert "Comments on this post are open. Changed in the post's own form." in page


def test_a_post_that_is_too_old_says_so(mo):
    Policy(pk=1, close_after_days=14).save()
    page = words(mo.get(address(make_post(days_ago=15))))
    assert "comments on posts older than 14 days are closed (Policy)" in page
    assert "older than 14 days" not in words(mo.get(address(make_post(days_ago=13))))


def test_a_colleague_who_was_faster_is_no_error(mo, post):
    Closing.close(post, by=make_user(Role.EDITOR, display_name="Ana Swift"))
    assert press(mo, post, "close").status_code == 303
    page = words(mo.get(address(post)))
    assert "Comments on this post are closed. It was so already." in page
    assert "Ana Swift closed comments on this post" in page
    assert Closing.objects.count() == 1


def test_whoever_closed_it_may_have_left(mo, post):
    gone = make_user(Role.EDITOR)
    Closing.close(post, by=gone)
    gone.delete()
    assert "Someone who has left closed comments on this post" in words(mo.get(address(post)))


# A thread


def test_a_thread_ends_and_its_reply_links_go(mo, post):
    first, other = approved(post=post, author_name="Ana"), approved(post=post)
    answer = approved(parent=first)
    response = press(mo, post, "end", answer)
    assert response["Location"] == f"{address(post)}?thread={first.public_id}"
    assert Comment.objects.get(pk=first.pk).locked_at
    row = Closing.objects.get()
    assert (row.thread, row.opens, row.by) == (first, False, moderator())
    page = Client().get(post.path)
    links = [href for href in hrefs(page) if "/reply/" in href]
    assert links == [f"{post.path}reply/{other.public_id}/"]
    assert words(page).count("No more replies in this thread.") == 1
    said = words(mo.get(response["Location"]))
    time = date_format(timezone.localtime(first.submitted_at), "j F Y, H:i")
    assert f"Mo Derator ended the thread of Ana, {time}: no more replies" in said
    assert "Threads without more replies" in said


def test_whoever_was_still_answering_keeps_the_text(mo, post):
    first = approved(post=post)
    deep = approved(parent=approved(parent=first))
    press(mo, post, "end", first)
    for parent in (first, deep):
        response = send_comment(Client(), post, body=TYPED, parent=str(parent.public_id))
        assert response.status_code == 403
        assert "No more replies in this thread." in words(response)
        assert TYPED in words(response) and 'data-reason="locked"' in html(response)
        reader = Client().get(f"{post.path}reply/{parent.public_id}/")
        assert reader.status_code == 403
        assert "No more replies in this thread." in words(reader)
    assert send_comment(Client(), post).status_code == 303


def test_a_preview_in_an_ended_thread_says_so_too(mo, post):
    first = approved(post=post)
    press(mo, post, "end", first)
    response = send_comment(Client(), post, body=TYPED, parent=str(first.public_id), preview="1")
    assert response.status_code == 403 and TYPED in words(response)


def test_what_is_ended_while_others_are_served_is_refused(post):
    first = approved(post=post)

    def end_meanwhile(execute, sql, *args):
        found = execute(sql, *args)
        if '"digest" =' in sql:
            Comment.objects.filter(pk=first.pk).update(locked_at=first.submitted_at)
        return found

    with connection.execute_wrapper(end_meanwhile):
        response = send_comment(Client(), post, body=TYPED, parent=str(first.public_id))
    assert response.status_code == 403 and TYPED in words(response)
    assert not first.replies.exists()


def test_what_waits_in_an_ended_thread_can_still_be_approved(mo, post):
    first = approved(post=post)
    waits = make_comment(parent=first, body="I was first.")
    press(mo, post, "end", first)
    waits.approve(by=moderator())
    assert "I was first." in words(Client().get(post.path))


def test_replies_are_allowed_again(mo, post):
    first = approved(post=post)
    press(mo, post, "end", first)
    assert "Allow replies again" in words(mo.get(f"{address(post)}?thread={first.public_id}"))
    press(mo, post, "resume", first)
    page = words(mo.get(address(post)))
    assert "Mo Derator allowed replies again in the thread of" in page
    assert "Threads without more replies" not in page
    assert send_comment(Client(), post, parent=str(first.public_id)).status_code == 303


def test_a_thread_whose_first_comment_was_taken_down_says_it_in_its_place(mo, post):
    first = approved(post=post)
    approved(parent=first)
    press(mo, post, "end", first)
    Comment.objects.get(pk=first.pk).trash(by=moderator())
    page = words(Client().get(post.path))
    assert "Comment removed" in page and "No more replies in this thread." in page


# Bad input


@pytest.mark.parametrize("do", ["", "x", "CLOSE", "delete"])
def test_what_is_not_understood_changes_nothing(mo, post, do):
    response = press(mo, post, do)
    assert response.status_code == 422
    assert "That was not understood. Nothing was changed." in words(response)
    assert not Closing.objects.exists()


def test_a_thread_must_be_named(mo, post):
    assert press(mo, post, "end").status_code == 422
    assert not Closing.objects.exists()


@pytest.mark.parametrize("number", ["x", "0", "-1", "9" * 30, "٣", "999999"])
def test_a_thread_that_is_not_there_is_404(mo, post, number):
    assert mo.get(address(post), {"thread": number}).status_code == 404
    sent = {"do": "end", "thread": number}
    assert mo.post(address(post), sent).status_code == 404


def test_a_thread_of_another_post_is_404(mo, post):
    other = approved()
    assert press(mo, post, "end", other).status_code == 404
    assert not Comment.objects.get(pk=other.pk).locked_at


@pytest.mark.parametrize("pk", ["999999", "9" * 30])
def test_a_post_that_is_not_there_is_404(mo, pk):
    assert mo.get(f"/moderation/posts/{pk}/").status_code == 404


# Who may


def test_an_author_closes_the_own_post_and_no_other(client, post):
    author = make_user(Role.AUTHOR)
    mine = make_post(author=author)
    client.force_login(author)
    assert press(client, mine, "close").status_code == 303
    assert press(client, post, "close").status_code == 404
    assert not Post.objects.get(pk=mine.pk).comments_open
    assert Post.objects.get(pk=post.pk).comments_open


@pytest.mark.parametrize("role", [None, Role.CONTRIBUTOR])
def test_nobody_else_does(client, post, role):
    assert press(client, post, "close").status_code == 403
    client.force_login(make_user(role))
    assert press(client, post, "close").status_code == 403
    assert Post.objects.get(pk=post.pk).comments_open


@pytest.mark.parametrize("status", ["draft", "review", "private", "trash"])
@pytest.mark.parametrize("do", ["", "close"])
def test_a_moderator_learns_nothing_of_a_post_that_is_not_public(client, status, do):
    post = make_post(title="Merger of the lines", status=status)
    client.force_login(make_user(Role.MODERATOR))
    response = press(client, post, do) if do else client.get(address(post))
    assert response.status_code == 404 and "Merger" not in words(response)
    assert Post.objects.get(pk=post.pk).comments_open


def test_a_moderator_closes_what_will_be_public_only_then(client):
    client.force_login(make_user(Role.MODERATOR))
    assert client.get(address(make_post(days_ago=-1))).status_code == 404
    assert client.get(address(make_post(days_ago=1))).status_code == 200


@pytest.mark.parametrize("status", ["draft", "private"])
def test_where_somebody_commented_before_it_was_taken_down_it_is_theirs(client, status):
    post = make_post()
    make_comment(post)
    Post.objects.filter(pk=post.pk).update(status=status)
    client.force_login(make_user(Role.MODERATOR))
    assert press(client, post, "close").status_code == 303
    assert not Post.objects.get(pk=post.pk).comments_open


@pytest.mark.parametrize("status", ["draft", "private"])
def test_who_edits_it_closes_it_before_it_is_public(client, status):
    author = make_user(Role.AUTHOR)
    for person in (author, make_user(Role.EDITOR)):
        client.force_login(person)
        post = make_post(author=author, status=status)
        assert press(client, post, "close").status_code == 303


# Kept pages


@pytest.mark.parametrize("do", ["close", "end"])
def test_kept_pages_change_each_time(mo, post, do):
    first, scope = approved(post=post), versions.of_post(post.pk)
    values = [versions.read(scope)[scope]]
    for verb in (do, {"close": "open", "end": "resume"}[do]):
        press(mo, post, verb, first)
        values.append(versions.read(scope)[scope])
    assert len(set(values)) == 3


# The public page


def test_who_decides_sees_moderate_beside_each_comment(mo, post):
    first = approved(post=post)
    answer = approved(parent=first)
    found = hrefs(mo.get(post.path))
    for comment in (first, answer):
        assert f"/moderation/{comment.public_id}/history/" in found
    assert address(post) in found
    assert "Close comments" in words(mo.get(post.path))
    press(mo, post, "close")
    assert "Open comments again" in words(mo.get(post.path))


def test_beside_the_place_of_one_that_was_removed_too(mo, post):
    first = approved(post=post)
    approved(parent=first)
    first.trash(by=moderator())
    assert f"/moderation/{first.public_id}/history/" in hrefs(mo.get(post.path))


@pytest.mark.parametrize("role", ["anonymous", None, Role.CONTRIBUTOR, Role.AUTHOR])
def test_who_may_not_decide_here_sees_nothing_of_it(client, post, role):
    approved(post=post)
    if role != "anonymous":
        client.force_login(make_user(role))
    page = client.get(post.path)
    led_to = {href for href in hrefs(page) if href.startswith("/moderation/")}
    # An Author has a queue, of what is said under own posts.
    assert led_to == ({"/moderation/"} if role == Role.AUTHOR else set())
    assert "Moderate" not in words(page)


def test_an_author_sees_it_under_the_own_post(client):
    author = make_user(Role.AUTHOR)
    comment = approved(post=make_post(author=author))
    client.force_login(author)
    assert f"/moderation/{comment.public_id}/history/" in hrefs(client.get(comment.post.path))


def test_moderate_leads_to_a_page_with_all_that_can_be_done(mo, post):
    comment = approved(post=post)
    page = mo.get(f"/moderation/{comment.public_id}/history/")
    for tail in ("reply/", "edit/", "block/author/", "block/network/"):
        assert f"/moderation/{comment.public_id}/{tail}" in hrefs(page)
    assert f"{address(post)}?thread={comment.public_id}" in hrefs(page)
    assert "Unapprove" in words(page)


def test_a_reader_pays_no_query_for_it(client, post):
    for _n in range(3):
        approved(post=post)

    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            client.get(post.path)
        return len(found)

    queries()
    before = queries()
    Closing.close(post, Comment.objects.first(), by=moderator())
    queries()
    assert queries() == before <= 10


def test_the_page_of_closings_asks_as_often_with_many(mo, post):
    def queries() -> int:
        with CaptureQueriesContext(connection) as found:
            mo.get(f"{address(post)}?thread={first.public_id}")
        return len(found)

    first = approved(post=post)
    Closing.close(post, first, by=moderator())
    queries()
    before = queries()
    for _n in range(10):
        Closing.close(post, approved(post=post), by=make_user(Role.EDITOR))
    assert queries() == before <= 12
