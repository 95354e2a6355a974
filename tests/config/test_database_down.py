"""The database does not answer: readers get a plain page, and whoever typed gets the text back."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from django.db import DatabaseError, InterfaceError, OperationalError, connection
from django.test import Client

from blog.database_errors import is_away
from comments.models import Comment
from tests.factories import form_fields, make_post, moderator
from tests.pages import html, words
from tests.site import ROOT, free_port

TYPED = "Nobody got in & <that> is “true”."
KEPT = "Nobody got in &amp; &lt;that&gt; is “true”.</textarea>"


@pytest.fixture
def client():
    return Client(raise_request_exception=False, headers={"Sec-Fetch-Site": "same-origin"})


def refuse(*_args):
    raise OperationalError("the connection is lost")


def assert_unavailable(response):
    assert response.status_code == 503
    assert int(response["Retry-After"]) > 0
    assert response["Content-Security-Policy"] and response["X-Content-Type-Options"]


@pytest.mark.django_db
def test_a_comment_comes_back_when_the_first_query_fails(client):
    post = make_post()
    with connection.execute_wrapper(refuse):
        response = client.post(f"{post.path}comments/", form_fields(body=TYPED))
    assert_unavailable(response)
    assert "Nothing was saved." in words(response) and KEPT in html(response)
    assert not Comment.objects.exists()


@pytest.mark.django_db
def test_what_staff_typed_comes_back_too(client):
    client.force_login(moderator())
    with connection.execute_wrapper(refuse):
        response = client.post("/moderation/policy/", {"hold_words": TYPED, "seen": "0"})
    assert_unavailable(response)
    assert KEPT in html(response)


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/tags/", "/feed/", "/moderation/", "/admin/", "/nowhere/"])
def test_a_page_says_that_it_cannot_be_shown(client, path):
    client.force_login(moderator())
    with connection.execute_wrapper(refuse):
        response = client.get(path)
    assert_unavailable(response)
    assert "This page cannot be shown at the moment." in words(response)
    assert "Nothing was saved" not in words(response)


@pytest.mark.django_db
def test_a_fault_of_our_own_stays_one(client):
    def fail(*_args):
        raise ZeroDivisionError

    with connection.execute_wrapper(fail):
        assert client.get("/").status_code == 500


@pytest.mark.parametrize(
    ("error", "code", "expected"),
    [
        (OperationalError("database or disk is full"), 13, True),
        (OperationalError("unable to open database file"), 14, True),
        (DatabaseError("database disk image is malformed"), 11, True),
        (OperationalError("disk I/O error"), 10 | 3 << 8, True),
        (OperationalError("no such table: blog_site"), 1, False),
        (OperationalError("connection refused"), None, True),
        (InterfaceError("connection already closed"), None, True),
        (DatabaseError("syntax error"), None, False),
        (OSError(28, "No space left on device"), None, True),
        (OSError(2, "No such file or directory"), None, False),
        (None, None, False),
    ],
)
def test_which_errors_tell_of_a_database_that_is_away(error, code, expected):
    if code is not None:
        error.__cause__ = Exception()
        error.__cause__.sqlite_errorcode = code
    assert is_away(error) is expected


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite: test_busy_database.py")
@pytest.mark.django_db
def test_postgresql_too_makes_a_request_wait_for_seconds_only(client, monkeypatch):
    """In a thread, which opens a connection of its own within the request as the server's do."""
    monkeypatch.setattr("blog.transactions.IN_REQUEST", 1)
    holder, answers = connection.copy(), []

    def ask():
        answers.append(client.post("/2026/11/a-post/comments/", form_fields(body=TYPED)))
        connection.close()

    with holder.cursor() as cursor:
        holder.set_autocommit(False)
        cursor.execute("LOCK TABLE blog_post IN ACCESS EXCLUSIVE MODE")
        thread = threading.Thread(target=ask)
        thread.start()
        thread.join()
    holder.close()
    assert_unavailable(answers[0])
    assert KEPT in html(answers[0])


# In a process of its own, with a database that really is not there.

ASK = """
import sys, django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False, headers={"Sec-Fetch-Site": "same-origin"})
read = client.get("/")
sent = client.post("/2026/11/a-post/comments/", {"name": "Ana", "body": sys.argv[1]})
for answer in (read, sent):
    assert answer.status_code == 503 and answer["Retry-After"], answer.content.decode()
print(sent.content.decode())
"""


def ask(folder: Path, **settings) -> str:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    settings |= {"DATA_DIR": str(folder), "DJANGO_SETTINGS_MODULE": "config.settings"}
    settings["ALLOWED_HOSTS"] = "testserver"
    done = subprocess.run(
        [sys.executable, "-c", ASK, TYPED],
        cwd=ROOT,
        env=kept | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    logged = done.stderr.count("Service Unavailable: /")
    assert "Traceback" not in done.stderr and logged == 2, done.stderr
    return done.stdout


def test_a_closed_port(tmp_path):
    assert KEPT in ask(tmp_path, DATABASE_URL=f"postgres://127.0.0.1:{free_port()}/site")


@pytest.mark.parametrize("content", ["This is not a database. " * 100, None])
def test_a_file_that_cannot_be_read(tmp_path, content):
    file = tmp_path / "broadside.sqlite3"
    file.write_text(content) if content else file.mkdir()
    assert KEPT in ask(tmp_path)
