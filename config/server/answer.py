"""One call of a WSGI application, made, read to its end and closed in one thread.

Database connections belong to threads. The event loop then sends the answer, however slow the
reader is.
"""

import io
import logging
import tempfile
from dataclasses import dataclass

from config.server import refusals

logger = logging.getLogger(__name__)

# A longer answer that is not a file goes through a temporary one.
MOST_IN_MEMORY = 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """`body` is bytes, the path of a file to send whole, or a temporary file to send and close."""

    status: int
    headers: list[tuple[bytes, bytes]]
    body: bytes | str | io.IOBase


class FileWrapper:
    """`wsgi.file_wrapper`: Django passes it the file of a FileResponse."""

    def __init__(self, file, block_size: int = 65536):
        self.file, self.block_size = file, block_size

    def __iter__(self):
        return iter(lambda: self.file.read(self.block_size), b"")

    def close(self) -> None:
        if hasattr(self.file, "close"):
            self.file.close()

    def whole_file(self) -> str | None:
        """Return the path if all of one file is to be sent: the server reads it itself."""
        opened = getattr(self.file, "file", self.file)  # Django's File keeps the wrapped file there
        if type(opened) is not io.BufferedReader or not isinstance(opened.name, str):
            return None
        return opened.name if opened.tell() == 0 else None


class Call:
    def __init__(self, app, environ: dict):
        self.app, self.environ = app, environ
        self.status = self.headers = None
        self.buffer = tempfile.SpooledTemporaryFile(MOST_IN_MEMORY)  # noqa: SIM115

    def run(self) -> Answer:
        # Never raises: nothing has been sent yet, so an error is still an answer.
        try:
            return self._answer()
        except Exception:
            logger.exception("%(REQUEST_METHOD)s %(PATH_INFO)s failed", self.environ)
            self.buffer.close()
            return Answer(500, refusals.headers(500), refusals.page(500))

    def _answer(self) -> Answer:
        parts = self.app(self.environ, self._start_response)
        try:
            path = parts.whole_file() if isinstance(parts, FileWrapper) else None
            if not path:
                for part in parts:
                    self.buffer.write(part)
        finally:
            if hasattr(parts, "close"):
                parts.close()
        if self.status is None:
            raise RuntimeError("start_response was not called")
        return Answer(self.status, self.headers, path or self._read())

    def _read(self) -> bytes | io.IOBase:
        size = self.buffer.tell()
        self.buffer.seek(0)
        if size > MOST_IN_MEMORY:
            return self.buffer
        with self.buffer:
            return self.buffer.read()

    def _start_response(self, status: str, headers: list, exc_info=None):
        # Nothing is sent yet, so a second call, which must bring an error, replaces the first.
        if self.status is not None and not exc_info:
            raise RuntimeError("start_response was called twice")
        self.status = int(status[:3])
        self.headers = [(n.lower().encode("latin-1"), v.encode("latin-1")) for n, v in headers]
        return self.buffer.write
