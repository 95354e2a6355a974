"""A writer waits for its turn, but not for ever, and whoever typed something gets it back."""

import fcntl
import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing, contextmanager

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from django_tasks_db.models import DBTaskResult

from blog import tasks, transactions
from blog.models import Post, Role
from blog.sessions import SessionStore
from comments.management.commands import worker
from comments.models import Comment, Mail, Report
from comments.submit import cookies
from tests.desk import ESSAY
from tests.factories import form_fields, make_comment, make_user, moderator
from tests.pages import html, words
from tests.site import ROOT

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL has many writers"),
]

TYPED = "Nobody got in & <that> is “true”."


@contextmanager
def held(path):
    """As another process holds the file lock."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(path, "w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


@pytest.fixture
def soon(monkeypatch):
    """Whoever writes waits for a tenth of a second."""
    monkeypatch.setattr(transactions, "IN_REQUEST", 0.1)
    monkeypatch.setattr(transactions, "IN_READING", 0.02)
    monkeypatch.setattr(transactions, "ELSEWHERE", 0.1)


def client(user=None) -> Client:
    headers = {"Sec-Fetch-Site": "same-origin"}
    found = Client(raise_request_exception=False, headers=headers)
    if user:
        found.force_login(user)
    return found


def assert_kept(response, text=TYPED):
    assert response.status_code == 503, words(response)
    assert int(response["Retry-After"]) > 0
    assert "Nothing was saved." in words(response)
    typed = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    assert f"{typed}</textarea>" in html(response)


def by_readers(comment):
    return {
        "comment": (f"{comment.post.path}comments/", form_fields(body=TYPED)),
        "report": (f"{comment.post.path}comments/{comment.public_id}/report/", {"words": TYPED}),
        "own edit": (f"/comments/{cookies.sign(comment)}/", {"body": TYPED}),
        "find": ("/comments/find/", {"email": "ana@example.net"}),
    }


def by_moderators(comment):
    of_one, seen = f"/moderation/{comment.public_id}", {"seen": comment.version}
    return {
        "reply": (f"{of_one}/reply/", {"body": TYPED} | seen),
        "edit": (f"{of_one}/edit/", {"body": TYPED, "name": "Ana"} | seen),
        "letter": (f"{of_one}/write/", {"text": TYPED, "once": "5" * 32}),
        "evidence": (f"{of_one}/evidence/", {"note": TYPED}),
        "policy": ("/moderation/policy/", POLICY | {"hold_words": TYPED}),
        "many": ("/moderation/many/", {"text": TYPED}),
    }


POLICY = {
    **{"link_limit": 2, "hold_after_days": 0, "close_after_days": 0, "depth": 5},
    **{"seconds_between": 15, "checks_an_hour": 600, "spam_days": 15, "trash_days": 30},
    "seen": 0,
}


@pytest.mark.parametrize("form", ["comment", "report", "own edit", "find"])
def test_a_reader_gets_the_text_back(settings, soon, mail_server, form):
    status = "pending" if form == "own edit" else "approved"
    comment = make_comment(body="First words.", status=status)
    path, fields = by_readers(comment)[form]
    with held(settings.WRITE_LOCK):
        response = client().post(path, fields)
    assert_kept(response, fields.get("email") if form == "find" else TYPED)
    assert "homepage2" not in html(response)
    assert (Comment.objects.get().body, Report.objects.count()) == ("First words.", 0)


@pytest.mark.parametrize("form", ["reply", "edit", "letter", "evidence", "policy"])
def test_a_moderator_gets_the_text_back(settings, soon, mail_server, form):
    comment = make_comment(body="First words.", author_email="ana@example.net")
    path, fields = by_moderators(comment)[form]
    person = client(moderator())
    with held(settings.WRITE_LOCK):
        assert_kept(person.post(path, fields))
    assert Comment.objects.get().body == "First words." and not Mail.objects.exists()


def test_an_editor_gets_the_essay_back(settings, soon):
    person = make_user(Role.EDITOR)
    browser = client(person)
    fields = ESSAY | {"author": person.pk, "kind": "post", "body": TYPED, "_publish": "1"}
    with held(settings.WRITE_LOCK):
        response = browser.post(reverse("admin:blog_post_add"), fields)
    assert_kept(response)
    assert "_FORMS" not in html(response) and "_publish" not in html(response)
    assert not Post.objects.exists()


def test_a_password_does_not_come_back(settings, soon):
    make_user(username="ana")
    sent = {"username": "ana", "password": "a long enough secret"}
    browser = client()
    with held(settings.WRITE_LOCK):
        response = browser.post("/login/", sent)
    assert_kept(response, "ana")
    assert sent["password"] not in html(response) and "sessionid" not in browser.cookies


def test_the_script_of_the_queue_may_try_again(settings, soon):
    comment = make_comment()
    row = {"verb": "approve", "row": f"{comment.public_id}.{comment.version}"}
    browser = client(moderator())
    with held(settings.WRITE_LOCK):
        response = browser.post("/moderation/decide/", row, headers={"Accept": "application/json"})
    assert response.status_code == 503 and "<textarea" not in html(response)
    assert Comment.objects.get().status == "pending"


def test_pages_are_read_meanwhile(settings, soon):
    comment, browser = make_comment(status="approved"), client(moderator())
    session = browser.session
    session["queue_notice"] = {"words": "1 comment approved."}
    session.save()
    with held(settings.WRITE_LOCK):
        for path in ("/", comment.post.path, "/feed/", "/moderation/", "/admin/"):
            assert browser.get(path).status_code == 200, path


def test_a_notice_that_cannot_be_kept_does_not_say_that_nothing_was_saved(settings, soon):
    session = SessionStore()
    session.save()
    known = SessionStore(session.session_key)
    known["queue_notice"] = {"words": "1 comment approved."}
    with held(settings.WRITE_LOCK):
        known.save()
        with pytest.raises(transactions.DatabaseBusy):
            SessionStore().save()


def test_the_time_counts_from_the_arrival(settings, monkeypatch):
    monkeypatch.setattr(transactions, "IN_REQUEST", 60)
    path, fields = by_readers(make_comment())["comment"]
    arrived = {"broadside.arrived": time.monotonic() - 59.9}
    with held(settings.WRITE_LOCK):
        assert_kept(client().post(path, fields, **arrived))


def test_who_worked_for_long_may_wait_all_the_same(settings, monkeypatch):
    """A picture that was decoded, or a step of many that came before."""
    monkeypatch.setattr(transactions, "IN_REQUEST", 0.5)
    settings.WRITE_LOCK.parent.mkdir(parents=True, exist_ok=True)
    with transactions.request_arrived(time.monotonic(), is_read=False):
        time.sleep(0.6)
        for _step in range(2):
            file = settings.WRITE_LOCK.open("w")
            fcntl.flock(file, fcntl.LOCK_EX)
            threading.Timer(0.1, file.close).start()
            with transactions.writing():
                time.sleep(0.6)
            assert transactions.has_written()


def test_what_was_saved_in_part_is_not_called_unsaved(settings, soon, monkeypatch):
    comment, browser = make_comment(), client(moderator())
    monkeypatch.setattr("comments.moderation.one_comment.back_with_notice", fail)
    path, fields = by_moderators(comment)["reply"]
    response = browser.post(path, fields)
    assert response.status_code == 503
    assert "Not everything was saved." in words(response)
    assert "look before you send it once more" in words(response)


def fail(*_args, **_kwargs):
    raise OperationalError("database is locked")


# The worker.


@pytest.fixture
def job(monkeypatch):
    monkeypatch.setattr(transactions, "ELSEWHERE", 0.05)
    tasks.later(tasks.send_password_link, 0, "reset")
    return DBTaskResult.objects.get()


def test_a_job_is_claimed_in_turn(settings, job):
    with held(settings.WRITE_LOCK), pytest.raises(transactions.DatabaseBusy):
        worker.claim("one")
    assert worker.claim("one") == job
    assert worker.claim("another") is None


def test_who_finds_no_job_needs_no_lock(settings):
    with held(settings.WRITE_LOCK):
        assert worker.claim("one") is None


def test_what_became_of_a_job_is_saved_in_turn(settings, job):
    of_library = worker._make_worker(1)
    with held(settings.WRITE_LOCK), pytest.raises(transactions.DatabaseBusy):
        of_library.run_task(job)
    job.refresh_from_db()
    assert job.finished_at is None


# With a file of its own, as a real site has.


class Site:
    """A table in a folder, and Python in processes beside this one."""

    def __init__(self, folder):
        self.folder, self.file = folder, folder / "broadside.sqlite3"
        self.run("with transactions.writing(): run('CREATE TABLE a (b)')")

    def run(self, code: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", BEFORE + code],
            cwd=ROOT,
            env={"DATA_DIR": str(self.folder), "DJANGO_SETTINGS_MODULE": "config.settings"},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    @contextmanager
    def locked(self):
        """As the sqlite3 shell locks it, which does not know the file lock."""
        with closing(sqlite3.connect(self.file, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            yield


BEFORE = """
import gc, threading, time, django
django.setup()
from django.db import connection, OperationalError
from blog import tasks, transactions
def run(sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
def wait(seconds, then=lambda: None):
    transactions.ELSEWHERE, begun = seconds, time.monotonic()
    try:
        with transactions.writing():
            run("INSERT INTO a VALUES (1)")
    except transactions.DatabaseBusy:
        then()
        return time.monotonic() - begun
"""


def test_file_lock_and_sqlite_share_one_budget(tmp_path):
    site = Site(tmp_path)
    code = """
import fcntl
held = open(transactions.settings.WRITE_LOCK, "w")
fcntl.flock(held, fcntl.LOCK_EX)
threading.Timer(0.7, held.close).start()
print(wait(1))
"""
    with site.locked():
        assert 0.7 < float(site.run(code)) < 1.5


def test_a_connection_that_failed_is_closed(tmp_path):
    site = Site(tmp_path)
    with site.locked():
        assert site.run("wait(0.05); print(connection.connection)") == "None"


def test_who_waits_for_sqlite_stops_no_other_thread(tmp_path):
    """A cursor of the waiting connection is freed elsewhere, as by the garbage collector."""
    site = Site(tmp_path)
    code = """
transactions.close_failed_connection = lambda: None
kept = []
def work():
    cursor = connection.connection.cursor() if connection.ensure_connection() is None else None
    cursor.execute("SELECT 1 UNION SELECT 2"); cursor.fetchone(); kept.append(cursor)
    del cursor
    wait(2)
thread = threading.Thread(target=work); thread.start(); time.sleep(0.5)
begun = time.monotonic(); kept.clear(); print(time.monotonic() - begun); thread.join()
"""
    with site.locked():
        assert float(site.run(code)) < 0.5


def test_whoever_came_later_waits_no_longer_than_the_lock(tmp_path):
    site = Site(tmp_path)
    with site.locked():
        site.run("wait(0.2)")
    assert site.run("print(wait(0.2))") == "None"
