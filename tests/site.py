"""The whole site as `make run` starts it, with a stand-in for Akismet, for tests from outside."""

import json
import os
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import contextmanager
from pathlib import Path

from tests.akismet_server import AkismetServer

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a long enough secret"
FACTS = "SELECT facts FROM comments_heartbeat WHERE name = 'akismet'"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class RunningSite:
    def __init__(self, folder: Path, **environment):
        self.folder, self.port = folder, free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.akismet = AkismetServer().start()
        self.environment = {
            name: value
            for name, value in os.environ.items()
            if name not in ("DATABASE_URL", "DJANGO_SETTINGS_MODULE")
        } | {
            "DATA_DIR": str(folder),
            "PORT": str(self.port),
            "DEMO": "0",
            "ADMIN_PASSWORD": PASSWORD,
            "AKISMET_API_KEY": self.akismet.key,
            "AKISMET_SERVER": self.akismet.url,
            "EMAIL_URL": f"file://{folder}/mail",
            **environment,
        }
        self.process = self.shell = None

    def start(self) -> "RunningSite":
        self.process = subprocess.Popen(
            [sys.executable, "-m", "config.run"], cwd=ROOT, env=self.environment
        )
        for _attempt in range(600):
            assert self.process.poll() is None, "the site did not start"
            try:
                urllib.request.urlopen(f"{self.url}/login/", timeout=5)
                return self
            except OSError:
                time.sleep(0.1)
        raise AssertionError("the site did not answer within a minute")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        code = self.process.wait(timeout=30)
        self.akismet.stop()
        if self.shell:
            self.shell.communicate()
        return code

    def python(self, code: str) -> str:
        """Runs code with the site's own settings, as an administrator at the shell would."""
        if self.shell is None:
            self.shell = subprocess.Popen(
                [sys.executable, "-m", "tests.site_shell"],
                cwd=ROOT,
                env={"DJANGO_SETTINGS_MODULE": "config.settings"} | self.environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
        self.shell.stdin.write(json.dumps(code) + "\n")
        self.shell.stdin.flush()
        answer = json.loads(self.shell.stdout.readline())
        assert "error" not in answer, answer["error"]
        return answer["said"].strip()

    def manage(self, *command: str) -> None:
        """For tests that start no server, or only a part of the site."""
        subprocess.run(
            [sys.executable, "manage.py", *command], cwd=ROOT, env=self.environment, check=True
        )

    def sweep(self) -> None:
        """What the worker does each minute, now."""
        self.python("from comments.worker.sweep import sweep; sweep()")

    def make_post(self, **fields) -> str:
        """The path of a new post."""
        code = f"from tests.factories import make_post; print(make_post(**{fields!r}).path)"
        return self.python(code)

    def make_user(self, role: str, name: str) -> str:
        """The login of a new person; the password is PASSWORD."""
        self.python(
            "from tests.factories import make_user; from blog.models import Role;"
            f"make_user(Role({role!r}), username={name!r}, display_name={name.title()!r},"
            f"email='{name}@example.org')"
        )
        return name

    def open_session(self, login: str) -> str:
        """The value of the cookie that a login would set."""
        return self.python(
            "from blog.models import User; from django.test import Client; client = Client();"
            f"client.force_login(User.objects.get(username={login!r}));"
            "print(client.cookies['sessionid'].value)"
        )

    @contextmanager
    def database(self):
        connection = sqlite3.connect(self.folder / "broadside.sqlite3", timeout=20)
        connection.row_factory = sqlite3.Row
        try:
            with connection:
                yield connection
        finally:
            connection.close()

    def rows(self, sql: str, *params) -> list[dict]:
        with self.database() as connection:
            return [dict(row) for row in connection.execute(sql, params)]

    def comment(self, body: str) -> dict:
        """The row of the comment whose text contains this."""
        found = self.rows("SELECT * FROM comments_comment WHERE body LIKE ?", f"%{body}%")
        assert len(found) == 1, f"{len(found)} rows say {body!r}"
        return found[0]

    def wait_for(self, body: str, **expected) -> dict:
        """The row, once the worker has brought it there."""
        for _attempt in range(600):
            row = self.comment(body)
            if all(row[name] == value for name, value in expected.items()):
                return row
            time.sleep(0.1)
        raise AssertionError(f"{row} never became {expected}")

    def wait_for_mail(self, to: str, **expected) -> dict:
        """The first row of the outbox to this address, once it is sent or closed."""
        for _attempt in range(200):
            row = self.rows("SELECT * FROM comments_mail WHERE `to` = ? ORDER BY id", to)[0]
            if row["sent_at"] or row["closed_at"]:
                assert {name: row[name] for name in expected} == expected
                return row
            time.sleep(0.1)
        raise AssertionError(f"{row} is still open")

    def pass_time(self, seconds: int) -> None:
        """As if all that happened to comments had happened so much earlier."""
        columns = {
            "comments_comment": (
                *("submitted_at", "status_at", "next_check_at", "screened_at"),
                *("asked_at", "provisional_until"),
            ),
            "comments_decision": ("created_at", "feedback_claimed_at"),
            "comments_mail": ("created_at", "due_at", "claimed_at", "sent_at", "closed_at"),
            "comments_subscription": ("created_at", "confirmed_at", "ended_at"),
            "comments_heartbeat": ("next_at", "since"),
            "django_tasks_database_dbtaskresult": ("started_at",),
        }
        with self.database() as connection:
            for table, names in columns.items():
                moved = ", ".join(
                    f"{n} = strftime('%Y-%m-%d %H:%M:%f', {n}, '-{seconds} seconds')" for n in names
                )
                connection.execute(f"UPDATE {table} SET {moved}")
            # The worker's own must not look late.
            connection.execute(
                "UPDATE comments_heartbeat SET at = strftime('%Y-%m-%d %H:%M:%f', at, ?)"
                " WHERE name = 'mail'",
                [f"-{seconds} seconds"],
            )
            row = connection.execute(FACTS).fetchone()
            if row:
                facts = json.loads(row["facts"])
                calls = facts.get("calls", {})
                facts["calls"] = {str(int(m) - seconds // 60): n for m, n in calls.items()}
                connection.execute(
                    "UPDATE comments_heartbeat SET facts = ? WHERE name = 'akismet'",
                    [json.dumps(facts)],
                )

    def checks_in_hour(self) -> int:
        (row,) = self.rows(FACTS)
        calls, oldest = json.loads(row["facts"]).get("calls", {}), time.time() // 60 - 60
        return sum(count for minute, count in calls.items() if int(minute) >= oldest)

    def forget_comments(self) -> None:
        """For a scene that counts all that there is."""
        with self.database() as connection:
            for table in ("decision", "mail", "subscription", "report", "comment"):
                connection.execute(f"DELETE FROM comments_{table}")

    @staticmethod
    def wait_until(happened, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < deadline, "it never happened"
            time.sleep(0.1)

    def get(self, path: str) -> str:
        try:
            with urllib.request.urlopen(self.url + path, timeout=10) as answer:
                return answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.read().decode()
