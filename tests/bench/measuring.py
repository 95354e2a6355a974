"""One process as the site's server runs it, asked without a wire between; and its times."""

import gzip
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from io import BytesIO
from urllib.parse import urlencode


@dataclass
class Figures:
    """Milliseconds on the clock and of this process's own work."""

    name: str
    most_ms: float | None = None
    wall: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)
    queries: int | None = None
    size: int | None = None

    def take(self, act: Callable, times: int, before: Callable = lambda: None):
        """What `act` gave at last; `before` is not measured."""
        for _n in range(times):
            before()
            clock, work = time.perf_counter(), time.process_time()
            result = act()
            self.wall.append((time.perf_counter() - clock) * 1000)
            self.work.append((time.process_time() - work) * 1000)
        return result

    @property
    def is_kept(self) -> bool:
        return self.most_ms is None or percentile(self.wall, 95) <= self.most_ms

    def row(self) -> list[str]:
        times = [percentile(ms, p) for ms in (self.wall, self.work) for p in (50, 95)]
        return [
            self.name,
            *(f"{ms:,.1f}" for ms in times),
            f"{self.most_ms:,.0f}" if self.most_ms else "",
            "" if self.queries is None else str(self.queries),
            "" if self.size is None else f"{self.size / 1000:.1f}",
            "" if self.is_kept else "OVER",
        ]


HEAD = ["", "p50 ms", "p95 ms", "CPU p50", "CPU p95", "limit", "queries", "kB gzip", ""]


def table(rows: list[Figures]) -> str:
    lines = [HEAD, ["-" * len(name) for name in HEAD], *(figures.row() for figures in rows)]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "\n".join(
        " | ".join(text.ljust(width) for text, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def percentile(values: list[float], percent: int) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]


def pace() -> str:
    """Of the machine just now: where others share it, it is twice as slow at times."""
    clock = time.perf_counter()
    for number in range(1_000_000):
        number += 1
    return f"a million additions take {(time.perf_counter() - clock) * 1000:.0f} ms"


def person(name: str, role: str = ""):
    """Without a role: who may do everything."""
    from django.contrib.auth.models import Group

    from blog.models import User

    fields = {"is_staff": True, "is_superuser": not role, "gets_mail": False}
    user, _made = User.objects.get_or_create(username=name, defaults=fields)
    user.groups.set(Group.objects.filter(name=role))
    return user


class Server:
    """Django's own handler, signed in."""

    def __init__(self, user):
        from django.core.handlers.wsgi import WSGIHandler
        from django.test import Client

        self.user, client = user, Client()
        client.force_login(user)
        self.cookies = {"sessionid": client.cookies["sessionid"].value, "csrftoken": "c" * 32}
        self.handler = WSGIHandler()

    def get(self, path: str) -> bytes:
        status, body = self.ask(path)
        assert status == 200, f"{path}: {status}"
        return body

    def post(self, path: str, fields: list[tuple[str, str]]) -> bytes:
        body = urlencode([("csrfmiddlewaretoken", "c" * 32), *fields]).encode()
        status, answer = self.ask(path, body)
        assert status == 200, f"{path}: {status} {answer[:200]}"
        return answer

    def ask(self, path: str, sent: bytes | None = None) -> tuple[int, bytes]:
        path, _mark, query = path.partition("?")
        statuses = []
        environment = {
            "REQUEST_METHOD": "GET" if sent is None else "POST",
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in self.cookies.items()),
            "HTTP_ACCEPT": "text/html" if sent is None else "application/json",
            "CONTENT_TYPE": "application/x-www-form-urlencoded",
            "CONTENT_LENGTH": str(len(sent or b"")),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(sent or b""),
        }
        answer = self.handler(environment, lambda status, _headers: statuses.append(status))
        body = b"".join(answer)
        answer.close()
        return int(statuses[0].split()[0]), body


def of_page(server: Server, name: str, path: str, times: int, most_ms=None) -> Figures:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    figures = Figures(name, most_ms)
    for _warm in range(3):
        page = server.get(path)
    figures.size = len(gzip.compress(page, 6))
    with CaptureQueriesContext(connection) as queries:
        server.get(path)
    figures.queries = len(queries)
    figures.take(lambda: server.get(path), times)
    return figures
