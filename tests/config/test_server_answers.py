"""The bridge keeps WSGI's rules, and sends what Django answers as any WSGI server would."""

import io
import threading

import pytest
from django.test import Client

from config.server import refusals
from config.server.answer import MOST_IN_MEMORY, Answer, Call, FileWrapper
from tests.server import Server

# WSGI's rules.


def call(app, **environ) -> Answer:
    given = {"REQUEST_METHOD": "GET", "PATH_INFO": "/", "wsgi.file_wrapper": FileWrapper}
    return Call(app, given | environ).run()


class Parts:
    """An answer that notes in which threads it was read and closed."""

    def __init__(self, *parts):
        self.parts, self.threads, self.closed = parts, set(), 0

    def __iter__(self):
        for part in self.parts:
            self.threads.add(threading.get_ident())
            if isinstance(part, Exception):
                raise part
            yield part

    def close(self):
        self.threads.add(threading.get_ident())
        self.closed += 1


def test_status_and_headers_are_kept_in_order():
    headers = [("Content-Type", "text/plain"), ("Set-Cookie", "a=1"), ("Set-Cookie", "b=2; é")]

    def app(_environ, start_response):
        start_response("410 Gone for Ever", headers)
        return [b"a", b"", b"b"]

    lower = [(n.lower().encode(), v.encode("latin-1")) for n, v in headers]
    assert call(app) == Answer(410, lower, b"ab")


def test_what_is_written_stands_before_what_is_returned():
    def app(_environ, start_response):
        write = start_response("200 OK", [])
        write(b"one ")
        write(b"two ")
        return [b"three"]

    assert call(app).body == b"one two three"


def test_a_generator_may_begin_with_its_first_part():
    def app(_environ, start_response):
        start_response("200 OK", [])
        yield b"late"

    assert call(app) == Answer(200, [], b"late")


def test_the_answer_is_read_and_closed_once_in_the_thread_that_began_it():
    parts = Parts(b"a", b"b")

    def app(_environ, start_response):
        parts.threads.add(threading.get_ident())
        start_response("200 OK", [])
        return parts

    found = []
    thread = threading.Thread(target=lambda: found.append(call(app)))
    thread.start()
    thread.join()
    assert found[0].body == b"ab" and parts.closed == 1
    assert parts.threads == {thread.ident}


def test_an_error_replaces_what_was_begun():
    def app(_environ, start_response):
        start_response("200 OK", [("A", "b")])
        try:
            raise ValueError
        except ValueError as error:
            start_response("500 Oh", [("C", "d")], (ValueError, error, error.__traceback__))
        return [b"sorry"]

    assert call(app) == Answer(500, [(b"c", b"d")], b"sorry")


def broken(_environ, _start_response):
    raise ValueError


def twice(_environ, start_response):
    start_response("200 OK", [])
    start_response("200 OK", [])
    return []


def silent(_environ, _start_response):
    return [b"no status"]


@pytest.mark.parametrize("app", [broken, twice, silent])
def test_an_application_that_fails_is_answered_for(app, caplog):
    assert call(app) == Answer(500, refusals.headers(500), refusals.page(500))
    assert "GET / failed" in caplog.text


def test_an_answer_that_fails_midway_is_closed_and_never_taken_as_whole(caplog):
    parts = Parts(b"half", ValueError("broken"))

    def app(_environ, start_response):
        start_response("200 OK", [("Content-Length", "8")])
        return parts

    answer = call(app)
    assert (answer.status, parts.closed) == (500, 1) and b"half" not in answer.body
    assert "ValueError: broken" in caplog.text


