"""The states of the spam check: what leads from one to the next, and what people read of each."""

import re
import shutil
import ssl
import subprocess
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from blog.models import Role
from comments.check import akismet as spam
from comments.mail import alerts
from comments.models import Comment, Heartbeat, Mail
from comments.queue.card import check_words
from comments.rules import outage
from comments.rules.outage import Event, Kind, State
from comments.tasks import screen
from comments.worker.sweep import sweep
from tests.factories import know_quota, make_post, make_user, moderator, run_tasks, submit_comment
from tests.pages import words

NOW = datetime(2026, 11, 29, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def event(kind=Kind.GOOD, *, began=-1, wait=0, said=""):
    return Event(NOW, NOW + timedelta(seconds=began), kind, said, timedelta(seconds=wait))


def state(kind, *, minutes_ago=10, next_in=1):
    then = NOW - minutes_ago * MINUTE
    return State(kind, "", then, then, then, NOW + next_in * MINUTE)


GOOD = State(at=NOW - MINUTE, since=NOW - 10 * MINUTE)
STEPS = [
    (GOOD, event(), Kind.GOOD, None),
    (GOOD, event(Kind.SILENT), Kind.SILENT, 55),
    (GOOD, event(Kind.BUSY, wait=600), Kind.BUSY, 600),
    (GOOD, event(Kind.BUSY, wait=31 * 24 * 3600), Kind.BUSY, 4 * 3600),
    (GOOD, event(Kind.REFUSED), Kind.REFUSED, 55),
    (state(Kind.SILENT), event(), Kind.GOOD, None),
    (state(Kind.SILENT), event(Kind.FAULT), Kind.FAULT, 60),
    (state(Kind.REFUSED), event(Kind.STOPPED), Kind.STOPPED, 60),
    # What Akismet asked for is shortened by nothing that was under way.
    (state(Kind.BUSY, next_in=90), event(Kind.SILENT), Kind.SILENT, 90 * 60),
    # What began before the last failure says nothing of the time since.
    (state(Kind.BUSY), event(began=-660), Kind.BUSY, 60),
    # A clock that was wrong wrote these.
    (state(Kind.SILENT, minutes_ago=-90), event(), Kind.GOOD, None),
    (state(Kind.BUSY, minutes_ago=-90, next_in=100), event(Kind.SILENT), Kind.SILENT, 55),
    (state(Kind.BUSY, next_in=60 * 24 * 400), event(Kind.SILENT), Kind.SILENT, 55),
]


@pytest.mark.parametrize(("before", "heard", "kind", "seconds"), STEPS)
def test_a_state_and_an_event_lead_to_a_state_and_its_words(before, heard, kind, seconds):
    after, said = outage.next_state(before, heard)
    assert after.kind is kind and said is outage.MESSAGES[kind]
    wait = after.next_at and (after.next_at - NOW).total_seconds()
    assert wait == seconds


def test_since_is_of_the_kind_and_away_since_of_the_whole():
    then = NOW - 10 * MINUTE
    after, _said = outage.next_state(state(Kind.SILENT), event(Kind.FAULT))
    assert (after.since, after.away_since) == (NOW, then)
    after, _said = outage.next_state(state(Kind.FAULT), event(Kind.FAULT))
    assert (after.since, after.away_since) == (then, then)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_says_what_happened_and_what_to_do(kind):
    said = outage.MESSAGES[kind]
    assert said.why or kind is Kind.GOOD
    assert said.happened and said.to_do or kind is Kind.LIMIT


# Each way in which no verdict comes, over real HTTP.

PAGE = "<!DOCTYPE html><title>Hotel network</title>" + "<p>Sign in</p>" * 50
ALERT = {"X-akismet-alert-code": "10402", "X-akismet-alert-msg": "Not paid"}
WAYS = {
    "no answer": ({"drop": True}, Kind.SILENT, ""),
    "too many": ({"status": 429, "body": "Slow down"}, Kind.BUSY, "Slow down"),
    "500": ({"status": 500}, Kind.FAULT, "Internal Server Error"),
    "503": ({"status": 503, "headers": {"Retry-After": "90"}}, Kind.FAULT, "Service Unavailable"),
    "its own error": ({"headers": {"X-akismet-error": "status"}}, Kind.FAULT, "status"),
    "a login page": ({"body": PAGE}, Kind.PORTAL, ""),
    "a redirect to one": ({"status": 302, "headers": {"Location": "/login"}}, Kind.PORTAL, "Found"),
    "511": ({"status": 511}, Kind.PORTAL, "Network Authentication Required"),
    "empty": ({"body": ""}, Kind.EMPTY, ""),
    "a word": ({"body": "perhaps"}, Kind.ODD, "perhaps"),
    "a proxy's 403": ({"status": 403, "body": PAGE}, Kind.BLOCKED, "Forbidden"),
    "a proxy's 404": ({"status": 404}, Kind.BLOCKED, "Not Found"),
    "407": ({"status": 407}, Kind.BLOCKED, "Proxy Authentication Required"),
    "a bad key": ({"invalid": "Invalid key"}, Kind.REFUSED, "Invalid key"),
    "not paid": ({"headers": ALERT}, Kind.STOPPED, "10402: Not paid"),
}


@pytest.fixture
def meet(akismet, client, mail_server, db):
    """What people read after this way: on the card, in the banner, in the mail, on the page."""

    def act(step) -> dict:
        know_quota()
        make_user(Role.ADMINISTRATOR)
        sweep()
        akismet.always = step
        comment = submit_comment(make_post())
        run_tasks()
        Heartbeat.objects.filter(name="akismet").update(since=timezone.now() - 2 * 60 * MINUTE)
        sweep()
        client.force_login(moderator())
        comment.refresh_from_db()
        return {
            "card": check_words(comment),
            "queue": words(client.get("/moderation/")),
            "mail": Mail.objects.get(kind="alert").text,
            "page": words(client.get("/moderation/akismet/")),
        }

    return act


@pytest.mark.parametrize("way", WAYS)
def test_each_way_is_told_from_the_others_in_the_same_words_everywhere(meet, way):
    step, kind, said = WAYS[way]
    told = meet(step)
    row = Heartbeat.objects.get(name="akismet").as_state
    assert (row.kind, row.detail) == (kind, said)
    meant = outage.MESSAGES[kind]
    assert told["card"].startswith(f"Not checked yet: {meant.why}")
    happened = str(meant.happened).partition("%")[0]
    for place in ("queue", "mail"):
        assert happened in told[place] and str(meant.to_do) in told[place]
    assert told["mail"] in told["queue"]
    assert happened in told["page"] and (said in told["page"])


@pytest.mark.parametrize("way", WAYS)
def test_no_number_of_a_status_is_on_a_screen_and_only_a_bad_key_asks_for_another(meet, way):
    told = meet(WAYS[way][0])
    said = " ".join(told.values())
    assert not re.search(r"HTTP|\b(302|403|404|407|429|50\d|511)\b", said)
    assert ("set AKISMET_API_KEY" in said) == (way == "a bad key")


def test_a_closed_port_is_no_answer(akismet, db):
    akismet.stop()
    submit_comment(make_post())
    run_tasks()
    assert Heartbeat.objects.get(name="akismet").as_state.kind is Kind.SILENT


@pytest.mark.skipif(shutil.which("openssl") is None, reason="it makes the certificate")
def test_the_certificate_of_another_is_told_from_silence(akismet, settings, tmp_path, db):
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    made = ("-newkey", "rsa:2048", "-nodes", "-subj", "/CN=hotel.example", "-days", "1")
    command = ["openssl", "req", "-x509", *made, "-keyout", key, "-out", certificate]
    subprocess.run(command, check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    akismet._http.socket = context.wrap_socket(akismet._http.socket, server_side=True)
    settings.AKISMET_SERVER = akismet.url.replace("http:", "https:")
    submit_comment(make_post())
    run_tasks()
    assert Heartbeat.objects.get(name="akismet").as_state.kind is Kind.PORTAL


def test_changes_of_the_trouble_are_no_news(akismet, mail_server, db):
    know_quota()
    make_user(Role.ADMINISTRATOR)
    submit_comment(make_post())
    for step in ({"drop": True}, {"status": 500}, {"body": ""}, {"drop": True}):
        akismet.always = step
        Heartbeat.objects.filter(name="akismet").update(next_at=timezone.now())
        Comment.objects.update(next_check_at=timezone.now())
        sweep()
        run_tasks()
        Heartbeat.objects.filter(name="akismet").update(since=timezone.now() - 120 * MINUTE)
        sweep()
    assert Mail.objects.filter(kind="alert").count() == 1
    said = alerts.akismet_sentence(Heartbeat.objects.get(name="akismet"))
    assert "No check has been answered since" in said


# A worker that stopped.


@pytest.fixture
def stopped(akismet, client, db):
    """The queue's page, so many seconds after the worker's last beat."""
    client.force_login(moderator())

    def look(seconds: int) -> str:
        Heartbeat.beat(Heartbeat.WORKER)
        Heartbeat.objects.filter(name=Heartbeat.WORKER).update(
            at=timezone.now() - timedelta(seconds=seconds)
        )
        return words(client.get("/moderation/"))

    return look


LATE = "Not checked yet: the spam check is running late"


def test_a_stopped_worker_is_said_within_two_beats(stopped):
    submit_comment(make_post())
    assert "Being checked" in stopped(90)
    page = stopped(121)
    assert LATE in page and "Being checked" not in page and "Akismet did not answer" not in page


def test_what_waits_for_more_than_two_beats_is_late_though_the_worker_beats(stopped):
    submit_comment(make_post())
    Comment.objects.update(next_check_at=timezone.now() - timedelta(seconds=121))
    assert LATE in stopped(10)


def test_a_stopped_worker_is_not_taken_for_an_outage_that_was_before(stopped, akismet):
    akismet.mode = "down"
    submit_comment(make_post())
    run_tasks()
    assert "Akismet has not answered since" in stopped(10)
    page = stopped(700)
    assert LATE in page and "The background program has not run since" in page
    assert "Akismet has not answered" not in page and "asked about again" not in page


def test_the_page_of_the_check_promises_no_next_try_of_a_stopped_worker(stopped, akismet, client):
    akismet.mode = "down"
    submit_comment(make_post())
    run_tasks()
    stopped(700)
    page = words(client.get("/moderation/akismet/"))
    assert "next try" not in page
    assert "not asked again while the background program does not run" in page


# An outage that is only remembered.


def test_nobody_reads_that_akismet_did_not_answer_about_what_it_was_not_asked(akismet, db):
    """Once the outage is over; the row may have been written during it."""
    akismet.mode = "down"
    post = make_post()
    submit_comment(post)
    run_tasks()
    late = submit_comment(post)
    run_tasks()
    late.refresh_from_db()
    assert (late.asked_at, late.check_error) == (None, Comment.AWAY)
    assert "Akismet did not answer" in check_words(late)
    Heartbeat.beat(Heartbeat.AKISMET)
    assert check_words(late) == "Being checked"


def test_a_call_that_began_before_the_last_good_answer_makes_no_outage(akismet, db, monkeypatch):
    post = make_post()
    slow, quick = submit_comment(post), submit_comment(post)
    akismet.next({}, {"drop": True})
    meanwhile(monkeypatch, lambda: screen(quick, timezone.now()))
    screen(slow, timezone.now())
    for comment in (slow, quick):
        comment.refresh_from_db()
    assert Heartbeat.objects.get(name="akismet").is_ok
    assert (quick.screened, slow.screened, slow.failures) == ("ham", "unavailable", 1)


def meanwhile(monkeypatch, act) -> None:
    """Before the next check is sent, another one comes and goes."""
    real = spam.check

    def slow_check(*args, **kwargs):
        monkeypatch.setattr(spam, "check", real)
        act()
        return real(*args, **kwargs)

    monkeypatch.setattr(spam, "check", slow_check)


def test_when_its_next_try_is_due_the_comment_that_comes_is_that_try(akismet, db):
    akismet.mode = "down"
    post = make_post()
    submit_comment(post)
    run_tasks()
    akismet.mode = None
    Heartbeat.objects.filter(name="akismet").update(next_at=timezone.now() - MINUTE)
    late = submit_comment(post)
    run_tasks()
    late.refresh_from_db()
    assert late.screened == "ham" and Heartbeat.objects.get(name="akismet").is_ok
