"""The same thing has the same name everywhere: the words on the screen, as the pages print them."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Heartbeat
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.pages import words

pytestmark = pytest.mark.django_db

OF_A_POST = (
    "Skip to content",
    "Leave a Reply",
    "Your email address will not be published. Required fields are marked *",
    "This site uses Akismet to reduce spam. Learn how your comment data is processed.",
    "Share the Post:",
    "Latest Posts",
    "Read More »",
)
OF_STATES = {
    "pending": "Saved. A moderator reads every comment before it appears. Yours has been waiting "
    "since ",
    "spam": "Saved, but our spam filter set it aside. A moderator can still publish it; otherwise "
    "it is deleted on ",
    "trash": "A moderator decided not to publish this comment.",
    "approved": "Published. See it in the discussion.",
}


@pytest.mark.parametrize("phrase", OF_A_POST)
def test_a_post_says(akismet, client, phrase):
    post = make_post()
    make_post()
    assert phrase in words(client.get(post.path))


@pytest.mark.parametrize("status", OF_STATES)
def test_a_commenter_reads(client, status):
    comment = make_comment(status=status)
    page = words(client.get(f"/comments/{cookies.sign(comment)}/"))
    assert OF_STATES[status] in page


def test_a_commenter_reads_that_it_is_looked_at_again(client):
    comment = make_comment(status="approved")
    comment.hold(by=moderator())
    page = words(client.get(f"/comments/{cookies.sign(comment)}/"))
    assert "This comment was published and is being looked at again." in page


def test_a_commenter_reads_that_it_is_gone(client):
    comment = make_comment()
    address = f"/comments/{cookies.sign(comment)}/"
    Comment.objects.filter(pk=comment.pk).delete()
    assert "This comment has been deleted." in words(client.get(address))


def test_too_fast_says_the_seconds():
    post = make_post()
    send_comment(Client(), post, email="ana@example.net")
    answer = send_comment(Client(), post, email="ana@example.net")
    assert "You can send it in 15 seconds. Your text is below." in words(answer)


QUEUE = [
    ({}, "Every comment waits for a moderator"),
    ({"held_because": [["links", "3"]]}, "Held because"),
    ({"screened": "waiting"}, "Being checked"),
    ({"screened": "waiting"}, "Approve unchecked"),
    ({"screened": "skipped", "check_error": "no-key"}, "Not checked: no Akismet key"),
    (
        {"screened": "skipped", "check_error": "no-address"},
        "Not checked: the reader's IP address is unknown",
    ),
    (
        {"screened": "unavailable", "check_error": "silent"},
        "Not checked yet: Akismet did not answer (next try ",
    ),
    ({"status": "approved"}, "Unapprove"),
    ({"status": "trash"}, "Trash (will be deleted on "),
    ({"status": "spam"}, "Spam (will be deleted on "),
]


@pytest.mark.parametrize(("fields", "phrase"), QUEUE)
def test_the_queue_says(akismet, client, fields, phrase):
    comment = make_comment(next_check_at=timezone.now() + timedelta(minutes=5), **fields)
    client.force_login(moderator())
    page = words(client.get("/moderation/", {"tab": comment.status}))
    assert "Moderation queue" in page
    assert phrase in page


def test_the_history_says_what_akismet_said(client, settings):
    comment = make_comment()
    client.force_login(moderator())
    assert "Akismet said: not spam, " in words(
        client.get(f"/moderation/{comment.public_id}/history/")
    )


def test_the_banner_of_a_late_worker(client):
    Heartbeat.beat(Heartbeat.WORKER)
    Heartbeat.objects.update(at=timezone.now() - timedelta(minutes=11))
    client.force_login(moderator())
    page = words(client.get("/moderation/"))
    assert "The background program has not run since " in page
    assert ": nothing is checked, no mail is sent." in page


BUTTONS = [
    ("draft", Role.EDITOR, ["Save draft", "Publish", "Schedule", "Move to trash"]),
    ("draft", Role.CONTRIBUTOR, ["Save draft", "Submit for review"]),
    ("published", Role.EDITOR, ["Update live post", "Move to trash"]),
]


@pytest.mark.parametrize(("status", "role", "wanted"), BUTTONS)
def test_the_buttons_of_a_post(client, status, role, wanted):
    person = make_user(role)
    post = make_post(status=status, author=person)
    client.force_login(person)
    page = client.get(f"/admin/blog/post/{post.pk}/change/").content.decode()
    assert all(f'value="{word}"' in page for word in wanted)
    assert 'value="Save"' not in page
    assert "deletelink" not in page


def test_a_scheduled_post_says_when(client):
    at = timezone.now() + timedelta(hours=14, minutes=1)
    post = make_post(published_at=at)
    assert post.status_words.startswith("Scheduled: ")
    assert post.status_words.endswith("(Europe/London), in 14 hours")
