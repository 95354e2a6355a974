"""Everything that is said to Akismet, and all that is understood of its answers.

The akismet package makes each request. It refuses many of the fields and drops most of the answer's
headers, so it is given a courier for its HTTP client, which adds the fields and keeps the answer.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Literal

import akismet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext as _

from comments.courier import Courier

LONGEST_WAIT = 31 * 24 * 3600  # seconds
TRAP = "homepage2"
# Of the server's variables; the address without its query.
ALLOWED_HEADERS = frozenset(
    {"HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "REQUEST_URI"}
)
ALLOWED_FIELDS = ALLOWED_HEADERS.union(
    ("user_ip", "user_agent", "referrer", "permalink", "comment_type", "comment_author"),
    ("comment_author_email", "comment_author_url", "comment_content", "comment_date_gmt"),
    ("comment_post_modified_gmt", "comment_parent", "comment_context", "blog_lang", "blog_charset"),
    ("user_role", "honeypot_field_name", TRAP, "is_test", "recheck_reason", "callback"),
)
# Suspended, unpaid, or this site taken off the key: to go on asking only makes it worse.
STOP_CODES = frozenset({"10006", "10009", "10010", "10402", "10403", "10404"})


class Verdict(StrEnum):
    HAM = "ham"
    SPAM = "spam"


@dataclass(frozen=True)
class Answer:
    verdict: Verdict
    discard: bool = False
    guid: str = ""
    recheck_after: int | None = None
    alert_code: str = ""
    alert_msg: str = ""


class CheckFailed(Exception):
    """No verdict. The text is a short reason for staff and never holds the key."""

    def __init__(self, reason, *, retry_after=None, debug_help="", alert_code="", alert_msg=""):
        super().__init__(reason)
        self.retry_after: int | None = retry_after
        self.debug_help, self.alert_code, self.alert_msg = debug_help, alert_code, alert_msg

    @property
    def in_full(self) -> str:
        return f"{self}: {self.debug_help}" if self.debug_help else str(self)


class Unavailable(CheckFailed):
    """Ask again later, not before `retry_after` seconds if it is set."""


class Silent(Unavailable):
    """No answer at all: it says nothing of the account either."""


class Throttled(Unavailable):
    """Too many calls."""


class Refused(CheckFailed):
    """The key, the site or the account is refused: stop calling until verify() is true."""


@dataclass(frozen=True)
class Key:
    """What Akismet says of our key and this site's address."""

    is_valid: bool
    reason: str = ""
    alert_code: str = ""
    alert_msg: str = ""


def is_configured() -> bool:
    return bool(settings.AKISMET_API_KEY)


def is_stand_in() -> bool:
    return bool(settings.AKISMET_SERVER)


def submission(
    *,
    ip: str,
    user_agent: str,
    referrer: str,
    permalink: str,
    kind: Literal["comment", "reply"],
    name: str,
    email: str,
    url: str,
    body: str,
    submitted_at: datetime,
    post_modified_at: datetime | None,
    parent_id: int | None,
    language: str,
    roles: list[str],
    trap_value: str,
    topics: list[str],
    headers: dict[str, str],
) -> dict:
    """What check() sends. Keep it with the comment: a later report must repeat it exactly."""
    fields = {
        "user_ip": ip,
        "user_agent": user_agent,
        "referrer": referrer,
        "permalink": permalink,
        "comment_type": kind,
        "comment_author": name,
        "comment_author_email": email,
        "comment_author_url": url,
        "comment_content": body,
        "comment_date_gmt": _utc(submitted_at),
        "comment_post_modified_gmt": post_modified_at and _utc(post_modified_at),
        "comment_parent": parent_id and str(parent_id),
        "comment_context": topics,
        "blog_lang": language.replace("-", "_"),
        "blog_charset": "UTF-8",
        "user_role": ",".join(roles),
    } | {header: headers[header] for header in ALLOWED_HEADERS & headers.keys()}
    # The trap goes out even when it is empty: that nobody fell into it is told too.
    trap = {"honeypot_field_name": TRAP, TRAP: trap_value}
    return {field: value for field, value in fields.items() if value} | trap


def check(submission: dict, *, recheck: str = "") -> Answer:
    """Ask for a verdict, or raise CheckFailed; `recheck` says why it is asked once more."""
    fields = submission | ({"recheck_reason": recheck} if recheck else {})
    result, headers = _call("comment_check", _sendable(fields))
    ham = result is akismet.CheckResponse.HAM
    tip = _told(headers, "pro-tip")  # the client would compare it letter by letter
    return Answer(
        verdict=Verdict.HAM if ham else Verdict.SPAM,
        discard=not ham and tip.lower() == "discard",
        guid=_told(headers, "guid"),
        recheck_after=_seconds(_told(headers, "recheck-after")) if ham else None,
        alert_code=_told(headers, "alert-code"),
        alert_msg=_told(headers, "alert-msg"),
    )


