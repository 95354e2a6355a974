"""A commenter who asked for mail: one, then nothing without a click, and a way out of each."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.core.signing import Signer
from django.test import Client
from django.utils import timezone

from comments import signed_links
from comments.mail.unsubscribe import ReaderChoice
from comments.models import Comment, Mail, OptOut, Subscription
from tests.factories import make_comment, make_post, make_user, moderator, send_comment
from tests.mailbox import later, path_of
from tests.pages import html, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]

EMAIL = "ana@example.net"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}


def asked(post=None, *, email=EMAIL, **fields) -> Comment:
    """A comment whose writer ticked the box."""
    comment = make_comment(post, author_email=email, **fields)
    Subscription.create_for(comment)
    return comment


def confirmed(**fields) -> Comment:
    comment = asked(status="approved", **fields)
    Subscription.objects.filter(comment=comment).update(confirmed_at=timezone.now())
    return comment


def fresh(comment) -> Comment:
    return Comment.objects.get(pk=comment.pk)


def approve(comment) -> None:
    fresh(comment).approve(by=moderator())


def answer(comment, **fields) -> Comment:
    reply = make_comment(parent=comment, **fields)
    approve(reply)
    return reply


def to_ana(email=EMAIL) -> list:
    """The mails after all that is due was sent."""
    later(minutes=2)
    return [message for message in mail.outbox if message.to == [email]]


def link_of(message, purpose: str) -> str:
    return path_of(re.search(rf"https?://\S+/comments/mail/{purpose}/\S+", message.body)[0])


def press(path: str, do: str):
    return Client(enforce_csrf_checks=True).post(path, {"do": do})


@pytest.mark.parametrize("do", ["confirm", "stop"])
def test_a_link_acts_for_the_address_that_it_was_sent_to(do):
    """Another one may have come in its place since the page was looked up."""
    comment = asked()
    choice = ReaderChoice(signed_links.CONFIRM, comment.public_id, OptOut.digest_of(EMAIL))
    Subscription.objects.update(email="bo@example.net")
    choice.act(do)
    row = Subscription.objects.get()
    assert (row.confirmed_at, row.ended_at) == (None, None)


# The box.


def test_the_box_is_there_unticked_and_kept_on_errors(client):
    post = make_post()
    page = client.get(post.path)
    assert "Tell me when it is published." in words(page)
    assert not re.search(r'name="notify"[^>]*checked', html(page))
    refused = send_comment(client, post, body="", notify="on")
    assert re.search(r'name="notify"[^>]*checked', html(refused))


def test_the_box_is_not_offered_where_no_mail_is_sent_or_who_is_signed_in(client, settings):
    post = make_post()
    client.force_login(make_user())
    assert 'name="notify"' not in html(client.get(post.path))
    settings.EMAIL_URL = ""
    assert 'name="notify"' not in html(Client().get(post.path))
    send_comment(Client(), post, notify="on")
    assert not Subscription.objects.exists()


@pytest.mark.parametrize(("ticked", "count"), [({"notify": "on"}, 1), ({}, 0)])
def test_only_who_ticked_it_is_remembered(client, ticked, count):
    send_comment(client, make_post(), email="Ana@Example.net", **ticked)
    assert Subscription.objects.filter(email=EMAIL, confirmed_at=None).count() == count


# It is published.


def test_one_mail_after_a_person_approved_with_nothing_of_what_was_typed():
    comment = asked(author_name="Evil Ana", body="Buy these words.")
    assert to_ana() == []
    approve(comment)
    (message,) = to_ana()
    whole = message.message().as_string() + message.alternatives[0][0]
    assert "Evil" not in whole and "Buy these" not in whole
    assert comment.url in message.body
    assert comment.post.title in message.body


def test_undone_within_the_minute_nothing_is_sent_and_approved_again_it_is():
    comment = asked()
    approve(comment)
    fresh(comment).hold(by=moderator())
    assert to_ana() == []
    approve(comment)
    assert len(to_ana()) == 1


def test_approving_again_after_unapprove_sends_no_second():
    comment = asked()
    approve(comment)
    assert len(to_ana()) == 1
    fresh(comment).hold(by=moderator())
    approve(comment)
    assert len(to_ana()) == 1


def test_the_machine_writes_to_nobody():
    comment = asked()
    comment.set_aside(reason="akismet")
    assert to_ana() == []


def test_never_a_second_mail_to_an_address_that_nobody_confirmed():
    first, second = asked(), asked(make_post())
    approve(first)
    approve(second)
    assert len(to_ana()) == 1
    assert Mail.objects.get(comment=second, kind="published").error.startswith("an earlier mail")
    later(days=400)
    approve(asked())
    assert len(to_ana()) == 1


def test_after_the_click_further_comments_have_their_mail():
    approve(asked())
    press(link_of(to_ana()[0], "confirm"), "confirm")
    approve(asked())
    assert len(to_ana()) == 2


# The click.


def test_opening_the_link_changes_nothing_and_the_button_confirms(client):
    comment = asked()
    approve(comment)
    path = link_of(to_ana()[0], "confirm")
    for method in (client.get, client.head):
        assert method(path).status_code == 200
    assert comment.subscription.confirmed_at is None
    assert "Would you like a mail when somebody answers" in words(client.get(path))
    page = press(path, "confirm")
    assert "You get a mail when somebody answers this comment." in words(page)
    comment.subscription.refresh_from_db()
    assert comment.subscription.confirmed_at


def test_the_pages_are_private(client):
    path = path_of(signed_links.to_reader("confirm", EMAIL, asked().public_id))
    response = client.get(path)
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert EMAIL not in html(response)


def test_a_comment_that_is_gone_is_said_to_be(client):
    comment = asked()
    path = path_of(signed_links.to_reader("confirm", EMAIL, comment.public_id))
    Comment.objects.filter(pk=comment.pk).delete()
    page = client.get(path)
    assert page.status_code == 200
    assert "This comment has been deleted. No mail is sent about it any more." in words(page)
    assert press(path, "confirm").status_code == 200
    assert press(path, "stop_all").status_code == 200
    assert OptOut.contains(EMAIL)


@pytest.mark.parametrize("purpose", ["answers", "address", "staff"])
def test_a_link_is_good_for_its_own_purpose_only(client, purpose):
    path = path_of(signed_links.to_reader("confirm", EMAIL, asked().public_id))
    assert client.get(path.replace("/confirm/", f"/{purpose}/")).status_code == 404


def test_a_forged_link_is_404(client):
    comment = asked()
    path = path_of(signed_links.to_reader("confirm", EMAIL, comment.public_id))
    forged = Signer(salt="comments.status").sign(path.split("/")[-2].partition(":")[0])
    for wrong in (path[:-2] + "/", f"/comments/mail/confirm/{forged}/", path.replace("m/", "m/1")):
        assert client.get(wrong).status_code == 404


def test_a_way_out_confirms_nothing():
    comment = asked()
    for purpose in ("answers", "address"):
        press(path_of(signed_links.to_reader(purpose, EMAIL, comment.public_id)), "confirm")
    assert Subscription.objects.get().confirmed_at is None


def test_the_link_of_another_address_ends_nothing():
    comment = confirmed()
    press(path_of(signed_links.to_reader("answers", "eve@example.net", comment.public_id)), "stop")
    assert Subscription.objects.get().ended_at is None


# Answers.


def test_an_answer_is_mailed_when_it_is_public_and_not_before():
    comment = confirmed()
    reply = make_comment(parent=comment, author_name="Bo", body="I was there too.")
    assert to_ana() == []
    approve(reply)
    (message,) = to_ana()
    assert message.subject == f"An answer to your comment on “{comment.post.title}”"
    assert "Bo\nI was there too.\n" in message.body and reply.url in message.body


def test_unconfirmed_means_no_mail_about_answers():
    answer(asked(status="approved"))
    assert to_ana() == []


def test_no_mail_about_the_own_answer_and_answers_to_others():
    comment = confirmed()
    answer(comment, author_email="ANA@example.net")
    answer(make_comment(comment.post, status="approved"))
    assert to_ana() == []


def test_answers_of_an_hour_come_together():
    comment = confirmed()
    for _n in range(2):
        answer(comment)
    assert [m.subject[:9] for m in to_ana()] == ["2 answers"]
    answer(comment)
    assert len(to_ana()) == 1
    later(hours=1)
    assert len(to_ana()) == 2


def test_an_answer_by_staff_is_public_and_mailed_at_once(client):
    comment, mo = confirmed(), moderator()
    client.force_login(mo)
    send_comment(client, comment.post, parent=str(comment.public_id), body="Thank you.")
    assert len(to_ana()) == 1


def test_who_withdrew_gets_no_mail_about_answers_that_still_waited():
    comment = confirmed()
    waits = make_comment(parent=comment)
    fresh(comment).withdraw()
    approve(waits)
    assert to_ana() == []


def test_a_withdrawn_answer_is_not_mailed():
    reply = answer(confirmed())
    fresh(reply).trash(by=moderator())
    assert to_ana() == []


# The ways out.


def mail_about_an_answer():
    answer(confirmed())
    return to_ana()[0]


def test_one_click_stops_the_mail_about_this_comment():
    message = mail_about_an_answer()
    headers = message.message()
    assert headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = path_of(headers["List-Unsubscribe"].strip("<>"))
    response = Client(enforce_csrf_checks=True).post(path, ONE_CLICK)
    assert response.status_code == 200 and not response.has_header("Location")
    answer(Comment.objects.get(author_email=EMAIL))
    later(hours=2)
    assert len(to_ana()) == 1
    answer(confirmed(post=make_post()))
    assert len(to_ana()) == 2


def test_one_click_is_understood_as_multipart_too():
    message = mail_about_an_answer().message()
    path = path_of(message["List-Unsubscribe"].strip("<>"))
    part = b'--X\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n'
    response = Client().generic(
        "POST", path, part + b"--X--\r\n", "multipart/form-data; boundary=X"
    )
    assert response.status_code == 200
    assert Subscription.objects.get().ended_at


def test_a_stopped_comment_is_stopped_for_good():
    comment = confirmed()
    path = path_of(signed_links.to_reader("answers", EMAIL, comment.public_id))
    assert "You get no more mail about this comment." in words(press(path, "stop"))
    press(path_of(signed_links.to_reader("confirm", EMAIL, comment.public_id)), "confirm")
    assert Subscription.objects.get().ended_at


def test_no_more_mail_to_this_address_means_none_of_any_kind():
    message = mail_about_an_answer()
    page = press(link_of(message, "address"), "stop_all")
    assert "This site sends no more mail to this e-mail address." in words(page)
    later(days=2)
    approve(asked())
    answer(confirmed())
    assert len(to_ana()) == 1
    assert "wants no mail" in Mail.objects.filter(kind="published").get().error


def test_whoever_stopped_by_mistake_may_allow_it_again():
    path = path_of(signed_links.to_reader("address", EMAIL))
    press(path, "stop_all")
    press(path, "allow")
    assert not OptOut.contains(EMAIL)


def test_one_click_in_a_mail_that_nobody_confirmed_stops_all():
    approve(asked())
    headers = to_ana()[0].message()
    Client().post(path_of(headers["List-Unsubscribe"].strip("<>")), ONE_CLICK)
    assert OptOut.contains("Ana@Example.net")


def test_what_stands_between_queueing_and_sending_counts():
    answer(confirmed())
    Subscription.objects.update(ended_at=timezone.now())
    assert to_ana() == []
    assert Mail.objects.get(kind="reply").error == "the recipient stopped mail about it"


def test_an_address_is_kept_as_a_hash_that_outlives_the_comment():
    comment = asked()
    press(path_of(signed_links.to_reader("confirm", EMAIL, comment.public_id)), "stop_all")
    comment.delete()
    row = OptOut.objects.get()
    assert EMAIL not in row.digest and len(row.digest) == 40
    assert row.created_at > timezone.now() - timedelta(minutes=1)
