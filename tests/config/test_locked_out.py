"""Another program holds SQLite's lock: the site reads on, and writes at once when it is free."""

import http.client
import sqlite3
import time
import urllib.parse
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from itertools import count
from statistics import median

import pytest

from tests.bench.outages import post_one
from tests.site import RunningSite

pytestmark = pytest.mark.numbers

ROUNDS = 3
WAIT = 20  # seconds that the worker waits for its turn (blog/transactions.py)
WRITERS = 40
MOST_SECONDS = 6
_number = count(1)


@pytest.fixture
def site(tmp_path):
    started = RunningSite(tmp_path, TRUSTED_PROXIES="1").start()
    yield started
    started.stop()


@contextmanager
def locked(site):
    path = site.folder / "broadside.sqlite3"
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_comment_is_taken_at_once_when_the_lock_is_free_again(site):
    """Some comments each time: what stood in the way came at any of them."""
    path = site.make_post()
    post_one(site, path, "The first warms the server up")
    seconds = []
    for number in range(ROUNDS):
        with locked(site):
            time.sleep(WAIT + 4)
        seconds += [post_one(site, path, f"Sent after {number}, {n}") for n in range(10)]
    assert max(seconds) < 2, seconds


def test_forty_who_wait_to_write_stop_nobody_who_reads(site):
    path = site.make_post()
    post_one(site, path, "The first warms the server up")
    alone = median(get(site, path) for _ in range(20))
    with locked(site), ThreadPoolExecutor(WRITERS) as pool:
        posts = [pool.submit(post, site, path, f"Number {n} & <more>") for n in range(WRITERS)]
        time.sleep(0.5)
        reading = []
        while not all(job.done() for job in posts):
            reading.append(get(site, path))
            time.sleep(0.05)
        answers = [job.result() for job in posts]
    for number, (status, headers, page, seconds) in enumerate(answers):
        assert status == 503 and int(headers["Retry-After"]) > 0
        assert f"Number {number} &amp; &lt;more&gt;</textarea>" in page
        assert seconds < MOST_SECONDS, seconds
    assert site.rows("SELECT 1 FROM comments_comment WHERE body LIKE 'Number %'") == []
    assert len(reading) > 20 and median(reading) < 2 * alone, (reading, alone)


def get(site, path: str) -> float:
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    begun = time.monotonic()
    connection.request("GET", path)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    assert answer.status == 200
    return time.monotonic() - begun


def post(site, path: str, body: str) -> tuple:
    """Each reader in a network of their own."""
    number = next(_number)
    fields = {"name": "Ana", "email": f"ana{number}@example.com", "body": body, "homepage2": ""}
    headers = {
        "Content-Type": "application/x-www-form-urlencoded",
        "Sec-Fetch-Site": "same-origin",
        "X-Forwarded-For": f"30.{number}.0.7",
    }
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=60)
    begun = time.monotonic()
    connection.request("POST", f"{path}comments/", urllib.parse.urlencode(fields), headers)
    answer = connection.getresponse()
    page = answer.read().decode()
    connection.close()
    return answer.status, answer.headers, page, time.monotonic() - begun
