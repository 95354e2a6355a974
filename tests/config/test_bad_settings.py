"""A bad setting stops the start with one line that names the variable and a good value."""

import os
import re
import runpy
import subprocess
import sys

import pytest
from django.core.exceptions import ImproperlyConfigured

from config import env, run
from tests.site import ROOT, free_port

FOLDERS = ["/dev/null", "/etc/passwd", "/etc/passwd/data", "/proc/data", "~/data"]
NUMBERS = ["-1", "one", "1.5", "١", "99999999999"]
ADDRESSES = ["example.org", "ftp://example.org", "https://", "http://[", "https://a b.org"]
ADDRESSES += ["https://example.org/blog", "https://example.org:port", "https://me@example.org"]
# At least five bad values for each variable, and words of the good one.
BAD = {
    "SECRET_KEY": (
        ["secret", "a" * 60, "changeme", "12345", "django-insecure-" + "x7" * 20],
        "made",
    ),
    "DEBUG": (["maybe", "2", "-1", "tru", "on off"], "0 or 1"),
    "SITE_URL": (ADDRESSES, "https://example.org"),
    "ALLOWED_HOSTS": (
        [
            "https://example.org",
            "example.org:8000",
            "a b.org",
            "example.org/blog",
            "a.org,-",
            "[::1",
        ],
        "example.org,www.example.org",
    ),
    "DATA_DIR": ([*FOLDERS, "/", "/tmp"], "such as "),
    "DATABASE_URL": (
        [
            *("mysql://host/site", "site.sqlite3", "postgres://host:port/site", "postgres://host"),
            *("postgres://[/site", "sqlite://", "sqlite:////etc/passwd/site", "sqlite:////tmp"),
            "postgres://host/site?nonsense=1",
        ],
        "such as |look like ",
    ),
    "AKISMET_API_KEY": (
        ["my key", "ключ", '"abc"', "https://akismet.com/", "key=abc"],
        "0a1b2c3d4e5f",
    ),
    "AKISMET_SERVER": ([*ADDRESSES, "http://example.org"], "such as |like "),
    "TRUSTED_PROXIES": ([*NUMBERS, "127.0.0.1", "yes"], "such as 0"),
    "EMAIL_URL": (
        [
            "mail.example.org",
            "smtp://",
            "http://example.org",
            "smtp://host:port",
            "file://mail",
            "[",
        ],
        "smtp+tls://user:password@mail.example.org:587",
    ),
    "EMAIL_FROM": (
        [
            "nobody",
            "@example.org",
            "a@b c.org",
            "The Quay <>",
            "a@b.org, c@d.org",
            "a@b.org\nBcc: c",
        ],
        "comments@example.org",
    ),
    "MEDIA_STORE": (FOLDERS, "such as "),
    "TASKS": (["celery", "Database", "yes", "0", "database,immediate"], "database, immediate"),
    "TIME_ZONE": (
        ["Europe/Lundon", "Europe", "../UTC", "+01:00", "/etc/localtime"],
        "Europe/London",
    ),
    "LANGUAGE": (["english", "xx", "12", "C", "de-"], "en-gb"),
    "PORT": ([*NUMBERS, "0", "65536", "http"], "such as 8000"),
}
# Only `make run` reads these.
OF_RUN = {
    "HOST": (
        ["192.0.2.1", "nobody.invalid", "a..b", "http://127.0.0.1", "127.0.0.1:8000"],
        "127.0.0.1",
    ),
    "DEMO": (["maybe", "2", "-1", "none", "on off"], "0 or 1"),
    "ADMIN_PASSWORD": (["short", "password", "12345678", "admin", "qwertyuiop"], "four words"),
}
CASES = [(name, value, good) for name, (bad, good) in BAD.items() for value in bad]
FIRST = {name: bad[0] for name, (bad, _good) in BAD.items()}
DOORS = {
    "manage.py": ("manage.py", "check"),
    "make run": ("-m", "config.run"),
    "server": ("-m", "config.server"),
}
READ = re.compile(r'(?:(?:env|mail)\.\w+|\btext|environ\.get)\(\s*"([A-Z_]+)"')


