"""For monitors: /healthz says that the process answers, /readyz how the parts of the site are.

Both are plain text, asked over http too, and never kept by a cache. /readyz answers 503 only when
the database fails: with everything else away the site still serves its readers.
"""

import shutil

from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from blog import mail
from comments.check import akismet
from comments.models import Heartbeat
from comments.rules import outage

# A disk with less than a tenth free is nearly full: a backup does not take the rest.
LEAST_FREE = 0.1
GIGABYTE = 1_000_000_000


@never_cache
@require_safe
def process(_request: HttpRequest) -> HttpResponse:
    return _answer(["ok"])


@never_cache
@require_safe
def ready(_request: HttpRequest) -> HttpResponse:
    try:
        beats = Heartbeat.all_by_name()
    except (DatabaseError, InterfaceError):
        return _answer(["database: fails"], status=503)
    states = {
        "database": "ok",
        "worker": worker_state(beats.get(Heartbeat.WORKER)),
        "Akismet": akismet_state(beats.get(Heartbeat.AKISMET)),
        "mail": mail_state(beats.get(Heartbeat.MAIL)),
        "disk": disk_state(),
    }
    return _answer([f"{name}: {state}" for name, state in states.items()])


def worker_state(beat: Heartbeat | None) -> str:
    if beat is None:
        return "has never run"
    if outage.is_late(beat.at, timezone.now()):
        return f"late, last seen {beat.at:%Y-%m-%d %H:%M} UTC"
    return "ok"


def akismet_state(beat: Heartbeat | None) -> str:
    if not akismet.is_configured():
        return "no key is set"
    if beat is None or beat.is_ok:
        return "ok"
    return f"does not check since {beat.since:%Y-%m-%d %H:%M} UTC"


def mail_state(beat: Heartbeat | None) -> str:
    if not mail.is_configured():
        return "no server is set"
    if beat is None or beat.is_ok:
        return "ok"
    return f"cannot be sent since {beat.since:%Y-%m-%d %H:%M} UTC"


def disk_state() -> str:
    disk = shutil.disk_usage(settings.DATA_DIR)
    free = f"{disk.free / GIGABYTE:,.1f} GB free"
    return f"nearly full, {free}" if disk.free < LEAST_FREE * disk.total else f"ok, {free}"


def _answer(lines: list[str], status: int = 200) -> HttpResponse:
    text = "".join(f"{line}\n" for line in lines)
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
