"""`make run`: sets everything up, then runs the web server and the worker."""

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
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.core.management import call_command

from config import env
from config.processes import StopSignal, Supervised, keep_running, stop
from config.server.command import host_and_port
from config.start import one_line

EVERY_ADDRESS = ("0.0.0.0", "::")  # noqa: S104


def main() -> int:
    host, port = host_and_port()
    name = "127.0.0.1" if host in EVERY_ADDRESS else host
    address = f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"
    env.flag("DEMO", True)  # refused before anything is made
    os.environ.setdefault("SITE_URL", address)
    held = hold(host, port)
    django.setup()
    password = prepare()
    held.close()
    stopping = StopSignal()
    web = Supervised("web server", sys.executable, "-m", "config.server")
    served = wait_until_served(host, port, lambda: stopping.received or not web.is_running())
    announce(address if served else None, password)
    if not served:
        return stop([web]) or 1
    worker = Supervised("worker", sys.executable, "manage.py", "worker")
    return keep_running([web, worker], stopping)


def hold(host: str, port: str) -> socket.socket:
    """Keep the port until the server takes it.

    Otherwise another program's site could answer, and its address be printed with our password.
    """
    try:
        family, kind, *_, place = socket.getaddrinfo(host, int(port), type=socket.SOCK_STREAM)[0]
        held = socket.socket(family, kind)
        # As the server does, so that old connections of the last run do not block the port.
        held.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        held.bind(place)
    except (OSError, UnicodeError) as error:
        if getattr(error, "errno", None) == errno.EADDRINUSE:
            other = 8001 if port == "8000" else 8000
            sys.exit(f"Port {port} is taken by another program; try another: PORT={other} make run")
        why = getattr(error, "strerror", None) or "not an address"
        good = "HOST must be an address of this machine, such as 127.0.0.1"
        sys.exit(f"Cannot serve at {host}, port {port}: {why}. {good}")
    return held


def prepare() -> str | None:
    call_command("migrate", interactive=False, verbosity=0)
    collect_static()
    return furnish()


def furnish() -> str | None:
    """Load the demo and create the first account unless there is one; return its password or
    None."""
    from blog.models import User
    from blog.transactions import writing
    from comments.management.removal import is_loaded

    if User.objects.filter(is_superuser=True).exists():
        return None
    password = first_password()
    with writing():  # all or nothing: after an interrupted first run the next one starts over
        if env.flag("DEMO", True) and not is_loaded():
            call_command("demo", verbosity=0)
        User.objects.create_superuser("admin", "", password, display_name="Editor in chief")
        call_command("first_pages", verbosity=0)
    return password


def first_password() -> str:
    from django.contrib.auth.password_validation import validate_password

    from blog.models import User

    password = os.environ.get("ADMIN_PASSWORD")
    if not password:
        return secrets.token_urlsafe(12)
    try:
        validate_password(password, User(username="admin"))
    except ValidationError as error:
        why = " ".join(error.messages)
        must = "be hard to guess, such as four words; without it one is made and printed"
        raise ImproperlyConfigured(f"ADMIN_PASSWORD must {must}. {why}") from None
    return password


def collect_static() -> None:
    # Only if a file has changed since the last time: it takes seconds.
    from django.contrib.staticfiles.finders import get_finders

    found = []
    for finder in get_finders():
        for path, storage in finder.list([]):
            stat = Path(storage.path(path)).stat()
            found.append(f"{path} {stat.st_size} {stat.st_mtime_ns}")
    now = hashlib.sha256("\n".join(sorted(found)).encode()).hexdigest()
    # Not in the folder, where it would be served.
    mark = settings.STATIC_ROOT.with_name(f"{settings.STATIC_ROOT.name}.collected")
    if not settings.STATIC_ROOT.is_dir() or not mark.exists() or mark.read_text() != now:
        mark.unlink(missing_ok=True)
        call_command("collectstatic", interactive=False, clear=True, verbosity=0)
        mark.write_text(now)


def wait_until_served(host: str, port: str, is_over: Callable[[], bool]) -> bool:
    # Any answer counts, even a redirect to https.
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
    # Print the password even if the server failed: it is shown only once.
    if address:
        print(f"Broadside is at {address}/", flush=True)
        print(f"Moderate comments at {address}/moderation/", flush=True)
    if password:
        site = address or settings.SITE_URL
        print(f"Sign in at {site}/admin/ as admin with the password {password}", flush=True)


if __name__ == "__main__":
    with one_line():
        sys.exit(main())
