"""A request whose body is cut off, too large or too slow never reaches Django; all others do."""

import asyncio
import io
import socket
import time

import pytest
from django.conf import settings

from comments.rules import admission
from config.server import body, refusals
from config.server.body import ANONYMOUS_LIMIT, SESSION_LIMIT, read_body
from config.server.refusals import Refused
from tests.server import Reply, Server, receive_all

SESSION = "Cookie: theme=dark; sessionid=abc123"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("server")).start()
    yield running
    assert running.stop() == 0


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def test_a_whole_body_arrives(server):
    told = server.post(b"a=1&b=2", "Content-Type: application/x-www-form-urlencoded").json
    assert (told["body"], told["CONTENT_LENGTH"]) == ("a=1&b=2", "7")
    assert told["CONTENT_TYPE"] == "application/x-www-form-urlencoded"
    assert not {"HTTP_CONTENT_LENGTH", "HTTP_CONTENT_TYPE"} & set(told)


def test_a_body_in_chunks_arrives_with_its_length(server):
    told = server.post_chunks(chunk(b"a=1&") + chunk(b"b=2") + b"0\r\n\r\n").json
    assert (told["body"], told["CONTENT_LENGTH"]) == ("a=1&b=2", "7")
    assert "HTTP_TRANSFER_ENCODING" not in told


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_request_without_a_body_has_no_length(server, method):
    told = server.get("/echo/", method=method).json
    assert (told["bytes"], told["CONTENT_LENGTH"]) == (0, "")


def test_an_empty_body_and_the_body_of_a_get_arrive(server):
    assert server.post(b"").json["CONTENT_LENGTH"] == "0"
    told = server.get("/echo/", "Content-Length: 3", body=b"abc").json
    assert told["body"] == "abc"


def test_whoever_asks_before_sending_is_told_to_go_on(server):
    reply = server.post(b"abc", "Expect: 100-continue")
    assert reply.json["body"] == "abc"


def test_two_requests_of_one_connection_keep_their_bodies(server):
    with server.connect() as client:
        head = f"POST /echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nContent-Length: 3\r\n"
        client.sendall(f"{head}\r\nabc{head}Connection: close\r\n\r\nxyz".encode())
        data = receive_all(client)
    assert data.count(b"HTTP/1.1 200") == 2
    assert data.index(b'"body": "abc"') < data.index(b'"body": "xyz"')


@pytest.mark.parametrize(
    "send",
    [
        lambda server: server.post(b"This is true. I did not s", length=85, end=True),
        lambda server: server.post(b"", length=85, end=True),
        lambda server: server.post(b"a" * 2_000_000, SESSION, length=2_000_001, end=True),
        lambda server: server.post_chunks(chunk(b"I did not s"), end=True),
        lambda server: server.post_chunks(chunk(b"I did not s") + b"9\r\nay th", end=True),
        lambda server: server.post_chunks(chunk(b"I did not s") + b"0\r\n", end=True),
        lambda server: server.post_chunks(b"", end=True),
        lambda server: server.post_chunks(b"zzz\r\nabc\r\n0\r\n\r\n"),
    ],
    ids=[
        *("length", "nothing", "large", "chunks", "within a chunk", "within the end"),
        *("no chunk", "no number"),
    ],
)
def test_a_body_that_was_cut_off_is_refused(server, send):
    assert send(server).status == 400


@pytest.mark.parametrize("length", ["-1", "+3", "3, 4", "0x3", "3 3", "", "٣"])
def test_a_length_that_is_none_is_refused(server, length):
    head = f"POST /echo/ HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: {length}\r\n"
    assert server.ask(head.encode() + b"\r\nabc").status == 400


def test_what_is_too_large_is_refused_before_it_is_sent(server):
    for limit, *headers in ((ANONYMOUS_LIMIT,), (SESSION_LIMIT, SESSION)):
        begun = time.monotonic()
        with server.connect() as client:
            lines = [f"POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: {limit + 1}", *headers]
            client.sendall("\r\n".join([*lines, "", ""]).encode())
            reply = Reply(client.recv(65536))
        assert reply.status == 413 and reply.header("connection") == "close"
        assert time.monotonic() - begun < 0.5