def report(kind: Literal["ham", "spam"], submission: dict, *, reporter: str, said: str) -> None:
    """Tell what a person decided; `said` is what the check had answered: "true", "false" or ""."""
    fields = {k: v for k, v in submission.items() if k not in ("callback", "recheck_reason")}
    told = {"reporter": reporter, "comment_check_response": said}
    _call(f"submit_{kind}", _sendable(fields) | told)


def verify() -> Key:
    """Does Akismet take calls for this key and site? Raises Unavailable if it cannot be asked."""
    try:
        is_valid, headers = _call("verify_key")
    except Refused as refused:
        return Key(False, refused.in_full, refused.alert_code, refused.alert_msg)
    notice = {"debug_help": _told(headers, "debug-help")}
    reason = "" if is_valid else Refused(_not_taken(), **notice).in_full
    return Key(is_valid, reason, _told(headers, "alert-code"), _told(headers, "alert-msg"))


def try_out(kind: Verdict) -> Verdict:
    """What Akismet says of the trigger that it promises to call spam, or of an ordinary text;
    with `is_test`, so that it learns nothing of it."""
    author = {Verdict.SPAM: "akismet-guaranteed-spam", Verdict.HAM: "Ana Reader"}[kind]
    fields = {
        "user_ip": "192.0.2.1",
        "user_agent": f"Broadside/{settings.VERSION}",
        "permalink": settings.SITE_URL,
        "comment_type": "comment",
        "comment_author": author,
        "comment_content": "The tram that never came was seen from the bridge.",
        "is_test": "1",
    }
    return check(fields).verdict


def usage() -> dict:
    """This month's calls: `limit` (a number or "none"), `usage`, `percentage`, `throttled`."""
    return _call("usage_limit", expected=dict)[0]


def _not_taken() -> str:
    return _("refused the key or the site's address")


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sendable(fields: dict) -> dict:
    """Raises ValueError before anything leaves the house that must not, or is of no use."""
    if unknown := sorted(fields.keys() - ALLOWED_FIELDS):
        raise ValueError(f"not a field for Akismet: {', '.join(unknown)}")
    if not fields.get("user_ip") or not fields.get("comment_content"):
        raise ValueError("Akismet is asked about a text and the address it came from")
    return fields


def _config() -> akismet.Config:
    # Never a local variable beside a raise: a report of the error would print the key.
    return akismet.Config(settings.AKISMET_API_KEY, settings.SITE_URL)


def _call(method: str, fields: dict | None = None, expected: type = int) -> tuple:
    """The akismet client's own errors are dropped: some hold the key, and the answer says more."""
    if not is_configured():
        raise ImproperlyConfigured("AKISMET_API_KEY is not set")
    courier = Courier(akismet.USER_AGENT.partition(" | ")[0], fields or {})
    ask = getattr(akismet.SyncClient(_config(), http_client=courier), method)
    with suppress(akismet.AkismetError, ValueError, RecursionError):
        result = ask(user_ip=fields["user_ip"]) if fields else ask()
        headers = courier.answer.headers
        stopped = _told(headers, "alert-code") in STOP_CODES
        if isinstance(result, expected) and not stopped and not _told(headers, "error"):
            return result, headers
    raise _failure(courier.answer)


def _failure(answer) -> CheckFailed:
    if answer is None:
        return Silent(_("did not answer"))
    names = ("debug_help", "alert_code", "alert_msg")
    notice = {name: _told(answer.headers, name.replace("_", "-")) for name in names}
    if answer.is_client_error and answer.status_code not in (408, 425, 429):
        return Refused(_("answered HTTP %d") % answer.status_code, **notice)
    if not answer.is_success:
        notice["retry_after"] = _seconds(answer.headers.get("retry-after", ""))
        kind = Throttled if answer.status_code == 429 else Unavailable
        return kind(_("answered HTTP %d") % answer.status_code, **notice)
    if answer.text == "invalid":
        return Refused(_not_taken(), **notice)
    if notice["alert_code"] in STOP_CODES:
        return Refused(_("stopped the account (%s)") % notice["alert_code"], **notice)
    if error := _told(answer.headers, "error"):
        return Unavailable(_("reported an error: %s") % error, **notice)
    text = _without_key(answer.text)
    return Unavailable(_("answered %r") % (text[:40] + "…" * (len(text) > 40)), **notice)


def _told(headers: Mapping, name: str) -> str:
    return _without_key(headers.get(f"x-akismet-{name}", "")).strip()[:200]


def _without_key(text: str) -> str:
    return text.replace(settings.AKISMET_API_KEY, "***")


def _seconds(text: str) -> int | None:
    """A header's seconds or HTTP date, as seconds from now; None if it is neither."""
    text = text.strip()
    if text.isdecimal():
        return min(int(text[:9]), LONGEST_WAIT)
    try:
        date = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    wait = date.replace(tzinfo=date.tzinfo or UTC) - datetime.now(UTC)
    return min(max(round(wait.total_seconds()), 0), LONGEST_WAIT)
