"""An erased text is nowhere in SQLite's files: the database, its log, and a copy for a backup."""

import json
import sqlite3
from contextlib import closing

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django_tasks_db.models import DBTaskResult

from blog.full_text import sqlite as fts5
from blog.full_text.index import Words
from blog.models import post_words
from blog.text.words import words
from comments import tasks
from comments.submit import cookies
from comments.worker import sweep
from tests.factories import make_comment, run_tasks
from tests.privacy.erasures import WAYS, unusual
from tests.site import RunningSite


def endings(way: str) -> set[bytes]:
    """As typed, as JSON, and as the search keeps it."""
    word = unusual(way)
    forms = (word, json.dumps(word).strip('"'), *words(word))
    return {form.encode()[-8:] for form in forms}


def left_in(folder) -> dict[str, set[str]]:
    """The ways whose words are in the files, by file."""
    database, copy = folder / "broadside.sqlite3", folder / "copy.sqlite3"
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(database)) as site:
        site.execute("VACUUM INTO ?", [str(copy)])
    files = {path.name: path.read_bytes() for path in folder.glob("*.sqlite3*")}
    return {
        name: {way for way in WAYS if any(ending in content for ending in endings(way))}
        for name, content in files.items()
    }


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    """The words in the files before and after the erasures, and after the worker's jobs."""
    site = RunningSite(tmp_path_factory.mktemp("traces"), AKISMET_API_KEY="")
    site.manage("migrate")
    site.manage("collectstatic", "--noinput")
    with site.database() as reader:
        # The log stays as long as somebody has the database open.
        reader.execute("SELECT 1 FROM blog_post").fetchall()
        site.python("from tests.privacy import erasures; erasures.write()")
        states = [left_in(site.folder)]
        site.python("from tests.privacy import erasures; erasures.press()")
        site.python(
            "from comments.privacy import purge; from django.utils import timezone;"
            "purge.delete_old(timezone.now())"
        )
        states.append(left_in(site.folder))
        site.python("from tests.factories import run_tasks; assert run_tasks()")
        states.append(left_in(site.folder))
    site.shell.communicate()
    site.akismet.stop()
    return states


@pytest.mark.parametrize("way", WAYS)
def test_no_file_has_a_word_of_what_was_erased(states, way):
    written, _erased, done = states
    assert way in written["copy.sqlite3"]
    assert not any(way in left for left in done.values()), done


def test_without_the_job_a_copy_has_the_words(states):
    _written, erased, _done = states
    assert erased["copy.sqlite3"]


sqlite_only = pytest.mark.skipif(connection.vendor != "sqlite", reason="FTS5 is SQLite's")


@sqlite_only
@pytest.mark.django_db
def test_a_merge_in_steps_leaves_one_segment_that_finds_what_is_left(monkeypatch):
    monkeypatch.setattr(fts5, "PAGES", 1)
    index = post_words.INDEX
    for number in range(5):
        _write(number, " ".join(f"{n}tram" for n in range(2_000)))
    index.remove(range(1, 5))
    assert _segments() > 1
    with CaptureQueriesContext(connection) as steps:
        index.forget_removed()
    assert _segments() == 1 and index.pks() == [0]
    with CaptureQueriesContext(connection) as again:
        index.forget_removed()
    assert _merges(steps) > 3 and _merges(again) == 1


def _merges(queries) -> int:
    return sum("'merge'" in query["sql"] for query in queries)


def _write(number: int, text: str) -> None:
    post_words.INDEX.write({number: Words(text=text)})
    # At a savepoint FTS5 writes what it has in memory as a segment.
    with transaction.atomic():
        pass


def _segments() -> int:
    with connection.cursor() as cursor:
        return cursor.execute("SELECT COUNT(DISTINCT segid) FROM blog_words_idx").fetchone()[0]


@pytest.mark.django_db
def test_one_job_that_waits_is_enough(client):
    for _press in range(2):
        own = f"/comments/{cookies.sign(make_comment())}/"
        client.post(own, {"withdraw": "1"}, headers={"Sec-Fetch-Site": "same-origin"})
    jobs = DBTaskResult.objects.filter(task_path=tasks.remove_traces.module_path)
    assert jobs.count() == 1
    run_tasks()
    tasks.remove_traces_later()
    assert jobs.count() == 2


@pytest.mark.django_db
def test_the_sweep_does_it_once_a_day(monkeypatch):
    monkeypatch.setattr(sweep, "_rests_until", {})
    for number in range(2):
        _write(number, "tram")
    assert connection.vendor != "sqlite" or _segments() == 2
    sweep.sweep()
    assert connection.vendor != "sqlite" or _segments() == 1
