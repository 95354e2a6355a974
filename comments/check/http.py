"""Makes one HTTPS call with a deadline and a size limit, without proxies and redirects."""

import asyncio
import socket
import ssl
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, InvalidStateError
from contextlib import suppress
from contextvars import ContextVar
from functools import lru_cache
from typing import Any, TypeVar

import httpx
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

AKISMET = "https://rest.akismet.com"
TIMEOUTS = {"connect": 2, "write": 5, "read": 5, "pool": 5}
CALL_SECONDS = 10
LARGEST_ANSWER = 8 * 1024  # bytes
LOOPBACK = ("localhost", "127.0.0.1", "::1")

Response = httpx.Response
T = TypeVar("T")


class Call:
    """Replaces the HTTP client of the akismet package for one call, and keeps the answer."""

    def __init__(self, client: str, fields: dict):
        self.server, self.client = _server(), client
        # PHP reads a list only under a name that ends in [].
        self.fields = {f"{k}[]" if isinstance(v, list) else k: v for k, v in fields.items()}
        self.answer: Response | None = None
        # True if the server has no certificate for Akismet's name.
        self.met_other_certificate = False

    def get(self, url: str, params: dict) -> Response:
        return self.post(url, params)  # in a URL, the key would reach the logs

    def post(self, url: str, data: dict) -> Response:
        address, data = self.server.join(httpx.URL(url).path), data | self.fields
        agent = f"Broadside/{settings.VERSION} | {self.client}"
        headers = {"User-Agent": agent, "Accept-Encoding": "identity"}
        try:
            response, body = _run(_exchange(address, data, headers))
        except httpx.ConnectError as failure:
            self.met_other_certificate = _is_of_certificate(failure)
            raise
        # Stripped, because the akismet client compares the whole body.
        self.answer = Response(
            response.status_code,
            headers=response.headers,
            content=body.strip(),
            request=response.request,
        )
        if len(body) > LARGEST_ANSWER:
            raise ValueError("Akismet's answers are short")
        return self.answer


async def _exchange(url: httpx.URL, data: dict, headers: dict) -> tuple[Response, bytes]:
    # The deadline bounds what httpx does not: a server that sends a byte now and then for hours,
    # and the look-up of its name.
    client = httpx.AsyncClient(
        verify=_tls(), timeout=httpx.Timeout(**TIMEOUTS), trust_env=False, follow_redirects=False
    )
    body = b""
    async with asyncio.timeout(CALL_SECONDS):
        await _look_up_first(url)
        async with client, client.stream("POST", url, data=data, headers=headers) as response:
            async for chunk in response.aiter_raw(1024):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    break
    return response, body


# The addresses of the server, for the rest of the call.
_addresses: ContextVar[list | None] = ContextVar("addresses", default=None)


async def _look_up_first(url: httpx.URL) -> None:
    # httpx counts the look-up as part of connecting, but a resolver asks its second name server
    # only after five seconds.
    try:
        found = await asyncio.get_running_loop().getaddrinfo(
            url.host, url.port or 0, type=socket.SOCK_STREAM
        )
    except OSError as failure:
        raise httpx.ConnectError(str(failure)) from failure
    _addresses.set(found)


class _Loop(asyncio.SelectorEventLoop):
    """Looks names up in daemon threads: a process waits for those of an executor when it ends."""

    async def getaddrinfo(self, host: Any, port: Any, **hints: Any) -> list:
        if (known := _addresses.get()) is not None:
            return known
        answer: Future = Future()
        threading.Thread(target=_look_up, args=(answer, host, port, hints), daemon=True).start()
        return await asyncio.wrap_future(answer, loop=self)


def _look_up(answer: Future, host: Any, port: Any, hints: dict) -> None:
    with suppress(InvalidStateError):  # nobody waits for it any more
        try:
            answer.set_result(socket.getaddrinfo(host, port, **hints))
        except OSError as failure:
            answer.set_exception(failure)


_starting = threading.Lock()


def _run(coroutine: Coroutine[Any, Any, T]) -> T:
    with _starting:
        loop = _loop()
    return asyncio.run_coroutine_threadsafe(coroutine, loop).result()


@lru_cache(maxsize=1)
def _loop() -> asyncio.AbstractEventLoop:
    loop = _Loop()
    threading.Thread(target=loop.run_forever, name="calls", daemon=True).start()
    return loop


@lru_cache(maxsize=1)
def _tls() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


def _is_of_certificate(failure: BaseException | None) -> bool:
    while failure and not isinstance(failure, ssl.SSLCertVerificationError):
        failure = failure.__cause__ or failure.__context__
    return failure is not None


def _server() -> httpx.URL:
    server = httpx.URL(settings.AKISMET_SERVER or AKISMET)
    if server.scheme != "https" and server.host not in LOOPBACK:
        raise ImproperlyConfigured("AKISMET_SERVER may be plain http only on this machine")
    return server
