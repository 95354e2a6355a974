"""What moderators and authors are told of, and how seldom."""

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from blog.models import Post, Role, User
from comments.models import Comment, Mail
from comments.worker.sweep import sweep
from tests.factories import make_comment, make_post, make_user, moderator
from tests.mailbox import later, only, path_of, sent
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


# Moderators.


def test_moderators_get_one_digest_at_once_and_then_one_an_hour():
    moderator()
    for _n in range(12):
        make_comment()
    sweep()
    assert len(sent()) == 1
    make_comment()
    later(minutes=30)
    assert len(mail.outbox) == 1
    later(minutes=31)
    assert [m.subject for m in mail.outbox] == [
        "12 comments wait at Broadside",
        "13 comments wait at Broadside",
    ]
    later(hours=3)
    assert len(mail.outbox) == 2


def test_after_hours_without_a_mail_server_one_digest_arrives(sink):
    moderator()
    sink.stop()
    for _hour in range(4):
        make_comment()
        later(minutes=61)
    sink.start()
    later(hours=6)
    assert len(sink.mails) == 1
    assert "4 comments wait" in sink.mails[0]["Subject"]
    later(minutes=30)
    assert len(sink.mails) == 1
    later(minutes=31)  # about the three that came meanwhile
    assert len(sink.mails) == 2
    later(hours=3)
    assert len(sink.mails) == 2


@pytest.mark.parametrize(
    ("body", "excerpt"),
    [
        (
            "看“https://spam.example/x”，然后 www.spam.example。走吧",
            "看“[link]”，然后 [link]。走吧",
        ),
        ("http://a.example/x。https://b.example/y", "[link]。[link]"),
        ("See http://[ and www.", "See [link] and www."),
        ("h\u200ettps://spam.example w\u2068ww.spam.example", "[link] [link]"),
    ],
)
def test_no_address_of_a_comment_is_a_link_in_a_mail_and_the_text_around_it_stays(body, excerpt):
    moderator()
    make_comment(make_post(title="The tram"), author_name="Ana", body=body)
    sweep()
    (message,) = sent()
    assert f"Ana – The tram\n{excerpt}\n" in message.body
    assert "spam.example" not in message.body


def test_a_digest_names_the_first_few_and_says_how_to_stop_it(client):
    mo = moderator()
    post = make_post(title="The tram & the <bridge>")
    make_comment(post, author_name="Ana", body="See https://spam.example/x\nfor  more.")
    for _n in range(14):
        make_comment(post)
    sweep()
    (message,) = sent()
    assert message.to == [mo.email]
    assert "Ana – The tram & the <bridge>\nSee [link] for more." in message.body
    assert "and 5 more" in message.body
    shown = Comment.objects.order_by("submitted_at")[:10]
    for page in (message.body, message.alternatives[0].content):
        assert [reverse("history", args=[c.public_id]) in page for c in shown] == [True] * 10
    link = message.message()["List-Unsubscribe"].strip("<>")
    assert link in message.body
    answer = Client(enforce_csrf_checks=True).post(path_of(link), ONE_CLICK)
    assert answer.status_code == 200
    assert not User.objects.get(pk=mo.pk).gets_mail


ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def test_the_link_of_a_moderator_stops_only_by_its_button(client):
    mo = moderator()
    make_comment()
    sweep()
    path = path_of(sent()[0].message()["List-Unsubscribe"].strip("<>"))
    page = client.get(path)
    assert "You get mail about comments that wait" in words(page)
    assert User.objects.get(pk=mo.pk).gets_mail
    client.post(path, {"do": "stop"})
    assert not User.objects.get(pk=mo.pk).gets_mail
    client.post(path, {"do": "start"})
    assert User.objects.get(pk=mo.pk).gets_mail


@pytest.mark.parametrize(
    "fields",
    [
        {"status": "spam", "screened": "spam"},
        {"screened": "spam"},
        {"screened": "waiting"},
        {"next_check_at": timezone.now()},
        {"status": "approved"},
        {"status": "trash"},
    ],
)
def test_no_digest_about_spam_and_what_has_no_verdict_yet(fields):
    moderator()
    make_comment(**fields)
    sweep()
    assert sent() == []


@pytest.mark.parametrize("screened", ["unavailable", "skipped"])
def test_a_digest_about_what_could_not_be_checked(screened):
    moderator()
    make_comment(screened=screened)
    sweep()
    assert len(sent()) == 1


