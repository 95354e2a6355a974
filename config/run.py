"""`make run`: everything from nothing, then the web server and the worker side by side."""

import errno
import hashlib
import http.client
import os
import secrets
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command

from config.processes import Kept, StopSignal, keep_running, stop
from config.server.command import host_and_port

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


def main() -> int:
    host, port = host_and_port()
    name = "127.0.0.1" if host in EVERY_ADDRESS else host
    address = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("SITE_URL", address)
    held = hold(host, port)
    django.setup()
    password = prepare()
    held.close()
    stopping = StopSignal()
    web = Kept("web server", sys.executable, "-m", "config.server")
    served = wait_until_served(host, port, lambda: stopping.received or not web.is_running())
    announce(address if served else None, password)
    if not served:
        return stop([web]) or 1
    return keep_running([web, Kept("worker", sys.executable, "manage.py", "worker")], stopping)


def hold(host: str, port: str) -> socket.socket:
    """Keeps the port until the server takes it: else whoever has it would answer in our place, and
    the password be told with the address of somebody else's site."""
    if not port.isdecimal() or not 0 < int(port) < 65536:
        sys.exit(f"PORT must be a number from 1 to 65535, not {port!r}")
    try:
        family, kind, *_, place = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        held = socket.socket(family, kind)
        # As the server does: what is left of connections of a run before is no hindrance.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(place)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            other = 8001 if port == "8000" else 8000
            sys.exit(f"Port {port} is taken by another program; try another: PORT={other} make run")
        sys.exit(f"Cannot serve at {host}, port {port}: {error.strerror}")
    return held


def prepare() -> str | None:
    """Migrations, static files and, on the first run, what `furnish` does."""
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    return furnish()


def furnish() -> str | None:
    """Content and an account, whose password it returns, where there is no such account yet."""
    from blog.models import User
    from blog.writing import writing
    from comments.management.removal import is_loaded

    if User.objects.filter(is_superuser=True).exists():
        return None
    password = os.environ.get("ADMIN_PASSWORD") or secrets.token_urlsafe(12)
    with writing():  # all of it or nothing: a first run that was cut off is a first run again
        if os.environ.get("DEMO", "1") != "0" and not is_loaded():
            call_command("demo", verbosity=0)
        User.objects.create_superuser("admin", "", password, display_name="Editor in chief")
        call_command("first_pages", verbosity=0)
    return password


def collect_static() -> None:
    """Only when one of the files is another than the last time: it takes seconds."""
    from django.contrib.staticfiles.finders import get_finders

    found = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            found.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
    now = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
    # Beside the folder, since everything in it is served.
    mark = settings.STATIC_ROOT.with_name(f"{settings.STATIC_ROOT.name}.collected")
    if not settings.STATIC_ROOT.is_dir() or not mark.exists() or mark.read_text() != now:
        mark.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(now)


def wait_until_served(host: str, port: str, is_over: Callable[[], bool]) -> bool:
    """Any answer counts, also one that sends the browser on to https."""
    for _attempt in range(600):
        if is_over():
            return False
        connection = http.client.HTTPConnection(host, int(port), timeout=5)
        try:
            connection.request("GET", "/")
            connection.getresponse()
            return True
        except (OSError, http.client.HTTPException):
            time.sleep(0.05)
        finally:
            connection.close()
    return False


def announce(address: str | None, password: str | None) -> None:
    """The password is told whatever became of the server: it is told only once."""
    if address:
        print(f"Broadside is at {address}/", flush=True)
        print(f"Moderate comments at {address}/moderation/", flush=True)
    if password:
        site = address or settings.SITE_URL
        print(f"Sign in at {site}/admin/ as admin with the password {password}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
