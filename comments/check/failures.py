"""Turns an answer without a verdict into an exception with its reason."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TypedDict

from django.conf import settings

from comments.check.http import Call, Response
from comments.rules.outage import KEY_FAILURES, LONGEST_WAIT, Kind, code_of, reason_sentence

# The account is suspended or unpaid, or the key does not cover this site. Further
# calls make it worse.
STOP_CODES = frozenset({"10006", "10009", "10010", "10402", "10403", "10404"})


class CheckFailed(Exception):
    """Staff read its code and its text; neither contains the key."""

    def __init__(
        self,
        kind: Kind,
        message: str = "",
        *,
        retry_after: int | None = None,
        debug_help: str = "",
        alert_code: str = "",
        alert_msg: str = "",
    ):
        self.kind, self.message, self.code = kind, message, code_of(kind, message)
        super().__init__(reason_sentence(self.code))
        self.retry_after = retry_after
        self.debug_help, self.alert_code, self.alert_msg = debug_help, alert_code, alert_msg

    @property
    def is_of_account(self) -> bool:
        # Otherwise a proxy or another site may have answered in Akismet's place.
        return bool(self.alert_code or self.alert_msg) or self.kind in KEY_FAILURES


class Unavailable(CheckFailed):
    """The caller may ask again: after `retry_after` seconds if it is set."""


class Refused(CheckFailed):
    """Akismet refuses the key, the site or the account: stop calling until verify() succeeds."""


def failure_of(call: Call) -> CheckFailed:
    answer = call.answer
    if answer is None:
        return Unavailable(Kind.PORTAL if call.met_other_certificate else Kind.SILENT)
    if akismet_header(answer.headers, "alert-code") in STOP_CODES:
        return refusal(answer.headers, Kind.STOPPED)
    if answer.is_success and answer.text == "invalid":
        return refusal(answer.headers)
    kind, message = _kind_and_message(answer)
    names_wait = not answer.is_success and kind in (Kind.BUSY, Kind.FAULT)
    wait = seconds_in_header(answer.headers.get("retry-after", "")) if names_wait else None
    return Unavailable(kind, message, retry_after=wait, **_notice(answer.headers))


def refusal(headers: Mapping, kind: Kind = Kind.REFUSED) -> Refused:
    notice = _notice(headers)
    parts = filter(None, (notice["alert_code"], notice["alert_msg"]))
    message = notice["debug_help"] if kind is Kind.REFUSED else ": ".join(parts)
    return Refused(kind, message, **notice)


def _kind_and_message(answer: Response) -> tuple[Kind, str]:
    text = _on_one_line(_without_key(answer.text))
    message = text[:40] + "…" * (len(text) > 40)
    is_page = text.startswith("<")
    match answer.status_code:
        case 429:
            return Kind.BUSY, "" if is_page else message
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
    if error := akismet_header(answer.headers, "error"):
        return Kind.FAULT, error
    if is_page:
        return Kind.PORTAL, ""
    return (Kind.ODD, message) if text else (Kind.EMPTY, "")


def _on_one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _phrase(answer: Response) -> str:
    # The words of the status: the screen shows no numbers of HTTP.
    is_standard = answer.status_code in set(HTTPStatus)
    return HTTPStatus(answer.status_code).phrase if is_standard else ""


class _Notice(TypedDict):
    debug_help: str
    alert_code: str
    alert_msg: str


def _notice(headers: Mapping) -> _Notice:
    return _Notice(
        debug_help=akismet_header(headers, "debug-help"),
        alert_code=akismet_header(headers, "alert-code"),
        alert_msg=akismet_header(headers, "alert-msg"),
    )


def akismet_header(headers: Mapping, name: str) -> str:
    return _without_key(headers.get(f"x-akismet-{name}", ""))[:200]


def _without_key(text: str) -> str:
    return text.replace(settings.AKISMET_API_KEY, "***")


def seconds_in_header(text: str) -> int | None:
    """Reads a number of seconds or an HTTP date. Returns at most LONGEST_WAIT, and None if the
    header is neither."""
    longest = round(LONGEST_WAIT.total_seconds())
    if text.isdecimal():
        return min(int(text[:9]), longest)
    try:
        date = parsedate_to_datetime(text)
        wait = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    except (ValueError, OverflowError):
        return None
    return min(max(round(wait.total_seconds()), 0), longest)
