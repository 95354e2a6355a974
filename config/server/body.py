"""Reads the body of a request in the event loop, so that a slow sender costs no thread.

An incomplete body is refused.
"""

import asyncio
import io
import re
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from config.server.refusals import Refused
from config.server.without_files import NotAForm, WithoutFiles

# Without a session. More than 64 kB, so that a long comment or the form of a signed-out editor
# comes back with its text. Kept in memory only, and files not at all.
ANONYMOUS_LIMIT = 512 * 1024
# With a session: two pictures of 10 MB. Django checks the session itself later.
SESSION_LIMIT = 24 * 1024 * 1024
# Anybody can send such a cookie, so only this many large bodies are read at a time, lest they fill
# the disk. A body counts once it is large, and must then be sent faster.
LARGE_TOGETHER = asyncio.Semaphore(8)
SECONDS_FOR_A_PLACE = 10
SESSION = re.compile(r"(?:^|;)\s*sessionid=[^;\s]")

FIRST_SECONDS = 20
# Each 4 kB earn another second: slower than any line, faster than one byte at a time.
BYTES_PER_SECOND = 4096
LARGE_BYTES_PER_SECOND = 16 * 1024


def has_body(headers: dict[str, str]) -> bool:
    return "content-length" in headers or "transfer-encoding" in headers


def limit_of(headers: dict[str, str]) -> int:
    return SESSION_LIMIT if SESSION.search(headers.get("cookie", "")) else ANONYMOUS_LIMIT


@asynccontextmanager
async def read_body(headers: dict[str, str], receive):
    """Yields the body as a file, at its start, and its length. Raises Refused."""
    limit, declared = limit_of(headers), _declared(headers)
    async with AsyncExitStack() as stack:
        buffer = _Buffer(stack)
        if declared is not None and declared > limit:
            # A picture may be in it, and typed text beside the picture.
            filtered = WithoutFiles.of(headers.get("content-type", ""))
            if declared > SESSION_LIMIT or not filtered:
                raise Refused(413)
            limit, buffer = SESSION_LIMIT, _BufferOfText(stack, filtered)
        size = await _read_into(buffer, limit, receive)
        if declared is not None and size != declared:
            raise Refused(400)
        await buffer.finish()
        yield buffer.file, buffer.size


class _Buffer:
    """A body: in memory while small, then on disk in one of the places for large bodies."""

    def __init__(self, stack: AsyncExitStack):
        self.stack, self.file, self.size = stack, io.BytesIO(), 0

    @property
    def is_large(self) -> bool:
        return self.size > ANONYMOUS_LIMIT

    async def write(self, part: bytes) -> None:
        was_large, self.size = self.is_large, self.size + len(part)
        try:
            if self.is_large and not was_large:
                await self._move_to_disk()
            self.file.write(part)
        except OSError:  # no space left
            raise Refused(503) from None

    async def finish(self) -> None:
        self.file.seek(0)

    async def _move_to_disk(self) -> None:
        try:
            await asyncio.wait_for(LARGE_TOGETHER.acquire(), SECONDS_FOR_A_PLACE)
        except TimeoutError:
            raise Refused(503) from None
        self.stack.callback(LARGE_TOGETHER.release)
        small, self.file = self.file, self.stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        self.file.write(small.getvalue())


class _BufferOfText(_Buffer):
    """A form without the contents of its files, never more than ANONYMOUS_LIMIT."""

    def __init__(self, stack: AsyncExitStack, filtered: WithoutFiles):
        super().__init__(stack)
        self.filtered = filtered

    async def write(self, part: bytes) -> None:
        try:
            await self._keep(self.filtered.feed(part))
        except NotAForm:
            raise Refused(413) from None

    async def finish(self) -> None:
        await self._keep(self.filtered.finish())
        await super().finish()

    async def _keep(self, kept: bytes) -> None:
        if self.size + len(kept) > ANONYMOUS_LIMIT:
            raise Refused(413)
        await super().write(kept)


async def discard_body(receive) -> None:
    # A browser that is still sending would show a broken connection instead of the page.
    with suppress(Refused):
        await _read_into(None, SESSION_LIMIT, receive)


def _declared(headers: dict[str, str]) -> int | None:
    """Return the declared length; None for a body in chunks, which has precedence."""
    if "transfer-encoding" in headers:
        return None
    length = headers["content-length"]
    if not (length.isascii() and length.isdecimal()):
        raise Refused(400)
    return int(length)


async def _read_into(buffer, limit: int, receive) -> int:
    size, started = 0, asyncio.get_running_loop().time()
    try:
        async with asyncio.timeout(FIRST_SECONDS) as time_left:
            while True:
                message = await receive()
                if message["type"] == "http.disconnect":
                    raise Refused(400)
                part = message.get("body", b"")
                size += len(part)
                if size > limit:
                    raise Refused(413)
                if buffer:
                    await buffer.write(part)
                if not message.get("more_body"):
                    return size
                time_left.reschedule(started + FIRST_SECONDS + _seconds_earned(size))
    except TimeoutError:
        raise Refused(408) from None


def _seconds_earned(size: int) -> float:
    small = min(size, ANONYMOUS_LIMIT)
    return small / BYTES_PER_SECOND + (size - small) / LARGE_BYTES_PER_SECOND
