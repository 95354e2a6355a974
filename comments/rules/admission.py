"""Which comments are refused, and in which order. Pure: facts in, the first refusal or None out.

    size ─▶ origin ─▶ open, parent (`refuse_place`) ─▶ lengths (`refuse_length`, by the form)
                      ─▶ duplicate, flood (`refuse_sending`) ─▶ comments/rules/holding.py

The order is WordPress's. A refusal gives its reason and the typed text back. The facts are
collected in comments/submit/context.py.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum, StrEnum
from urllib.parse import urlsplit

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

DEFAULT_PORTS = {"http": 80, "https": 443}
LONGEST_FORM = 64 * 1024
# A form up to this size is still read, so that the typed text can be shown again.
LONGEST_READ = 2_500_000
# A body has its own limit; the others have the lengths of their columns. Lengths are counted as a
# reader does: a browser sends each line break as two characters.
LONGEST = {"body": 5_000, "name": 100, "email": 254, "url": 300}
# Our own limit: a school may share one IP address. WordPress refuses the second within 15 s.
NETWORK_LIMIT = 10
REPORT_LIMIT = 5
NETWORK_WINDOW = timedelta(minutes=10)
# All senders without a known IP address share one limit, so it is higher.
UNKNOWN_FACTOR = 3


class Origin(Enum):
    OWN = "own"
    FOREIGN = "foreign"
    UNKNOWN = "unknown"


class Parent(Enum):
    NONE = "none"
    GOOD = "good"
    MISSING = "missing"
    NOT_APPROVED = "not approved"
    LOCKED = "locked"
    TOO_DEEP = "too deep"


class Repeat(Enum):
    """Whether the same person sent the same text at the same place before."""

    NO = "no"
    OWN_PENDING = "own, pending"
    YES = "yes"


class Code(StrEnum):
    TOO_LARGE = "too-large"
    FOREIGN = "foreign"
    SIGNED_IN_OR_OUT = "signed-in-or-out"
    CLOSED = "closed"
    PARENT_MISSING = "parent-missing"
    PARENT_NOT_PUBLIC = "parent-not-public"
    LOCKED = "locked"
    TOO_DEEP = "too-deep"
    TOO_LONG = "too-long"
    DUPLICATE = "duplicate"
    TOO_FAST = "too-fast"
    BUSY_NETWORK = "busy-network"
    TOO_LATE = "too-late"


@dataclass(frozen=True)
class Refusal:
    code: Code
    status: int
    message: str
    retry_after: int | None = None


@dataclass(frozen=True)
class Facts:
    now: datetime
    is_open: bool = True
    parent: Parent = Parent.NONE
    repeat: Repeat = Repeat.NO
    last_by_sender: datetime | None = None
    nth_in_network: datetime | None = None  # the comment that reached network_limit()
    seconds_between: int = 15


def refuse_too_large(length: int) -> Refusal | None:
    if length <= LONGEST_FORM:
        return None
    message = _("That is more than can be sent at once (64 kB). Your text is below.")
    if length > LONGEST_READ:
        message = _(
            "That is more than can be sent at once (64 kB). Go back: your browser has the text."
        )
    return Refusal(Code.TOO_LARGE, 413, message)


def origin(sec_fetch_site: str, origin_header: str, own: Collection[str]) -> Origin:
    """Tells whether a form was sent by one of our own pages. `own`: see own_origins().

    Chromium sends no Sec-Fetch-Site on plain http to a host name; then Origin decides.
    """
    if sec_fetch_site:
        return Origin.OWN if sec_fetch_site in ("same-origin", "none") else Origin.FOREIGN
    if not origin_header or origin_header == "null":
        return Origin.UNKNOWN
    return Origin.OWN if as_origin(origin_header) in own else Origin.FOREIGN


def own_origins(site_url: str, scheme: str, host: str) -> set[str]:
    """Returns the origins of SITE_URL and of the request's host, which a proxy may have replaced.

    For SITE_URL's own host only SITE_URL's scheme counts, because a proxy may not report https.
    """
    site = urlsplit(site_url)
    is_same = urlsplit(f"//{host}").hostname == site.hostname
    schemes = {site.scheme} if is_same else {site.scheme, scheme}
    return {as_origin(site_url), *(as_origin(f"{each}://{host}") for each in schemes)}


def as_origin(address: str) -> str:
    """Returns scheme, host and any non-default port; "" if it is not a web address."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return ""
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname or "@" in parts.netloc:
        return ""
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    is_default = port in (None, DEFAULT_PORTS[parts.scheme])
    return f"{parts.scheme}://{host}" + ("" if is_default else f":{port}")


