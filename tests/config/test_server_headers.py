"""What a client may make the site believe by a header: nothing, however it is spelled.

The server is asked over real sockets; TRUSTED_PROXIES=1, as behind one proxy.
"""

import itertools

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.test import Client, RequestFactory

from comments.submit import origin
from config.middleware import forwarded_scheme
from config.server.environ import joined_headers
from tests.server import Server
from tests.test_structure import matches, product

REAL, EVIL = "203.0.113.7", "6.6.6.6"
FOR = ["X-Forwarded-For", "x-forwarded-for", "X-FORWARDED-FOR", "x-Forwarded-fOr"]
FOR_WITH_UNDERSCORES = [
    "".join(("X", a, "Forwarded", b, "For")) for a, b in itertools.product("-_", repeat=2)
][1:]
FOR_WITH_UNDERSCORES += [name.upper() for name in FOR_WITH_UNDERSCORES] + ["x_forwarded_for"]


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    running = Server(tmp_path_factory.mktemp("server"), TRUSTED_PROXIES="1").start()
    yield running
    assert running.stop() == 0


@pytest.mark.parametrize("name", FOR)
def test_the_proxys_own_header_is_believed_however_it_is_written(server, name):
    assert server.get("/echo/", f"{name}: {REAL}").json["client_ip"] == REAL


@pytest.mark.parametrize("name", FOR_WITH_UNDERSCORES)
@pytest.mark.parametrize("first", [True, False])
def test_a_name_with_an_underscore_is_dropped(server, name, first):
    lines = [f"{name}: {EVIL}", f"X-Forwarded-For: {REAL}"]
    told = server.get("/echo/", *(lines if first else reversed(lines))).json
    assert (told["client_ip"], told["HTTP_X_FORWARDED_FOR"]) == (REAL, REAL)
    assert server.get("/echo/", f"{name}: {EVIL}").json["client_ip"] is None


@pytest.mark.parametrize("names", list(itertools.product(FOR[:3], repeat=2)))
def test_a_header_that_came_twice_is_one_list(server, names):
    """What the client sent stands before what the proxy added, and the last is believed."""
    told = server.get("/echo/", f"{names[0]}: {EVIL}", f"{names[1]}: {REAL}").json
    assert told["HTTP_X_FORWARDED_FOR"] == f"{EVIL}, {REAL}"
    assert told["client_ip"] == REAL


def test_letters_that_are_no_ascii_hide_no_address(server):
    assert server.get("/echo/", f"X-Forwarded-For: é\xff, {REAL}").json["client_ip"] == REAL


@pytest.mark.parametrize(
    ("lines", "scheme"),
    [
        ([], "http"),
        (["X-Forwarded-Proto: https"], "https"),
        (["X-FORWARDED-proto: HTTPS"], "https"),
        (["X-Forwarded-Proto: http"], "http"),
        (["X-Forwarded-Proto: https", "X-Forwarded-Proto: http"], "http"),
        (["x-forwarded-proto: http", "X-Forwarded-Proto: https"], "https"),
        (["X-Forwarded-Proto: https, http"], "http"),
        (["X_Forwarded_Proto: https"], "http"),
        (["X-Forwarded_Proto: https", "X-Forwarded-Proto: http"], "http"),
        (["X-Forwarded-Proto: javascript"], "http"),
        (["X-Forwarded-Proto:"], "http"),
        (["X-Forwarded-Protocol: https", "X-Forwarded-Ssl: on", "Forwarded: proto=https"], "http"),
    ],
)
def test_the_scheme_is_that_of_the_proxy(server, lines, scheme):
    assert server.get("/echo/", *lines).json["scheme"] == scheme


@pytest.mark.parametrize(
    ("proxies", "forwarded", "scheme"),
    [
        (0, "https", "http"),
        (1, "https, http", "http"),
        (2, "https", "https"),
        (2, "https, http", "https"),
        (2, "http, https, http", "https"),
        (2, None, "http"),
    ],
)
def test_django_and_the_comments_read_one_scheme(settings, proxies, forwarded, scheme):
    settings.TRUSTED_PROXIES = proxies
    headers = {} if forwarded is None else {"X-Forwarded-Proto": forwarded}
    request = RequestFactory(headers=headers).get("/")
    assert isinstance(request, WSGIRequest)
    forwarded_scheme(lambda request: None)(request)
    assert request.scheme == scheme and request.is_secure() == (scheme == "https")


@pytest.mark.django_db
def test_a_reader_who_claims_https_is_still_sent_there(settings):
    """At the site's own address, whatever Host the proxy sends."""
    settings.TRUSTED_PROXIES, settings.SECURE_SSL_REDIRECT = 1, True
    settings.SECURE_SSL_HOST = "example.org"
    ask = {"headers": {"X-Forwarded-Proto": "https, http"}}
    assert Client().get("/", **ask)["Location"] == "https://example.org/"
    ask = {"headers": {"X-Forwarded-Proto": "http, https"}}
    assert Client().get("/", **ask).status_code == 200


def test_forwarded_headers_are_read_in_one_place():
    readers = {line.partition(":")[0] for line in matches(product(), r"x.forwarded.\w+\W?\"")}
    readers |= {line.partition(":")[0] for line in matches(product(), r"PROXY_SSL_HEADER =")}
    assert readers == {origin.__name__.replace(".", "/") + ".py"}


def test_cookies_of_two_headers_are_one_list(server):
    told = server.get("/echo/", "Cookie: a=1; b=2", "cookie: c=3", "X_Cookie: d=4").json
    assert told["HTTP_COOKIE"] == "a=1; b=2; c=3"


def test_cookies_that_are_no_ascii_arrive_as_they_came(server):
    told = server.get("/echo/", "Cookie: name=caf\xc3\xa9; sessionid=1").json
    assert told["HTTP_COOKIE"] == "name=caf\xc3\xa9; sessionid=1"


@pytest.mark.parametrize(
    "lines",
    [
        ["Content_Length: 3"],
        ["Content_Type: text/evil"],
        ["Remote_Addr: 6.6.6.6"],
        ["Remote-Addr: 6"],
    ],
)
def test_no_header_takes_the_place_of_what_the_server_knows(server, lines):
    told = server.get("/echo/", *lines).json
    assert (told["CONTENT_LENGTH"], told["CONTENT_TYPE"]) == ("", "")
    assert told["REMOTE_ADDR"] == "127.0.0.1"


def test_two_hosts_are_no_host(server):
    assert server.get("/login/", "Host: evil.example").status == 400


def test_headers_are_joined_in_the_order_in_which_they_came():
    scope = {"headers": [(b"Accept", b"a"), (b"x_y", b"no"), (b"accept", b"b"), (b"x-y", b"")]}
    assert joined_headers(scope) == {"accept": "a, b", "x-y": ""}
