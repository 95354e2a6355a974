"""An address that had its one mail: without a click in it no second goes there, come what may."""

from datetime import timedelta

import pytest
from django.utils import timezone

from comments.mail.sending import claim
from comments.models import Comment, Mail, Subscription, Unconfirmed
from tests.factories import make_post, moderator
from tests.mail.test_subscriptions import EMAIL, approve, asked, fresh, link_of, press, to_ana
from tests.mailbox import later
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


@pytest.mark.parametrize("how", ["purged", "emptied"])
def test_never_a_second_where_the_first_comment_is_gone(how):
    first = asked()
    approve(first)
    assert len(to_ana()) == 1
    if how == "purged":
        first.delete()
    else:
        Comment.objects.filter(pk=first.pk).empty()
    assert not Mail.objects.exists() and not Subscription.objects.exists()
    second = asked(make_post())
    approve(second)
    assert len(to_ana()) == 1
    assert Mail.objects.get(comment=second, kind="published").error.startswith("an earlier mail")
    assert EMAIL not in Unconfirmed.objects.get().digest


def test_after_the_click_it_is_kept_no_more_nor_again():
    approve(asked())
    press(link_of(to_ana()[0], "confirm"), "confirm")
    assert not Unconfirmed.objects.exists()
    for count in (2, 3):
        approve(asked())
        assert len(to_ana()) == count
    assert not Unconfirmed.objects.exists()


def test_to_allow_mail_again_is_a_click_too():
    approve(asked())
    path = link_of(to_ana()[0], "address")
    press(path, "stop_all")
    press(path, "allow")
    approve(asked(make_post()))
    assert len(to_ana()) == 2


def said_of(client, comment) -> str:
    client.force_login(moderator())
    return words(client.get(f"/moderation/{comment.public_id}/history/"))


MAY = "Mail to the commenter: it is published: it may have been sent, and is not sent a second time"


def test_a_sender_killed_while_it_sent_is_followed_by_none_to_an_unconfirmed_address(client):
    comment = asked()
    approve(comment)
    row = Mail.objects.get(kind="published")
    assert claim(row, timezone.now() + timedelta(minutes=1)) == [row]
    assert to_ana() == []
    later(minutes=5)
    assert to_ana() == []
    assert MAY in said_of(client, comment)
    fresh(comment).hold(by=moderator())
    approve(comment)
    approve(asked(make_post()))
    assert to_ana() == []


def test_a_server_that_breaks_off_once_it_has_the_mail_is_given_it_once(client, sink):
    comment = asked()
    approve(comment)
    sink.mode = "breaks"
    later(minutes=2)
    sink.mode = "ok"
    later(hours=1)
    assert len(sink.to(EMAIL)) == 1
    assert MAY in said_of(client, comment)
    assert Unconfirmed.contains("Ana@Example.net")


def test_a_server_that_never_answered_is_given_it_when_it_does(sink):
    approve(asked())
    sink.stop()
    later(minutes=2)
    sink.start()
    later(minutes=2)
    assert len(sink.to(EMAIL)) == 1