def refuse_foreign(origin: Origin, *, is_signed_in: bool = False) -> Refusal | None:
    if origin is not Origin.FOREIGN:
        return None
    if is_signed_in:
        message = _("You have signed in or out since this page was opened. Please send it again.")
        return Refusal(Code.SIGNED_IN_OR_OUT, 403, message)
    message = _("This form was sent from another site. Please send it again here.")
    return Refusal(Code.FOREIGN, 403, message)


# The place comes before the length: nobody should shorten a comment that cannot be sent anyway.
def refuse_place(facts: Facts) -> Refusal | None:
    return refuse_closed(facts) or refuse_parent(facts)


def refuse_sending(facts: Facts) -> Refusal | None:
    return refuse_duplicate(facts) or refuse_fast_sender(facts) or refuse_busy_network(facts)


def is_too_old(age: timedelta, days: int) -> bool:
    # 0 days: no limit.
    return bool(days) and age > timedelta(days=days)


def refuse_closed(facts: Facts) -> Refusal | None:
    if facts.is_open:
        return None
    return Refusal(Code.CLOSED, 403, _("Comments on this post are closed."))


def refuse_parent(facts: Facts) -> Refusal | None:
    match facts.parent:
        case Parent.MISSING:
            message = _("The comment that you answer is not on this post.")
            return Refusal(Code.PARENT_MISSING, 422, message)
        case Parent.NOT_APPROVED:
            message = _("The comment that you answer is not public.")
            return Refusal(Code.PARENT_NOT_PUBLIC, 403, message)
        case Parent.LOCKED:
            return Refusal(Code.LOCKED, 403, _("No more replies in this thread."))
        case Parent.TOO_DEEP:
            message = _("This thread is too deep for another answer.")
            return Refusal(Code.TOO_DEEP, 422, message)
    return None


def refuse_length(field: str, length: int) -> Refusal | None:
    most = LONGEST[field]
    if length <= most:
        return None
    message = _("Please use at most %(most)s characters; this has %(count)s.")
    if field == "body":
        message = _("At most %(most)s characters can be sent; this text has %(count)s.")
    return Refusal(Code.TOO_LONG, 422, message % {"most": f"{most:,}", "count": f"{length:,}"})


def refuse_duplicate(facts: Facts) -> Refusal | None:
    """The sender's own pending comment is not an error: it was a double click or a second try."""
    if facts.repeat is not Repeat.YES:
        return None
    message = _("You have already said that here. Your text is below.")
    return Refusal(Code.DUPLICATE, 409, message)


def refuse_fast_sender(facts: Facts) -> Refusal | None:
    pause = timedelta(seconds=facts.seconds_between)
    return _wait(Code.TOO_FAST, _seconds_left(facts.now, facts.last_by_sender, pause))


def network_limit(limit: int, network: str) -> int:
    return limit if network else limit * UNKNOWN_FACTOR


def refuse_busy_network(facts: Facts) -> Refusal | None:
    left = _seconds_left(facts.now, facts.nth_in_network, NETWORK_WINDOW)
    return _wait(Code.BUSY_NETWORK, left)


def refuse_late_edit(*, is_editable: bool) -> Refusal | None:
    message = _("It can no longer be edited. Your text is below.")
    return None if is_editable else Refusal(Code.TOO_LATE, 409, message)


def refuse_busy_reporter(now: datetime, fifth_report: datetime | None) -> Refusal | None:
    return _wait(Code.BUSY_NETWORK, _seconds_left(now, fifth_report, NETWORK_WINDOW))


def _seconds_left(now: datetime, since: datetime | None, pause: timedelta) -> int:
    """Rounds up; returns 0 where nobody has to wait. After the clock was set back nobody waits
    longer than `pause`, and a time further in the future is ignored."""
    if since is None or abs(now - since) >= pause:
        return 0
    return -int(-min(since + pause - now, pause).total_seconds() // 1)


def _wait(code: Code, seconds: int) -> Refusal | None:
    if not seconds:
        return None
    message = _("You can send it in %(time)s. Your text is below.") % {"time": duration(seconds)}
    return Refusal(code, 429, message, retry_after=seconds)


def refuse_busy_asker(now: datetime, nth_asked: datetime | None) -> Refusal | None:
    seconds = _seconds_left(now, nth_asked, NETWORK_WINDOW)
    if not seconds:
        return None
    message = _("You can ask in %(time)s.") % {"time": duration(seconds)}
    return Refusal(Code.BUSY_NETWORK, 429, message, retry_after=seconds)


def duration(seconds: int) -> str:
    if seconds < 120:
        return ngettext("%(n)d second", "%(n)d seconds", seconds) % {"n": seconds}
    minutes = -(-seconds // 60)
    return ngettext("%(n)d minute", "%(n)d minutes", minutes) % {"n": minutes}
