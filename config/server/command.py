"""The web server's command line, used by `make run`, the tests, the bench and the docs.

`python -m config.server` starts it on HOST and PORT.
"""

import os
import resource
import socket
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

from config import env
from config.start import one_line

OPTIONS = (
    *("--interface=asginl", "--factory", "--runtime-mode=st", "--http=1", "--no-ws"),
    "--workers=2",
    # Connections of each process; one that sends no request for 10 s is closed.
    *("--backpressure=2000", "--http1-header-read-timeout=10000", "--http1-buffer-size=65536"),
    # A process that was killed is replaced while the other serves. Errors only: granian's warning
    # about processes that refuse to stop is often wrong, and another is about one core.
    *("--respawn-failed-workers", "--workers-kill-timeout=10", "--log-level=error"),
)
APPLICATION = "config.server.bridge:make_application"
MOST_FILES = 8192


def host_and_port() -> tuple[str, str]:
    return env.text("HOST", "127.0.0.1"), str(env.port("PORT", 8000))


def command(host: str, port: str, application: str = APPLICATION) -> list[str]:
    """`host` may be a name such as localhost, which granian does not take."""
    with suppress(OSError):
        host = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0][4][0]
    granian = str(Path(sys.executable).parent / "granian")
    return [granian, *OPTIONS, "--host", host, "--port", port, application]


def main() -> None:
    """Check the settings, since granian would restart failing processes for ever; then become
    granian."""
    with one_line():
        line = command(*host_and_port())
        import_module("config.settings")
    allow_open_files()
    os.execv(line[0], line)  # noqa: S606


def allow_open_files() -> None:
    # Each connection is an open file, and many systems allow only 1,024.
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_FILES if most == resource.RLIM_INFINITY else min(MOST_FILES, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))
