"""Whether Akismet answers: the states, the events that change them, and the sentences for each.

Pure: no query and no clock of its own. The banner of the queue, the mail to administrators, the
card of a comment and the page "Spam check" all use MESSAGES.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# One question a minute; a little less, so that each sweep finds it due.
PROBE_PAUSE = timedelta(seconds=55)
# The longest wait that a Retry-After or a wrong clock can cause.
LONGEST_WAIT = timedelta(hours=4)
# A time further in the future was written by a wrong clock.
CLOCK_TOLERANCE = timedelta(minutes=1)
# The worker writes a heartbeat once a minute.
LATE_AFTER = timedelta(minutes=2)


class Kind(StrEnum):
    GOOD = "good"
    SILENT = "silent"  # no connection, or no answer in time
    BUSY = "busy"  # too many requests
    FAULT = "fault"  # a server error, or an error that Akismet reports
    EMPTY = "empty"
    ODD = "odd"  # not one of Akismet's answers
    PORTAL = "portal"  # a web page, a redirect, a wrong certificate
    BLOCKED = "blocked"  # refused by an HTTP status; to a bad key Akismet answers "invalid" instead
    REFUSED = "refused"  # "invalid"
    STOPPED = "stopped"  # the account is suspended or not paid
    # Reasons on our side.
    LATE = "late"
    NO_KEY = "no-key"
    NO_ADDRESS = "no-address"
    LIMIT = "hourly-limit"


# Only the key is checked until somebody has fixed it.
KEY_FAILURES = (Kind.REFUSED, Kind.STOPPED)


@dataclass(frozen=True)
class Message:
    happened: "StrOrPromise"
    to_do: "StrOrPromise"
    why: "StrOrPromise"  # on a card and in an answer, after "Not checked yet:"
    # Waiting comments are checked later without anybody's help.
    resumes_by_itself: bool = True


@dataclass(frozen=True)
class State:
    kind: Kind = Kind.GOOD
    detail: str = ""
    at: datetime | None = None  # the last answer or failure
    since: datetime | None = None  # start of this kind
    away_since: datetime | None = None  # start of the outage, of any kind
    next_at: datetime | None = None

    @property
    def is_good(self) -> bool:
        return self.kind is Kind.GOOD

    def waits_until(self, now: datetime) -> datetime | None:
        # None: the next question may be asked now.
        if self.is_good or self.next_at is None or self.next_at <= now:
            return None
        return (
            None
            if is_in_future(self.at, now) or self.next_at > now + LONGEST_WAIT
            else self.next_at
        )


@dataclass(frozen=True)
class Event:
    """The result of one question to Akismet."""

    at: datetime
    began: datetime
    kind: Kind = Kind.GOOD
    detail: str = ""
    wait: timedelta = timedelta(0)  # from Retry-After


def next_state(state: State, event: Event) -> tuple[State, Message]:
    """Returns the next state. A good answer to a call that began before the last failure does not
    end the outage, and no failure shortens a Retry-After."""
    if is_in_future(state.at, event.at):
        state = replace(state, at=None, next_at=None, since=event.at, away_since=event.at)
    if event.kind is Kind.GOOD:
        if not state.is_good and state.at and event.began <= state.at:
            return state, MESSAGES[state.kind]
        since = state.since if state.is_good and state.since else event.at
        return State(at=event.at, since=since), MESSAGES[Kind.GOOD]
    until = event.at + min(max(PROBE_PAUSE, event.wait), LONGEST_WAIT)
    is_same = state.kind is event.kind and state.since
    state = State(
        event.kind,
        event.detail,
        at=event.at,
        since=state.since if is_same else event.at,
        away_since=event.at if state.is_good else state.away_since or event.at,
        next_at=max(until, state.waits_until(event.at) or until),
    )
    return state, MESSAGES[state.kind]


def is_in_future(moment: datetime | None, now: datetime) -> bool:
    return bool(moment and moment > now + CLOCK_TOLERANCE)


def is_late(beat: datetime | None, now: datetime) -> bool:
    # A heartbeat in the future is ignored: a running worker would have written another since.
    return bool(beat and (beat < now - LATE_AFTER or is_in_future(beat, now)))


@dataclass(frozen=True)
class Situation:
    """The state of the check when a page is rendered."""

    now: datetime
    is_configured: bool = True
    akismet: State = State()
    beat: datetime | None = None  # the worker's last heartbeat
    limit: int | None = None  # checks an hour

    @property
    def is_late(self) -> bool:
        return is_late(self.beat, self.now)

    def not_asked_because(self, due: datetime, *, is_parked: bool) -> str:
        """Returns the code of the reason why a comment is not checked yet; "" if it will be soon.
        `is_parked`: its turn came, and it waits for something other than the worker."""
        if not self.is_configured:
            return Kind.NO_KEY
        is_overdue = self.akismet.is_good and not is_parked and due < self.now - LATE_AFTER
        if self.is_late or is_overdue:
            return Kind.LATE
        return "" if self.akismet.is_good else code_of(self.akismet.kind, self.akismet.detail)


# A failure as stored in Comment.check_error: its kind and Akismet's own text.


def code_of(kind: Kind, detail: str = "") -> str:
    return f"{kind}:{detail}"[:200] if detail else str(kind)


def reason_sentence(code: str, *, limit: int | None = None) -> str:
    kind, _colon, detail = code.partition(":")
    # Older versions stored the sentence itself.
    if kind not in set(Kind) or kind == Kind.GOOD:
        return _("Akismet %(failure)s") % {"failure": code}
    reason = str(MESSAGES[Kind(kind)].why)
    if kind == Kind.LIMIT:
        return reason % {"limit": f"{limit or 0:,}"}
    return with_quote(reason, detail)


def with_quote(sentence: str, detail: str) -> str:
    return f"{sentence} (“{detail}”)" if detail else sentence


_SEE_THE_LINE = gettext_lazy(
    "If it lasts, an administrator must see whether this server can reach rest.akismet.com."
)
MESSAGES = {
    Kind.GOOD: Message(
        gettext_lazy("Akismet answers again since %(since)s"),
        gettext_lazy("What waited unchecked is asked about."),
        "",
    ),
    Kind.SILENT: Message(
        gettext_lazy("Akismet has not answered since %(since)s"),
        _SEE_THE_LINE,
        gettext_lazy("Akismet did not answer"),
    ),
    Kind.BUSY: Message(
        gettext_lazy("Akismet has asked this site to slow down since %(since)s"),
        gettext_lazy("If it lasts, an administrator may allow fewer checks an hour in the policy."),
        gettext_lazy("Akismet asked this site to slow down"),
    ),
    Kind.FAULT: Message(
        gettext_lazy("Akismet has had a fault of its own since %(since)s"),
        gettext_lazy("There is nothing to mend here."),
        gettext_lazy("Akismet had a fault of its own"),
    ),
    Kind.EMPTY: Message(
        gettext_lazy("Akismet's answers have been empty since %(since)s"),
        _SEE_THE_LINE,
        gettext_lazy("Akismet's answer was empty"),
    ),
    Kind.ODD: Message(
        gettext_lazy("Akismet's answers have not been understood since %(since)s"),
        gettext_lazy("If it lasts, an administrator must see what answers as rest.akismet.com."),
        gettext_lazy("Akismet's answer was not understood"),
    ),
    Kind.PORTAL: Message(
        gettext_lazy("Another web page has answered in Akismet's place since %(since)s"),
        gettext_lazy(
            "An administrator must let this server reach rest.akismet.com without the login page "
            "of a network or a proxy in between."
        ),
        gettext_lazy("another web page answered in Akismet's place"),
    ),
    Kind.BLOCKED: Message(
        gettext_lazy("Requests to Akismet have been turned away since %(since)s"),
        gettext_lazy(
            "An administrator must look for a proxy or a firewall between this server and "
            "rest.akismet.com; the key need not be changed."
        ),
        gettext_lazy("the request to Akismet was turned away"),
    ),
    Kind.REFUSED: Message(
        gettext_lazy("Akismet refused the key since %(since)s"),
        gettext_lazy("An administrator must set AKISMET_API_KEY and restart."),
        gettext_lazy("Akismet refused the key"),
        resumes_by_itself=False,
    ),
    Kind.STOPPED: Message(
        gettext_lazy("Akismet has stopped this site's account since %(since)s"),
        gettext_lazy("An administrator must settle it at akismet.com/account."),
        gettext_lazy("Akismet stopped this site's account"),
        resumes_by_itself=False,
    ),
    Kind.LATE: Message(
        gettext_lazy(
            "The background program has not run since %(since)s: nothing is checked, no mail is "
            "sent"
        ),
        gettext_lazy("An administrator must start it: .venv/bin/python manage.py worker"),
        gettext_lazy("the spam check is running late"),
    ),
    Kind.NO_KEY: Message(
        gettext_lazy(
            "There is no Akismet key: nothing is checked and every comment waits for a person"
        ),
        gettext_lazy("An administrator must set AKISMET_API_KEY and restart."),
        gettext_lazy("no Akismet key"),
    ),
    Kind.NO_ADDRESS: Message(
        gettext_lazy("Readers' IP addresses do not reach this site, so comments are not checked"),
        gettext_lazy("An administrator must set TRUSTED_PROXIES=1 and restart."),
        gettext_lazy("the reader's IP address is unknown"),
    ),
    Kind.LIMIT: Message(
        "",
        "",
        gettext_lazy("this site's limit of %(limit)s checks an hour is reached"),
    ),
}