def test_a_long_answer_goes_through_a_file():
    def app(_environ, start_response):
        start_response("200 OK", [])
        return [b"x" * 65536] * (MOST_IN_MEMORY // 65536) + [b"!"]

    with call(app).body as file:
        assert file.read() == b"x" * MOST_IN_MEMORY + b"!"


@pytest.mark.parametrize("position", [0, 3])
def test_a_file_is_sent_by_its_path_where_all_of_it_is_meant(tmp_path, position):
    path = tmp_path / "file"
    path.write_bytes(b"abcdef")
    file = path.open("rb")
    file.seek(position)

    def app(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](file, 4)

    assert call(app).body == (b"def" if position else str(path))
    assert file.closed


def test_what_is_no_file_on_disk_is_read():
    def app(environ, start_response):
        start_response("200 OK", [])
        return environ["wsgi.file_wrapper"](io.BytesIO(b"abcdef"), 4)

    assert call(app).body == b"abcdef"


# Over the wire.


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The data of a site with a few files; what is longer than 1 MB comes in several parts."""
    made = tmp_path_factory.mktemp("data")
    (made / "static").mkdir()
    (made / "static" / "big.bin").write_bytes(bytes(range(256)) * 10_000)
    (made / "static" / "site.css").write_text("body { color: black }" * 100)
    (made / "static" / "site.css.gz").write_bytes(b"zipped")
    (made / "media").mkdir()
    (made / "media" / "tram.jpg").write_bytes(b"\xff\xd8" * 700_000)
    return made


@pytest.fixture(scope="module")
def server(folder):
    running = Server(folder).start()
    yield running
    assert running.stop() == 0


@pytest.fixture
def django(folder, settings):
    """What Django answers, under no server at all."""
    settings.STATIC_ROOT, settings.MEDIA_ROOT = folder / "static", folder / "media"
    settings.ALLOWED_HOSTS = ["127.0.0.1"]
    client = Client(SERVER_NAME="127.0.0.1")

    def ask(path, *lines, method="GET"):
        headers = dict(line.split(": ") for line in lines)
        response = client.generic(method, path, headers=headers)
        body = b"".join(response)
        return response.status_code, sorted((n.lower(), v) for n, v in response.items()), body

    return ask


FILES = ["/static/big.bin", "/static/site.css", "/media/tram.jpg"]
ASKED = [
    [],
    ["Accept-Encoding: gzip"],
    ["Range: bytes=10-99"],
    ["Range: bytes=-5"],
    ["Range: bytes=1500000-"],
    ["Range: bytes=9999999-"],
    ["Range: bytes=0-1,5-6"],
    ["If-Modified-Since: Sun, 29 Nov 2037 00:00:00 GMT"],
    ["If-Modified-Since: Thu, 01 Jan 1970 00:00:00 GMT"],
    ['If-None-Match: "other"'],
]


@pytest.mark.parametrize("path", FILES)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("lines", ASKED, ids=lambda lines: lines[0] if lines else "plain")
def test_a_file_is_answered_as_django_answers(server, django, path, method, lines):
    status, headers, body = django(path, *lines, method=method)
    reply = server.get(path, *lines, method=method)
    ours = [h for h in reply.headers if h[0] not in ("date", "server", "connection")]
    if ("content-length", "0") in ours and not body:
        ours.remove(("content-length", "0"))
        headers = [h for h in headers if h != ("content-length", "0")]
    assert (reply.status, sorted(ours)) == (status, headers)
    assert reply.body == (b"" if method == "HEAD" else body)


def test_a_file_that_did_not_change_is_not_sent_again(server, django):
    first = server.get("/static/site.css")
    etag = first.header("etag")
    assert etag and django("/static/site.css", f"If-None-Match: {etag}")[0] == 304
    again = server.get("/static/site.css", f"If-None-Match: {etag}")
    assert (again.status, again.body) == (304, b"")


def test_a_reader_who_leaves_amid_a_file_leaves_the_server_alone(server):
    for path in FILES:
        with server.connect() as client:
            client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
            assert client.recv(100)
    assert server.get("/media/tram.jpg").status == 200


# Odd requests, of which some tell a server by its answers from all others.


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("GET /a?page=2&x=%C3%A9 HTTP/1.1", {"PATH_INFO": "/a", "QUERY_STRING": "page=2&x=%C3%A9"}),
        ("GET /bl\xc3\xbc/ HTTP/1.1", {"PATH_INFO": "/bl\xc3\xbc/"}),
        ("GET /bl%C3%BC/?q=%E2%82%AC HTTP/1.1", {"PATH_INFO": "/bl\xc3\xbc/"}),
        ("GET /a%2Fb/ HTTP/1.1", {"PATH_INFO": "/a/b/"}),
        ("GET /%ff%fe/ HTTP/1.1", {"PATH_INFO": "/\xff\xfe/"}),
        ("GET /%zz%/ HTTP/1.1", {"PATH_INFO": "/%zz%/"}),
        ("GET /a%00b HTTP/1.1", {"PATH_INFO": "/a\0b"}),
        ("GET /a/../b/./c HTTP/1.1", {"PATH_INFO": "/a/../b/./c"}),
        ("GET /a%3Fb%23c HTTP/1.1", {"PATH_INFO": "/a?b#c", "QUERY_STRING": ""}),
        ("GET //evil.com/x HTTP/1.1", {"PATH_INFO": "//evil.com/x"}),
        ("GET http://127.0.0.1:1/a?b HTTP/1.1", {"PATH_INFO": "/a", "QUERY_STRING": "b"}),
        ("OPTIONS * HTTP/1.1", {"PATH_INFO": "*", "REQUEST_METHOD": "OPTIONS"}),
        ("BREW /a HTTP/1.1", {"REQUEST_METHOD": "BREW"}),
        ("GET /a HTTP/1.0", {"SERVER_PROTOCOL": "HTTP/1.0"}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_request_line_is_told_as_wsgi_tells_it(server, line, told):
    head = f"{line}\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n"
    found = server.ask(head.encode("latin-1")).json
    assert told.items() <= found.items()
    assert found["SCRIPT_NAME"] == "" and found["wsgi.url_scheme"] == "http"
    assert (found["REMOTE_ADDR"], found["SERVER_PORT"]) == ("127.0.0.1", str(server.port))


def test_letters_that_are_no_ascii_arrive_in_headers(server):
    told = server.get("/a", "User-Agent: \xff\xfe\xe9", "Accept-Encoding: gzip").json
    assert (told["HTTP_USER_AGENT"], told["HTTP_ACCEPT_ENCODING"]) == ("\xff\xfe\xe9", "gzip")


def test_the_answer_to_head_has_the_length_of_that_to_get(server):
    reply = server.get("/a", method="HEAD")
    assert (reply.status, reply.body) == (200, b"")
    assert int(reply.header("content-length")) > 100


@pytest.mark.parametrize(
    ("head", "status"),
    [
        ("GET /login/ HTTP/1.1\r\nHost: evil", 400),
        ("GET /login/ HTTP/1.1\r\nX: y", 400),
        ("GET /login/ HTTP/1.1\r\nHost: 127.0.0.1\r\nX-A: " + "a" * 500_000, 431),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX A: b", 400),
        ("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n folded: b", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip", 400),
        ("POST / HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked", 400),
        ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nContent-Length: 4", 400),
    ],
    ids=lambda value: value[-30:] if isinstance(value, str) else str(value),
)
def test_a_head_that_is_wrong_is_refused(server, head, status):
    assert server.ask(f"{head}\r\nConnection: close\r\n\r\n".encode()).status == status


def test_a_length_beside_chunks_does_not_count(server):
    lines = ("Content-Length: 3", "Transfer-Encoding: chunked")
    told = server.get("/a", *lines, method="POST", body=b"7\r\na=1&b=2\r\n0\r\n\r\n").json
    assert (told["body"], told["CONTENT_LENGTH"]) == ("a=1&b=2", "7")
