"""How a request gets to Akismet and its answer back: in bounded time, over nothing but https."""

import socket
import ssl
import threading
import time
from concurrent.futures import Future
from contextlib import closing, suppress
from functools import lru_cache
from itertools import islice

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

AKISMET = "https://rest.akismet.com"
TIMEOUTS = {"connect": 2, "write": 5, "read": 5, "pool": 5}
CALL_SECONDS = 10
LARGEST_ANSWER = 8 * 1024  # bytes
LOOPBACK = ("localhost", "127.0.0.1", "::1")


class Courier:
    """Takes the place of the akismet client's HTTP client for one call, and keeps the answer."""

    def __init__(self, client: str, fields: dict):
        self.server, self.client = _server(), client
        # As PHP reads lists; of a bare name that is repeated only the last would count.
        self.fields = {f"{k}[]" if isinstance(v, list) else k: v for k, v in fields.items()}
        self.answer: httpx.Response | None = None
        # Something else answers for Akismet's name.
        self.met_other_certificate = False

    def get(self, url: str, params: dict) -> httpx.Response:
        return self.post(url, params)  # in an address the key would reach the logs

    def post(self, url: str, data: dict) -> httpx.Response:
        url, data = self.server.join(httpx.URL(url).path), data | self.fields
        agent = f"Broadside/{settings.VERSION} | {self.client}"
        headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        request = httpx.Request("POST", url, data=data, headers=headers)
        try:
            response, body = _in_time(request)
        except httpx.ConnectError as failure:
            self.met_other_certificate = _is_of_certificate(failure)
            raise
        # Stripped, since the akismet client would take the word with a line's end for another.
        kept = {"headers": response.headers, "content": body.strip(), "request": request}
        self.answer = httpx.Response(response.status_code, **kept)
        if len(body) > LARGEST_ANSWER:
            raise ValueError("Akismet's answers are short")
        return self.answer


def _in_time(request: httpx.Request) -> tuple[httpx.Response, bytes]:
    """Bounds the whole call: httpx bounds each read, and a server may drip bytes for hours; nothing
    bounds the look-up of its name. A thread makes the call, and is left alone where it hangs."""
    deadline, sockets, answer = time.monotonic() + CALL_SECONDS, [], Future()

    def trace(event: str, info: dict) -> None:
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            sockets.append(info["return_value"].get_extra_info("socket"))
            if time.monotonic() > deadline:
                raise TimeoutError

    def call() -> None:
        try:
            answer.set_result(_exchange(request))
        except BaseException as failure:
            answer.set_exception(failure)

    request.extensions = {"timeout": TIMEOUTS, "trace": trace}
    caller = threading.Thread(target=call, daemon=True)
    caller.start()
    try:
        return answer.result(CALL_SECONDS)
    except TimeoutError:
        for each in sockets:
            with suppress(OSError):  # the plain socket under TLS is no longer there
                each.shutdown(socket.SHUT_RDWR)
        if sockets:
            caller.join(1)  # it ends by that, and leaves no connection behind
        raise


def _is_of_certificate(failure: BaseException | None) -> bool:
    while failure and not isinstance(failure, ssl.SSLCertVerificationError):
        failure = failure.__cause__ or failure.__context__
    return failure is not None


def _exchange(request: httpx.Request) -> tuple[httpx.Response, bytes]:
    with closing(_transport().handle_request(request)) as response:
        body = b"".join(islice(response.iter_raw(1024), LARGEST_ANSWER // 1024 + 1))
    return response, body


def _server() -> httpx.URL:
    server = httpx.URL(settings.AKISMET_SERVER or AKISMET)
    if server.scheme != "https" and server.host not in LOOPBACK:
        raise ImproperlyConfigured("AKISMET_SERVER may be plain http only on this machine")
    return server


@lru_cache(maxsize=1)
def _transport() -> httpx.HTTPTransport:
    """One for the process. Bare, it knows no redirect, proxy, cookie or log of addresses."""
    # No connection is kept, since only a new one shows its socket to _in_time().
    return httpx.HTTPTransport(trust_env=False, limits=httpx.Limits(max_keepalive_connections=0))
