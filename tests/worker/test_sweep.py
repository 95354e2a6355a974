"""What the worker looks for each minute, and what keeps it alive."""

import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from django.test import Client
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments.management.commands.worker import Command
from comments.models import Comment, Decision, Heartbeat, Policy
from comments.queue.card import check_words
from comments.worker.sweep import due_reports, sweep
from config.run import wait_until_served
from tests.factories import (
    make_comment,
    make_post,
    moderator,
    run_tasks,
    send_comment,
    submit_comment,
)
from tests.pages import words

pytestmark = pytest.mark.django_db


def lies_since(comment, **delta):
    then = timezone.now() - timedelta(**delta)
    Comment.objects.filter(pk=comment.pk).update(status_at=then, submitted_at=then)


@pytest.mark.parametrize(("status", "days"), [("spam", 15), ("trash", 30)])
def test_what_lies_too_long_is_deleted_with_its_trail(status, days):
    old, young = make_comment(status=status), make_comment(status=status)
    lies_since(old, days=days, minutes=1)
    lies_since(young, days=days - 1)
    sweep()
    assert Comment.objects.get() == young
    assert not Decision.objects.filter(comment_id=old.public_id).exists()


@pytest.mark.parametrize("status", ["pending", "approved"])
def test_what_waits_or_is_public_is_never_deleted_by_age(status):
    comment = make_comment(status=status)
    lies_since(comment, days=400)
    sweep()
    assert Comment.objects.get() == comment


def test_evidence_and_what_was_answered_stay():
    kept = make_comment(status="spam", kept_because="the police asked")
    answered = make_comment(status="trash")
    make_comment(parent=answered, status="approved")
    for comment in (kept, answered):
        lies_since(comment, days=400)
    sweep()
    assert Comment.objects.count() == 3


def test_what_akismet_was_sent_is_dropped_after_15_days():
    comment = make_comment(submitted_at=timezone.now() - timedelta(days=15, minutes=1))
    sweep()
    comment.refresh_from_db()
    assert comment.submission is None


def test_the_job_of_a_killed_worker_is_taken_up_again(akismet):
    comment = submit_comment(make_post())
    DBTaskResult.objects.get().claim("killed")
    DBTaskResult.objects.update(started_at=timezone.now() - timedelta(minutes=11))
    sweep()
    run_tasks()
    assert Comment.objects.get(pk=comment.pk).screened == "ham"


def test_while_akismet_is_away_nothing_is_reported(akismet):
    for _n in range(3):
        make_comment(checks=1).mark_spam(by=moderator())
    then = timezone.now() - timedelta(minutes=2)
    Comment.objects.update(status_at=then)
    Decision.objects.update(created_at=then)
    Heartbeat.beat(Heartbeat.AKISMET, Heartbeat.State.UNREACHABLE)
    assert due_reports(timezone.now()) == []
    Heartbeat.beat(Heartbeat.AKISMET)
    assert len(due_reports(timezone.now())) == 3


def test_without_a_key_there_is_nothing_to_report():
    comment = submit_comment(make_post())
    comment.mark_spam(by=moderator())
    lies_since(comment, minutes=2)
    assert due_reports(timezone.now()) == []
    assert Comment.objects.get().believed == ""


def test_a_key_taken_away_meanwhile_is_said(akismet, settings):
    comment = submit_comment(make_post())
    settings.AKISMET_API_KEY = ""
    run_tasks()
    comment.refresh_from_db()
    assert check_words(comment) == "Not checked: no Akismet key"
    assert comment.next_check_at is None


class Failing:
    running, tries = True, 0

    def run(self):
        self.tries += 1
        self.running = self.tries < 3
        raise RuntimeError("database is locked")


def test_a_database_error_does_not_end_a_thread_of_the_worker(monkeypatch):
    monkeypatch.setattr("time.sleep", lambda _seconds: None)
    monkeypatch.setattr("comments.management.commands.worker.close_old_connections", int)
    worker = Failing()
    Command().run_worker(worker)
    assert worker.tries == 3


class SendsOnToHttps(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(301)
        self.send_header("Location", "https://127.0.0.1:1/")
        self.end_headers()

    def log_message(self, *_args):
        pass


def test_a_site_that_sends_on_to_https_counts_as_served():
    with HTTPServer(("127.0.0.1", 0), SendsOnToHttps) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        assert wait_until_served("127.0.0.1", str(server.server_port), lambda: False)
        server.shutdown()


def test_a_refused_form_shows_no_password(client):
    answer = Client(enforce_csrf_checks=True).post(
        "/login/", {"username": "mo", "new_password1": "geheim", "password": "geheim"}
    )
    assert answer.status_code == 403
    assert "mo" in words(answer)
    assert "geheim" not in answer.content.decode()


@pytest.mark.parametrize("body", ["vi**ag**ra", "via\u200bgra", "*via*gra"])
def test_a_word_split_by_marks_is_found(client, body):
    Policy(pk=1, block_words="viagra").save()
    send_comment(client, make_post(), body=body)
    assert Comment.objects.get().status == "spam"
