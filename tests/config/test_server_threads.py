"""Whoever may write waits in threads of their own, and the time waited is known."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from config.server import bridge
from config.server.bridge import Bridge
from tests.server import Server

WRITERS = 2 * bridge.THREADS  # in two processes


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("server")).start()
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_writers_that_wait_stop_no_reader(server, method):
    def write(_number):
        return server.get("/wait/", "Content-Length: 1", method=method, body=b"x").json["waited"]

    with ThreadPoolExecutor(3 * WRITERS) as pool:
        waited = [pool.submit(write, number) for number in range(3 * WRITERS)]
        time.sleep(0.2)
        for safe in ("GET", "HEAD", "OPTIONS"):
            begun = time.monotonic()
            assert server.get("/", method=safe).status == 200
            assert time.monotonic() - begun < 0.2
        assert not all(future.done() for future in waited)
    # Who came last waited for two others, or for more where chance sent more to one process.
    assert max(future.result() for future in waited) > 0.9


def test_a_long_answer_is_sent_in_parts():
    def app(_environ, start_response):
        start_response("200 OK", [("Content-Length", "3000000")])
        return [b"x" * 1_000_000] * 3

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "raw_path": b"/", "query_string": b""}
    scope |= {"scheme": "http", "http_version": "1.1", "headers": []}
    asyncio.run(Bridge(app)(scope, None, send))
    start, *parts = sent
    assert start["headers"] == [(b"content-length", b"3000000")]
    assert max(len(part["body"]) for part in parts) == 65536
    assert sum(len(part["body"]) for part in parts) == 3_000_000
    assert [part.get("more_body", False) for part in parts] == [True] * (len(parts) - 1) + [False]