def test_chunks_are_refused_when_too_many_have_come(server):
    many = chunk(b"x" * 65536) * (ANONYMOUS_LIMIT // 65536)
    assert server.post_chunks(many + b"0\r\n\r\n").json["bytes"] == ANONYMOUS_LIMIT
    assert server.post_chunks(many + chunk(b"x") + b"0\r\n\r\n").status == 413


def test_a_browser_that_sends_all_before_it_reads_sees_the_page(server):
    reply = server.post(b"x" * 5_000_000)
    assert reply.status == 413
    assert b"Go back: your browser has what you typed." in reply.body


def test_with_a_session_24_mb_are_taken(server):
    assert server.post(b"x" * SESSION_LIMIT, SESSION).json["bytes"] == SESSION_LIMIT


@pytest.mark.parametrize(
    "cookie", ["sessionid=", "sessionid=; a=1", "xsessionid=1", "a=sessionid=1", "SESSIONID=1", ""]
)
def test_without_a_session_512_kb_are_taken(server, cookie):
    assert server.post(b"x" * ANONYMOUS_LIMIT, f"Cookie: {cookie}").json["bytes"] == 524_288
    assert server.post(b"x" * (ANONYMOUS_LIMIT + 1), f"Cookie: {cookie}").status == 413


def test_the_session_may_come_in_a_cookie_header_of_its_own(server):
    headers = ("Cookie: theme=dark", "Cookie: sessionid=abc123")
    assert server.post(b"x" * 2_000_000, *headers).json["bytes"] == 2_000_000


def test_the_limits_leave_room_for_rules_that_show_the_text_again():
    assert ANONYMOUS_LIMIT >= 4 * admission.LONGEST_FORM
    # Of an anonymous form Django writes no file either.
    assert ANONYMOUS_LIMIT <= settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    assert ANONYMOUS_LIMIT <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE


def received(size: int, headers: dict[str, str]):
    """The file in which a body of this size is kept."""

    async def receive():
        return {"type": "http.request", "body": b"x" * size, "more_body": False}

    async def read():
        async with read_body(headers, receive) as (file, length):
            assert (file.tell(), length) == (0, size)
            return file

    return asyncio.run(read())


@pytest.mark.parametrize(
    "headers", [{"content-length": "524288"}, {"transfer-encoding": "chunked"}]
)
def test_an_anonymous_body_never_touches_the_disk(headers, monkeypatch):
    monkeypatch.delattr(body.tempfile, "TemporaryFile")
    assert type(received(ANONYMOUS_LIMIT, headers)) is io.BytesIO


def test_a_large_body_is_kept_on_disk_and_closed_in_the_end():
    file = received(2_000_000, {"content-length": "2000000", "cookie": "sessionid=1"})
    assert type(file) is not io.BytesIO and file.closed


def test_a_body_that_the_server_calls_complete_is_measured_all_the_same():
    with pytest.raises(Refused) as refused:
        received(10, {"content-length": "11"})
    assert refused.value.status == 400


def test_large_bodies_cannot_fill_the_disk(monkeypatch):
    """Anybody can claim a session; who comes when eight send is asked to come again."""
    headers = {"content-length": "2000000", "cookie": "sessionid=1"}
    monkeypatch.setattr(body, "SECONDS_FOR_A_PLACE", 0.01)

    def slowly(*parts):
        """Sends these, then nothing more."""
        left = list(parts)

        async def receive():
            if not left:
                await asyncio.sleep(60)
            return {"type": "http.request", "body": left.pop(0), "more_body": True}

        return receive

    async def one_too_many():
        monkeypatch.setattr(body, "LARGE_TOGETHER", asyncio.Semaphore(2))

        async def send(*parts):
            async with read_body(headers, slowly(*parts)):
                pass

        large = b"x" * (ANONYMOUS_LIMIT + 1)
        sending = [asyncio.create_task(send(b"only said to be large")) for _n in range(9)]
        await asyncio.sleep(0)
        assert not body.LARGE_TOGETHER.locked()
        sending += [asyncio.create_task(send(large)) for _n in range(2)]
        await asyncio.sleep(0.01)
        with pytest.raises(Refused) as refused:
            await send(large)
        for task in sending:
            task.cancel()
        await asyncio.gather(*sending, return_exceptions=True)
        return refused.value.status, body.LARGE_TOGETHER.locked()

    assert asyncio.run(one_too_many()) == (503, False)
    said = dict(refusals.headers(503))
    assert said[b"retry-after"] == b"5" and b"Please try again" in refusals.page(503)


# Time. The server under test has 40 times less of it.


def test_a_client_that_drips_is_told_so_in_the_end(server):
    begun = time.monotonic()
    with server.connect() as client:
        client.sendall(b"POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n")
        client.settimeout(0.1)
        data = b""
        while not data and time.monotonic() - begun < 10:
            client.sendall(b"x")
            try:
                data = client.recv(65536)
            except TimeoutError:
                continue
    assert Reply(data).status == 408
    assert 0.4 < time.monotonic() - begun < 2


def test_a_slow_line_may_take_its_time(server):
    """1.25 s where a client that drips has 0.5 s: 400 kB at twice the slowest pace."""
    part = b"x" * 20_000
    with server.connect() as client:
        head = f"POST /echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
        client.sendall(f"{head}Content-Length: {20 * len(part)}\r\n\r\n".encode())
        for _n in range(20):
            time.sleep(0.0625)
            client.sendall(part)
        assert Reply(receive_all(client)).json["bytes"] == 20 * len(part)


def test_whoever_sends_just_fast_enough_ends_too():
    assert ANONYMOUS_LIMIT / body.BYTES_PER_SECOND < 5 * 60
    assert SESSION_LIMIT / body.BYTES_PER_SECOND < 2 * 3600


def test_the_time_waited_for_a_body_is_not_held_against_it(server):
    with server.connect() as client:
        head = f"POST /echo/ HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\nConnection: close\r\n"
        client.sendall(f"{head}Content-Length: 3\r\n\r\nab".encode())
        time.sleep(0.3)
        client.sendall(b"c")
        assert Reply(receive_all(client)).json["waited"] < 0.25


def test_a_client_that_goes_away_leaves_the_server_alone(server):
    for _n in range(5):
        with server.connect() as client:
            client.sendall(b"POST /echo/ HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nabc")
            client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
    assert server.post(b"abc").json["body"] == "abc"
