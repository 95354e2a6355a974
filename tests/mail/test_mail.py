"""The outbox: what is sent once, and what becomes of it when no server takes it."""

import re
from datetime import UTC, timedelta
from email.utils import parsedate_to_datetime

import pytest
from django.core import mail
from django.utils import timezone

from blog.cache import versions
from blog.models import Site
from blog.transactions import writing
from comments.mail.sending import claim, send
from comments.models import Heartbeat, Mail
from comments.worker.sweep import due_mails
from tests.factories import make_comment, make_post, moderator, run_tasks
from tests.mailbox import HOSTILE, alert, later, letter, only, sent
from tests.pages import words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("mail_server")]


def test_a_mail_says_who_when_and_that_a_machine_wrote_it(sink, settings):
    settings.SITE_URL = "https://broadside.example"
    alert()
    run_tasks()
    (message,) = sink.mails
    assert message["From"] == "Broadside <no-reply@127.0.0.1>"
    assert message["To"] == "ada@example.org"
    assert message["Auto-Submitted"] == "auto-generated"
    assert re.fullmatch(r"<[0-9a-f]{32}@broadside\.example>", message["Message-ID"])
    assert abs(
        parsedate_to_datetime(message["Date"]).replace(tzinfo=UTC) - timezone.now()
    ) < timedelta(minutes=1)
    assert message.get_body(("plain",)).get_content().split()[:4] == [
        "Hello,",
        "Akismet",
        "is",
        "away.",
    ]
    assert "<p>Akismet is away.</p>" in message.get_body(("html",)).get_content()
    assert only("alert").sent_at


def test_the_sender_that_was_set_with_a_name_keeps_it(settings):
    settings.DEFAULT_FROM_EMAIL = "The desk <desk@example.org>"
    alert()
    assert sent()[0].from_email == "The desk <desk@example.org>"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_no_name_and_no_title_writes_a_header(sink, hostile):
    with writing() as scopes:
        Site.objects.create(pk=1, name=hostile[:100])
        scopes.add(versions.SITE)
    letter(make_comment(make_post(title=hostile[:255]), author_name=hostile[:100]), text=hostile)
    run_tasks()
    (message,) = sink.mails
    assert message["Bcc"] is None
    assert [address.addr_spec for address in message["To"].addresses] == [only("letter").to]
    assert message["From"].addresses[0].addr_spec == "no-reply@127.0.0.1"
    assert len(message["Subject"]) <= 200
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00-\x1f\x85]", message["Subject"])
    assert len(message["Subject"].splitlines()) == 1


@pytest.mark.parametrize("to", ["a@example.org\nBcc: b@example.org", "a@x.org, b@x.org", "", "a"])
def test_what_is_no_address_is_closed_unsent(to):
    alert(to=to)
    assert sent() == []
    assert only("alert").error == "that is not an e-mail address"
    assert only("alert").closed_at


def test_the_same_key_is_one_mail():
    alert()
    alert()
    assert len(sent()) == 1
    alert()
    assert len(sent()) == 1


def test_a_site_without_a_mail_server_hands_nothing_to_the_worker(settings):
    settings.EMAIL_URL = ""
    alert()
    assert due_mails(timezone.now()) == []


# When it cannot be sent.


def test_it_is_tried_again_after_1_5_20_and_60_minutes_then_every_6_hours(sink):
    alert()
    sink.stop()
    run_tasks()
    pauses = []
    for _n in range(6):
        row = only("alert")
        pauses.append(round((row.due_at - timezone.now()).total_seconds() / 60))
        later(seconds=(row.due_at - timezone.now()).total_seconds() + 1)
    assert pauses == [1, 5, 20, 60, 360, 360]
    assert only("alert").error == "the mail server refuses the connection"
    sink.start()


def test_after_3_days_it_is_given_up_with_its_error(sink):
    alert()
    sink.stop()
    run_tasks()
    for _n in range(20):
        later(hours=6)
    row = only("alert")
    assert row.closed_at and not row.sent_at
    assert row.error == "the mail server refuses the connection"
    assert 12 <= row.tries <= 16
    sink.start()


def test_a_server_that_hangs_is_known_and_the_queue_says_so(sink, client):
    sink.mode = "hang"
    alert()
    run_tasks()
    assert only("alert").due_at > timezone.now()
    client.force_login(moderator())
    page = words(client.get("/moderation/"))
    assert re.search(
        r"Mail cannot be sent since \d\d:\d\d: the mail server does not answer\.", page
    )


def test_while_it_fails_one_mail_a_minute_asks_for_all_and_then_all_go(sink):
    sink.mode = "hang"
    for n in range(3):
        alert(key=f"alert:{n}")
    run_tasks()
    assert sorted(Mail.objects.values_list("tries", flat=True)) == [0, 0, 1]
    sink.mode = "ok"
    later(minutes=1)
    assert len(sink.mails) == 3
    assert not Heartbeat.is_failing(Heartbeat.MAIL)


def test_an_address_refused_for_ever_is_closed_at_once_and_no_fault_of_the_server(sink):
    sink.mode = "refuse"
    alert()
    run_tasks()
    assert only("alert").closed_at
    assert only("alert").error == "the mail server refused the e-mail address (550)"
    assert not Heartbeat.is_failing(Heartbeat.MAIL)


def test_an_address_refused_for_now_is_tried_again(sink):
    sink.mode = "later"
    alert()
    run_tasks()
    assert not only("alert").closed_at
    sink.mode = "ok"
    later(minutes=2)
    assert only("alert").sent_at


def test_no_password_and_no_address_stands_in_what_is_kept_of_a_failure(sink, settings):
    sink.serve(settings, username="ada", password="geheim")
    alert()
    run_tasks()
    kept = Heartbeat.objects.get(name="mail").detail + only("alert").error
    assert kept
    assert "geheim" not in kept and "ada" not in kept


def test_the_claim_of_a_killed_sender_is_repeated_after_5_minutes_under_one_id(sink):
    alert()
    now = timezone.now()
    row = only("alert")
    assert claim(row, now) == [row]
    assert claim(only("alert"), now) == []
    assert claim(only("alert"), now + timedelta(minutes=4)) == []
    later(minutes=5, seconds=1)
    assert len(sink.mails) == 1
    assert only("alert").tries == 2


def test_two_senders_send_it_once():
    alert()
    for row in [only("alert"), only("alert")]:
        send(row, timezone.now())
    assert len(mail.outbox) == 1


def test_a_fault_of_ours_is_raised_and_not_tried_for_ever(monkeypatch):
    def fail(*_args):
        raise ZeroDivisionError

    alert()
    monkeypatch.setattr("comments.mail.sending.write", fail)
    with pytest.raises(ZeroDivisionError):
        send(only("alert"), timezone.now())
    assert only("alert").error == "ZeroDivisionError"
    assert only("alert").due_at > timezone.now()


# What is kept.


def test_rows_about_no_comment_are_forgotten_after_30_days():
    alert()
    run_tasks()
    later(days=29)
    assert Mail.objects.filter(kind="alert").exists()
    later(days=2)
    assert not Mail.objects.filter(kind="alert").exists()
