"""`make run`, from nothing and again, and where it cannot start."""

import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from blog.models import Post, User
from comments.models import Comment
from config import run
from tests.site import ROOT, RunningSite, free_port

# What a start and the clock change; the rest is SQLite's own.
RESTLESS = ("comments_heartbeat", "django_session", "sqlite_stat1", "sqlite_sequence")
MOST_SECONDS = 3
ATTEMPTS = 3  # what else the machine does can only make it slower
PASSWORD = r"Sign in at {}/admin/ as admin with the password [\w-]{{16}}"


def start(**environment) -> subprocess.Popen:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    return subprocess.Popen(
        [sys.executable, "-m", "config.run"],
        cwd=ROOT,
        env=kept | environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


class Run:
    """One `make run` in a folder: until its first line, until its worker rests, until its end."""

    def __init__(self, folder, port: int):
        self.folder, begun = folder, time.monotonic()
        self.process = start(PORT=str(port), DATA_DIR=str(folder))
        self.begun = datetime.now(UTC).strftime("%Y-%m-%d %H:%M:%S")
        self.first_line = self.process.stdout.readline()
        self.seconds = time.monotonic() - begun

    def rows(self, sql: str) -> list[tuple]:
        with closing(sqlite3.connect(self.folder / "broadside.sqlite3", timeout=20)) as connection:
            return connection.execute(sql).fetchall()

    def rests(self) -> bool:
        """The sweep is through, whose figures come last, and so is what it had to be done."""
        swept = "SELECT 1 FROM comments_heartbeat WHERE name = 'figures' AND at > '{}'"
        open_jobs = "SELECT 1 FROM django_tasks_database_dbtaskresult WHERE finished_at IS NULL"
        return bool(self.rows(swept.format(self.begun))) and not self.rows(open_jobs)

    def stop(self) -> list[str]:
        """What it said, and nothing else: not a word of complaint."""
        RunningSite.wait_until(self.rests, 120)
        self.process.send_signal(signal.SIGINT)
        said, complaints = self.process.stdout.read(), self.process.stderr.read()
        assert (self.process.wait(timeout=30), complaints) == (0, "")
        return [self.first_line.strip(), *said.splitlines()]

    def tables(self) -> dict[str, list[str]]:
        """Those of the index of words by what it keeps, for it cannot be read itself."""
        real = "type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'"
        names = self.rows(f"SELECT name FROM sqlite_master WHERE {real}")
        return {
            name: sorted(map(repr, self.rows(f'SELECT * FROM "{name}"')))
            for (name,) in names
            if name not in RESTLESS
        }


@pytest.mark.numbers
def test_it_starts_from_nothing_and_again_where_it_stopped(tmp_path):
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    first = Run(tmp_path, port)
    here, moderate, sign_in = first.stop()
    assert here == f"Broadside is at {address}/"
    assert moderate == f"Moderate comments at {address}/moderation/"
    assert re.fullmatch(PASSWORD.format(re.escape(address)), sign_in)
    before, seconds = first.tables(), []
    assert len(before["blog_post"]) >= 14
    while len(seconds) < ATTEMPTS and min(seconds, default=MOST_SECONDS) >= MOST_SECONDS:
        again = Run(tmp_path, port)
        seconds.append(again.seconds)
        assert again.stop() == [here, moderate]
        assert again.tables() == before
    assert min(seconds) < MOST_SECONDS


def refused(**environment) -> str:
    """The one line that it stopped with, having made nothing and told no password."""
    process = start(**environment)
    out, said = process.communicate(timeout=30)
    assert (process.returncode, out, said.count("\n")) == (1, "", 1)
    return said.strip()


def test_a_port_in_use_stops_the_start_with_one_line(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = str(other.getsockname()[1])
        said = refused(PORT=port, DATA_DIR=str(tmp_path))
    assert said == f"Port {port} is taken by another program; try another: PORT=8000 make run"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"PORT": "http"}, "PORT must be a number from 1 to 65535, such as 8000, not 'http'"),
        ({"PORT": "0"}, "PORT must be a number from 1 to 65535, such as 8000, not '0'"),
        ({"HOST": "192.0.2.1"}, "Cannot serve at 192.0.2.1, port 8000: "),
    ],
)
def test_what_cannot_be_served_stops_the_start_with_one_line(tmp_path, environment, words):
    said = refused(**{"PORT": "8000", "DATA_DIR": str(tmp_path)} | environment)
    assert said.startswith(words)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.django_db
def test_a_demo_loaded_before_the_first_run_is_not_loaded_again(monkeypatch):
    monkeypatch.setenv("ADMIN_PASSWORD", "a long enough secret")
    monkeypatch.setenv("DEMO", "1")
    call_command("demo", verbosity=0)
    before = Post.objects.count(), Comment.objects.count()
    assert run.furnish() == "a long enough secret"
    assert User.objects.get(is_superuser=True).check_password("a long enough secret")
    assert (Post.objects.count(), Comment.objects.count()) == before
    assert run.furnish() is None
