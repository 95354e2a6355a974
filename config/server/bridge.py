"""Runs Django's WSGI handler behind an ASGI server.

Bodies are read and answers sent in the event loop, where a slow client costs a coroutine and no
thread. Django runs in few threads, each with one database connection. Django's ASGI handler
takes a thread and a connection for each request: 1 to 2 GB under slow readers. See
docs/decisions/bridge.md.
"""

import asyncio
import io
import signal
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from config.server import refusals
from config.server.answer import Answer, Call, FileWrapper
from config.server.body import discard_body, has_body, read_body
from config.server.environ import environ_of, joined_headers
from config.server.refusals import Refused

SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
THREADS = 2
BLOCK = 65536


class Bridge:
    def __init__(self, app):
        self.app = app
        # Writers wait for each other; readers must not wait for them. The command line limits the
        # number of connections, and so how many wait.
        self.readers = ThreadPoolExecutor(THREADS, thread_name_prefix="reader")
        self.writers = ThreadPoolExecutor(THREADS, thread_name_prefix="writer")

    async def __call__(self, scope, receive, send) -> None:
        headers = joined_headers(scope)
        try:
            if has_body(headers):
                async with read_body(headers, receive) as (body, length):
                    answer = await self.answer(scope, headers, body, length)
            else:
                answer = await self.answer(scope, headers, io.BytesIO(), None)
        except Refused as refused:
            await refuse(refused.status, send)
            if refused.status in (413, 503):
                await discard_body(receive)
        else:
            await send_answer(answer, send)

    async def answer(self, scope, headers, body, length) -> Answer:
        environ = environ_of(scope, headers, body, length)
        environ["wsgi.file_wrapper"] = FileWrapper
        # The time that a request waits for a thread is part of what its writing may take.
        environ["broadside.arrived"] = time.monotonic()
        threads = self.readers if scope["method"] in SAFE_METHODS else self.writers
        call = Call(self.app, environ)
        return await asyncio.get_running_loop().run_in_executor(threads, call.run)


async def refuse(status: int, send) -> None:
    await send_answer(Answer(status, refusals.headers(status), refusals.page(status)), send)


async def send_answer(answer: Answer, send) -> None:
    start = {"type": "http.response.start", "status": answer.status, "headers": answer.headers}
    await send(start)
    if isinstance(answer.body, bytes):
        await send({"type": "http.response.body", "body": answer.body})
    elif isinstance(answer.body, str):
        await send({"type": "http.response.pathsend", "path": answer.body})
    else:
        with answer.body as file:
            while part := file.read(BLOCK):
                await send({"type": "http.response.body", "body": part, "more_body": True})
        await send({"type": "http.response.body", "body": b""})


def make_application() -> Bridge:
    # granian's processes ignore signals to stop until their application is loaded.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    from config.wsgi import application

    # A thread that works for a second, as on a long text, lets the others in after half a
    # millisecond; Python's 5 ms came once for each query of a reader's request.
    sys.setswitchinterval(0.0005)
    return Bridge(application)
