"""The addresses for monitors: the process, and each part of the site."""

from collections import namedtuple
from datetime import timedelta

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from comments.models import Heartbeat
from config.operations import health

pytestmark = pytest.mark.django_db
Disk = namedtuple("Disk", "total used free")


def ready(status: int = 200) -> dict[str, str]:
    answer = Client().get("/readyz")
    assert answer.status_code == status
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in answer["Cache-Control"]
    return dict(line.split(": ", 1) for line in answer.content.decode().splitlines())


def beat(name: str, state=Heartbeat.State.OK, **fields) -> None:
    now = timezone.now()
    Heartbeat.objects.create(name=name, state=state, **{"at": now, "since": now} | fields)


def test_the_process_answers_without_the_database():
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get("/healthz")
    assert (answer.status_code, answer.content, len(asked)) == (200, b"ok\n", 0)


def test_everything_is_well(settings):
    settings.AKISMET_API_KEY = "a1"
    settings.EMAIL_URL = "smtp://localhost"
    for name in (Heartbeat.WORKER, Heartbeat.AKISMET, Heartbeat.MAIL):
        beat(name)
    said = ready()
    assert said.pop("disk").endswith(" GB free")
    assert set(said) == {"database", "worker", "Akismet", "mail"}
    assert said["database"] == said["worker"] == said["Akismet"] == "ok"


def test_a_new_site_says_that_nothing_has_run(settings):
    settings.AKISMET_API_KEY = ""
    said = ready()
    assert (said["worker"], said["Akismet"]) == ("has never run", "no key is set")


def test_what_fails_is_said_and_readers_are_served(settings):
    settings.AKISMET_API_KEY = "a1"
    since = timezone.now() - timedelta(hours=2)
    beat(Heartbeat.WORKER, at=since)
    beat(Heartbeat.AKISMET, Heartbeat.State.UNREACHABLE, since=since)
    said = ready()
    assert said["worker"] == f"late, last seen {since:%Y-%m-%d %H:%M} UTC"
    assert said["Akismet"] == f"does not check since {since:%Y-%m-%d %H:%M} UTC"


def test_a_disk_that_is_nearly_full(monkeypatch):
    gigabyte = health.GIGABYTE
    disk = Disk(100 * gigabyte, 91 * gigabyte, 9 * gigabyte)
    monkeypatch.setattr(health.shutil, "disk_usage", lambda _folder: disk)
    assert ready()["disk"] == "nearly full, 9.0 GB free"


def test_only_a_database_that_fails_is_503():
    def refuse(*_args):
        raise OperationalError("disk I/O error")

    with connection.execute_wrapper(refuse):
        assert ready(503) == {"database": "fails"}
        assert Client().get("/healthz").status_code == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a_monitor_on_this_machine_asks_without_tls(settings, path):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(path).status_code == 200
    assert Client().get("/tags/").status_code == 301
    assert Client().post(path).status_code == 405
