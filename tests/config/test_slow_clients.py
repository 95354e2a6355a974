"""Clients that are slow, or do nothing at all, and what a reader's page takes meanwhile."""

import http.client
import socket
import statistics
import time
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest

from tests.site import RunningSite

# Alone on the machine: .ci/run gives them a step of their own.
pytestmark = pytest.mark.numbers
READS = 25
ATTEMPTS = 3  # what else the machine does can only make it slower
FIRST_READS = 40


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """As `make run` starts it, with the demo content and one large file."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "media").mkdir()
    (folder / "media" / "large.jpg").write_bytes(bytes(20_000_000))
    running = RunningSite(folder, DEMO="1").start()
    milliseconds(running, FIRST_READS)
    yield running
    assert running.stop() == 0


def milliseconds(site, reads: int = READS) -> float:
    """A new reader's front page, in the median."""
    return statistics.median(one_read(site) for _n in range(reads))


def one_read(site) -> float:
    begun = time.perf_counter()
    connection = http.client.HTTPConnection("127.0.0.1", site.port, timeout=10)
    connection.request("GET", "/")
    answer = connection.getresponse()
    assert answer.status == 200 and answer.read()
    connection.close()
    return (time.perf_counter() - begun) * 1000


def slow_body(site) -> socket.socket:
    path = "/login/"
    return begin(
        site, f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\na=1"
    )


def half_header(site) -> socket.socket:
    return begin(site, "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slo")


def idle(site) -> socket.socket:
    client = begin(site, "GET /media/none HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert client.recv(65536).startswith(b"HTTP/1.1 404")
    return client


def slow_reader(site) -> socket.socket:
    """Takes a few kB of the large file and then no more."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(10)
    client.connect(("127.0.0.1", site.port))
    client.sendall(b"GET /media/large.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")
    assert client.recv(100).startswith(b"HTTP/1.1 200")
    return client


def begin(site, request: str) -> socket.socket:
    client = socket.create_connection(("127.0.0.1", site.port), timeout=10)
    client.sendall(request.encode())
    return client


@pytest.mark.parametrize(
    ("client", "count", "most"),
    [(slow_body, 200, 2), (half_header, 200, 2), (idle, 200, 2), (slow_reader, 50, 4)],
    ids=["slow bodies", "half headers", "idle connections", "slow readers of a large file"],
)
def test_slow_clients_do_not_make_a_readers_page_slow(site, client, count, most):
    ratios = []
    while len(ratios) < ATTEMPTS and min(ratios, default=most) >= most:
        alone = milliseconds(site)
        with ExitStack() as stack:
            for _n in range(count):
                stack.enter_context(client(site))
            ratios.append(milliseconds(site) / alone)
    assert min(ratios) < most


def test_a_comment_that_was_cut_off_is_not_kept(site):
    path = site.rows("SELECT path FROM blog_post WHERE comments_open AND kind = 'post'")[0]["path"]
    said = "This is true. I did not say the opposite of what is said above by anybody else at all."
    body = urlencode({"name": "Cut", "email": "cut@example.net", "body": said})
    head = f"POST {path}comments/ HTTP/1.1\r\nHost: 127.0.0.1:{site.port}\r\n"
    head += "Content-Type: application/x-www-form-urlencoded\r\n"
    head += f"Content-Length: {len(body)}\r\n\r\n"
    with begin(site, head + body[:-60]):
        time.sleep(0.3)
    time.sleep(1)
    assert site.rows("SELECT 1 FROM comments_comment WHERE author_name = 'Cut'") == []
    with begin(site, head + body) as client:
        assert client.recv(65536).startswith(b"HTTP/1.1 303")
    assert site.comment(said)["author_name"] == "Cut"