def test_there_are_five_for_every_variable():
    sources = [file.read_text() for file in (ROOT / "config").rglob("*.py")]
    read = {name for source in sources for name in READ.findall(source)}
    assert read == BAD.keys() | OF_RUN.keys()
    assert all(len(bad) >= 5 for bad, _good in (BAD | OF_RUN).values())


@pytest.mark.parametrize(("name", "value", "good"), CASES)
def test_it_is_refused_with_a_good_one(monkeypatch, tmp_path, name, value, good):
    for variable in BAD:
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv(name, value)
    with pytest.raises(ImproperlyConfigured) as refused:
        runpy.run_path(str(ROOT / "config" / "settings.py"))
    assert_one_line(str(refused.value), name, good)


def assert_one_line(said: str, name: str, good: str):
    assert name in said and any(words in said for words in good.split("|")), said
    assert "\n" not in said.strip() and len(said) < 300


def start(folder, door: str, **settings) -> str:
    """What it says, and nothing else, when it is started with these."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    done = subprocess.run(
        [sys.executable, *DOORS[door]],
        cwd=ROOT,
        env=kept | {"DATA_DIR": str(folder), "PORT": str(free_port())} | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert (done.returncode, done.stdout) == (1, ""), done.stderr
    return done.stderr


every_door = pytest.mark.parametrize("door", DOORS)


@every_door
@pytest.mark.parametrize(
    "name", [n if n == "SITE_URL" else pytest.param(n, marks=pytest.mark.thorough) for n in BAD]
)
def test_every_way_to_start_says_so(tmp_path, door, name):
    assert_one_line(start(tmp_path, door, **{name: FIRST[name]}), name, BAD[name][1])


@pytest.mark.parametrize("value", OF_RUN["HOST"][0])
def test_a_host_that_is_not_here(tmp_path, value):
    assert_one_line(start(tmp_path, "make run", HOST=value), "HOST", OF_RUN["HOST"][1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("value", OF_RUN["DEMO"][0])
def test_a_demo_that_is_neither_yes_nor_no(monkeypatch, value):
    monkeypatch.setenv("DEMO", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        run.main()
    assert_one_line(str(refused.value), "DEMO", OF_RUN["DEMO"][1])


@pytest.mark.parametrize("value", OF_RUN["ADMIN_PASSWORD"][0])
def test_a_password_that_others_guess(monkeypatch, value):
    monkeypatch.setenv("ADMIN_PASSWORD", value)
    with pytest.raises(ImproperlyConfigured) as refused:
        run.first_password()
    assert_one_line(str(refused.value), "ADMIN_PASSWORD", OF_RUN["ADMIN_PASSWORD"][1])


@pytest.mark.parametrize("door", ["make run", "manage.py"])
def test_a_database_that_does_not_answer(tmp_path, monkeypatch, door):
    monkeypatch.setitem(DOORS, "manage.py", ("manage.py", "migrate", "-v0"))
    url = f"postgres://ana:secret@127.0.0.1:{free_port()}/site"
    said = start(tmp_path, door, DATABASE_URL=url)
    assert_one_line(said, "DATABASE_URL", "postgres://user:password@host/name")
    assert "secret" not in said


def test_a_database_that_is_none(tmp_path):
    (tmp_path / "broadside.sqlite3").write_text("This is not a database. " * 100)
    assert_one_line(start(tmp_path, "make run"), "DATABASE_URL", "left out for SQLite")


def test_a_secret_that_was_lost_is_named(tmp_path):
    (tmp_path / "secret").touch()
    assert_one_line(start(tmp_path, "server"), "SECRET_KEY", "restore it")


@pytest.mark.parametrize(
    ("value", "code"), [("en_GB:en", "en-gb"), ("de_DE.UTF-8", "de-de"), ("fr", "fr")]
)
def test_a_language_as_the_system_names_it_is_good(monkeypatch, value, code):
    monkeypatch.setenv("LANGUAGE", value)
    assert env.language("LANGUAGE", "en-gb") == code