def test_a_verdict_that_comes_after_the_digest_is_nothing_new():
    moderator()
    comment = make_comment(screened="unavailable")
    sweep()
    assert len(sent()) == 1
    Comment.objects.filter(pk=comment.pk).update(screened="ham", screened_at=timezone.now())
    later(hours=2)
    assert len(mail.outbox) == 1


@pytest.mark.parametrize(
    ("role", "fields", "count"),
    [
        (Role.MODERATOR, {}, 1),
        (Role.EDITOR, {}, 1),
        (Role.AUTHOR, {}, 0),
        (None, {"is_superuser": True}, 1),
        (Role.MODERATOR, {"gets_mail": False}, 0),
        (Role.MODERATOR, {"is_active": False}, 0),
        (Role.MODERATOR, {"email": ""}, 0),
    ],
)
def test_who_gets_a_digest(role, fields, count):
    user = make_user(role, **fields)
    make_comment()
    sweep()
    assert len([message for message in sent() if message.to == [user.email]]) == count


def test_what_was_decided_before_the_digest_left_is_not_in_it():
    moderator()
    comment = make_comment()
    sweep()
    comment.trash(by=moderator())
    assert sent() == []
    assert only("digest").error == "none of its comments waits any more"


def test_without_a_mail_server_nothing_is_queued_and_the_queue_says_so(client, settings):
    settings.EMAIL_URL = ""
    comment = make_comment()
    sweep()
    comment.approve(by=moderator())
    assert not Mail.objects.exists()
    client.force_login(moderator())
    assert "No mail is sent" in words(client.get("/moderation/"))


# Authors.


def test_the_authors_of_a_post_get_one_mail_an_hour_about_it():
    post = make_post(title="The tram")
    post.bylines.create(user=make_user(Role.AUTHOR))
    for _n in range(2):
        make_comment(post).approve(by=moderator())
    sweep()
    assert sent() == []
    later(minutes=6)
    assert sorted(m.to[0] for m in mail.outbox) == sorted(
        user.email for user in [post.author, post.bylines.get().user]
    )
    assert {m.subject for m in mail.outbox} == {"2 new comments on “The tram”"}
    make_comment(post).approve(by=moderator())
    later(minutes=30)
    assert len(mail.outbox) == 2
    later(minutes=31)
    assert [m.subject for m in mail.outbox[2:]] == ["A new comment on “The tram”"] * 2


def test_authors_are_not_told_what_they_decided_or_wrote_themselves():
    post = make_post()
    make_comment(post).approve(by=post.author)
    make_comment(post, author_email=post.author.email.upper()).approve(by=moderator())
    make_comment(post, user=post.author).approve(by=moderator())
    assert not Mail.objects.exists()


@pytest.mark.parametrize("fields", [{"gets_mail": False}, {"is_active": False}, {"email": ""}])
def test_an_author_who_wants_none_gets_none(fields):
    comment = make_comment()
    User.objects.filter(pk=comment.post.author_id).update(**fields)
    comment.approve(by=moderator())
    assert not Mail.objects.exists()


def test_what_was_taken_down_meanwhile_is_left_out():
    post = make_post()
    gone, stays = make_comment(post, body="Gone."), make_comment(post, body="Stays.")
    for comment in (gone, stays):
        comment.approve(by=moderator())
    gone.hold(by=moderator())
    later(minutes=6)
    (message,) = (m for m in mail.outbox if m.to == [post.author.email])
    assert "Stays." in message.body and "Gone." not in message.body
    assert gone.mails.get().error == "it is not public any more"


def test_a_hidden_post_closes_its_mails():
    comment = make_comment()
    comment.approve(by=moderator())
    Post.objects.filter(pk=comment.post_id).update(status=Post.Status.PRIVATE)
    later(minutes=6)
    assert mail.outbox == []


def test_approving_many_at_once_asks_hardly_more_often_than_one(django_assert_max_num_queries):
    post = make_post()
    rows = {make_comment(post).public_id: 1 for _n in range(40)}
    with django_assert_max_num_queries(20):
        Comment.decide(rows, "approve", by=moderator())
    assert Mail.objects.count() == 40
    later(minutes=6)
    assert [m.subject[:2] for m in mail.outbox] == ["40"]
    assert "and 30 more" in mail.outbox[0].body
