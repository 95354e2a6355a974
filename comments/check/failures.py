"""The reason when Akismet gives no verdict."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypedDict

from django.conf import settings

from comments.check.http import Call, Response
from comments.rules.outage import LONGEST_WAIT, OF_THE_KEY, Kind, code_of, why

# Suspended, unpaid, or this site removed from the key: further calls only make it worse.
STOP_CODES = frozenset({"10006", "10009", "10010", "10402", "10403", "10404"})


class CheckFailed(Exception):
    """Its code and its text are for staff and never hold the key."""

    def __init__(
        self,
        kind: Kind,
        said: str = "",
        *,
        retry_after: int | None = None,
        debug_help: str = "",
        alert_code: str = "",
        alert_msg: str = "",
    ):
        self.kind, self.said, self.code = kind, said, code_of(kind, said)
        super().__init__(why(self.code))
        self.retry_after = retry_after
        self.debug_help, self.alert_code, self.alert_msg = debug_help, alert_code, alert_msg

    @property
    def is_of_account(self) -> bool:
        """Whether Akismet itself said it, not something that answers in its place."""
        return bool(self.alert_code or self.alert_msg) or self.kind in OF_THE_KEY


class Unavailable(CheckFailed):
    """Ask again later, and after `retry_after` seconds if it is set."""


class Refused(CheckFailed):
    """The key, the site or the account is refused: stop calling until verify() is true."""


def failure_of(call: Call) -> CheckFailed:
    answer = call.answer
    if answer is None:
        return Unavailable(Kind.PORTAL if call.met_other_certificate else Kind.SILENT)
    if told(answer.headers, "alert-code") in STOP_CODES:
        return refusal(answer.headers, Kind.STOPPED)
    if answer.is_success and answer.text == "invalid":
        return refusal(answer.headers)
    kind, said = _met(answer)
    names_wait = not answer.is_success and kind in (Kind.BUSY, Kind.FAULT)
    wait = seconds(answer.headers.get("retry-after", "")) if names_wait else None
    return Unavailable(kind, said, retry_after=wait, **_notice(answer.headers))


def refusal(headers: Mapping, kind: Kind = Kind.REFUSED) -> Refused:
    notice = _notice(headers)
    account = filter(None, (notice["alert_code"], notice["alert_msg"]))
    said = notice["debug_help"] if kind is Kind.REFUSED else ": ".join(account)
    return Refused(kind, said, **notice)


def _met(answer: Response) -> tuple[Kind, str]:
    text = _on_one_line(_without_key(answer.text))
    said = text[:40] + "…" * (len(text) > 40)
    is_page = text.startswith("<")
    match answer.status_code:
        case 429:
            return Kind.BUSY, "" if is_page else said
        case 511:
            return Kind.PORTAL, _phrase(answer)
        case 408 | 425:
            return Kind.FAULT, _phrase(answer)
        case code if 300 <= code < 400:
            return Kind.PORTAL, _phrase(answer)
        case code if 400 <= code < 500:
            return Kind.BLOCKED, _phrase(answer)
        case code if not 200 <= code < 300:
            return Kind.FAULT, _phrase(answer)
    if error := told(answer.headers, "error"):
        return Kind.FAULT, error
    if is_page:
        return Kind.PORTAL, ""
    return (Kind.ODD, said) if text else (Kind.EMPTY, "")


def _on_one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _phrase(answer: Response) -> str:
    # People need not know the number of a status.
    known = answer.status_code in set(HTTPStatus)
    return HTTPStatus(answer.status_code).phrase if known else ""


class _Notice(TypedDict):
    debug_help: str
    alert_code: str
    alert_msg: str


def _notice(headers: Mapping) -> _Notice:
    return _Notice(
        debug_help=told(headers, "debug-help"),
        alert_code=told(headers, "alert-code"),
        alert_msg=told(headers, "alert-msg"),
    )


def told(headers: Mapping, name: str) -> str:
    return _without_key(headers.get(f"x-akismet-{name}", ""))[:200]


def _without_key(text: str) -> str:
    return text.replace(settings.AKISMET_API_KEY, "***")


def seconds(text: str) -> int | None:
    """The seconds from now that a header names, as a number or as an HTTP date: LONGEST_WAIT at
    most, and None if it is neither."""
    most = round(LONGEST_WAIT.total_seconds())
    if text.isdecimal():
        return min(int(text[:9]), most)
    try:
        date = parsedate_to_datetime(text)
        wait = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    except (ValueError, OverflowError):
        return None
    return min(max(round(wait.total_seconds()), 0), most)
