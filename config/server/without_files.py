"""Takes the contents of files out of a form while it arrives.

Of people without a session no file is kept, but what they typed beside it comes back
(blog/sign_in_again.py). A file stays in the form by its name, and is empty.
"""

import re

BOUNDARY = re.compile(r'multipart/form-data;.*?\bboundary="?([!-~]{1,200}?)"?(?:;|,|$)', re.I)
IS_FILE = re.compile(rb";\s*filename\*?\s*=", re.I)
END_OF_HEADERS = b"\r\n\r\n"
LONGEST_HEADERS = 8192


class NotAForm(Exception):
    pass


class WithoutFiles:
    def __init__(self, boundary: str):
        self.delimiter = b"\r\n--" + boundary.encode()
        self.rest = b"\r\n"  # as if one stood before the first delimiter
        self.in_headers = self.in_file = False

    @classmethod
    def of(cls, content_type: str) -> "WithoutFiles | None":
        """Return None for anything but a form that may have files."""
        found = BOUNDARY.match(content_type)
        return cls(found[1]) if found else None

    def feed(self, part: bytes) -> bytes:
        """Return what is kept of it, and of what came before it. Raises NotAForm."""
        data, kept = self.rest + part, []
        while (at := data.find(end := self._end)) >= 0:
            before, data = data[:at], data[at + len(end) :]
            kept += [b"" if self.in_file else before, end]
            self.in_file = self.in_headers and bool(IS_FILE.search(before))
            self.in_headers = not self.in_headers
        if self.in_headers:
            if len(data) > LONGEST_HEADERS:
                raise NotAForm
            self.rest = data
        else:
            # The end may be the beginning of a delimiter.
            before, self.rest = data[: 1 - len(end)], data[1 - len(end) :]
            kept.append(b"" if self.in_file else before)
        return b"".join(kept)

    def finish(self) -> bytes:
        return b"" if self.in_file else self.rest

    @property
    def _end(self) -> bytes:
        return END_OF_HEADERS if self.in_headers else self.delimiter
