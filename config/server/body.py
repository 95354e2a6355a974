"""Reads the body of a request in the event loop: a slow sender costs no thread.

Only a complete body gets any further.
"""

import asyncio
import io
import re
import tempfile
from contextlib import AsyncExitStack, asynccontextmanager, suppress

from config.server.refusals import Refused

# Without a session: a comment of more than 64 kB is refused by its own rule, which shows the text
# again, and so does the page for an editor who was signed out. Kept in memory only.
ANONYMOUS_LIMIT = 512 * 1024
# With one: two pictures of 10 MB. Whether the session still holds is for Django to say.
SESSION_LIMIT = 24 * 1024 * 1024
# Anybody can claim a session: so many large bodies at a time, lest they fill the disk.
LARGE_TOGETHER = asyncio.Semaphore(8)
SESSION = re.compile(r"(?:^|;)\s*sessionid=[^;\s]")

FIRST_SECONDS = 20
# Each 4 kB that arrive earn another second: slower than any line, faster than one byte at a time.
BYTES_PER_SECOND = 4096


def has_body(headers: dict[str, str]) -> bool:
    return "content-length" in headers or "transfer-encoding" in headers


def limit_of(headers: dict[str, str]) -> int:
    return SESSION_LIMIT if SESSION.search(headers.get("cookie", "")) else ANONYMOUS_LIMIT


@asynccontextmanager
async def read_body(headers: dict[str, str], receive):
    """Yields the body as a file, at its start, and its length. Raises Refused."""
    limit, declared = limit_of(headers), _declared(headers)
    if declared is not None and declared > limit:
        raise Refused(413)
    async with AsyncExitStack() as stack:
        kept = io.BytesIO()
        if (limit if declared is None else declared) > ANONYMOUS_LIMIT:
            if LARGE_TOGETHER.locked():
                raise Refused(503)
            await stack.enter_async_context(LARGE_TOGETHER)
            kept = stack.enter_context(tempfile.TemporaryFile())  # noqa: SIM115
        size = await _read_into(kept, limit, receive)
        if declared is not None and size != declared:
            raise Refused(400)
        kept.seek(0)
        yield kept, size


async def discard_body(receive) -> None:
    """Whoever is refused while still sending would see a broken connection instead of the page."""
    with suppress(Refused):
        await _read_into(None, SESSION_LIMIT, receive)


def _declared(headers: dict[str, str]) -> int | None:
    """None where the body comes in chunks, which outrank a length."""
    if "transfer-encoding" in headers:
        return None
    length = headers["content-length"]
    if not (length.isascii() and length.isdecimal()):
        raise Refused(400)
    return int(length)


async def _read_into(kept, limit: int, receive) -> int:
    size, begun = 0, asyncio.get_running_loop().time()
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
                if kept:
                    kept.write(part)
                if not message.get("more_body"):
                    return size
                time_left.reschedule(begun + FIRST_SECONDS + size / BYTES_PER_SECOND)
    except TimeoutError:
        raise Refused(408) from None
