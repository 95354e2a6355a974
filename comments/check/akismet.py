"""The only file that talks to Akismet: what is sent, and what its answers mean.

The akismet package makes each request. It refuses many of the fields and drops most of the answer's
headers, so its HTTP client is replaced by a Call, which adds the fields and keeps the answer.
"""

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Literal

import akismet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from comments.check.failures import (
    STOP_CODES,
    Refused,
    akismet_header,
    failure_of,
    refusal,
    seconds_in_header,
)
from comments.check.http import Call

TRAP = "homepage2"
# Request headers that may be sent, as WSGI names them. REQUEST_URI is sent without its query.
ALLOWED_HEADERS = frozenset(
    {"HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "REQUEST_URI"}
)
ALLOWED_FIELDS = ALLOWED_HEADERS.union(
    ("user_ip", "user_agent", "referrer", "permalink", "comment_type", "comment_author"),
    ("comment_author_email", "comment_author_url", "comment_content", "comment_date_gmt"),
    ("comment_post_modified_gmt", "comment_parent", "comment_context", "blog_lang", "blog_charset"),
    ("user_role", "honeypot_field_name", TRAP, "is_test", "recheck_reason", "callback"),
)


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


@dataclass(frozen=True)
class Key:
    """Akismet's answer about our key and this site's address."""

    refusal: Refused | None = None
    alert_code: str = ""
    alert_msg: str = ""

    @property
    def is_valid(self) -> bool:
        return self.refusal is None


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
    """Returns the fields for check(). Store them: report() must send exactly the same."""
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
    # An empty honeypot is sent too: it tells Akismet that nobody filled it in.
    trap = {"honeypot_field_name": TRAP, TRAP: trap_value}
    return {field: value for field, value in fields.items() if value} | trap


def check(submission: dict, *, recheck: str = "") -> Answer:
    """Raises CheckFailed if there is no verdict. `recheck` is the reason for another check."""
    fields = submission | ({"recheck_reason": recheck} if recheck else {})
    result, headers = _call("comment_check", _sendable(fields))
    ham = result is akismet.CheckResponse.HAM
    tip = akismet_header(headers, "pro-tip")  # the client's own comparison is case-sensitive
    return Answer(
        verdict=Verdict.HAM if ham else Verdict.SPAM,
        discard=not ham and tip.lower() == "discard",
        guid=akismet_header(headers, "guid"),
        recheck_after=seconds_in_header(akismet_header(headers, "recheck-after")) if ham else None,
        alert_code=akismet_header(headers, "alert-code"),
        alert_msg=akismet_header(headers, "alert-msg"),
    )


def report(kind: Verdict, submission: dict, *, reporter: str, check_response: str) -> None:
    """Tells Akismet what a person decided. `check_response` is "true", "false" or ""."""
    fields = {k: v for k, v in submission.items() if k not in ("callback", "recheck_reason")}
    decided = {"reporter": reporter, "comment_check_response": check_response}
    _call(f"submit_{kind}", _sendable(fields) | decided)


def verify() -> Key:
    """Raises Unavailable if Akismet cannot be asked."""
    try:
        is_valid, headers = _call("verify_key")
    except Refused as refused:
        return Key(refused, refused.alert_code, refused.alert_msg)
    return Key(
        None if is_valid else refusal(headers),
        akismet_header(headers, "alert-code"),
        akismet_header(headers, "alert-msg"),
    )


def try_out(kind: Verdict) -> Verdict:
    # Akismet promises to call this author spam, and learns nothing from what is marked is_test.
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
    """Returns this month's calls: `limit` (a number or "none"), `usage`, `percentage` and
    `throttled`. Raises CheckFailed."""
    month: dict = _call("usage_limit", expected=dict)[0]
    return month


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _sendable(fields: dict) -> dict:
    if unknown := sorted(fields.keys() - ALLOWED_FIELDS):
        raise ValueError(f"not a field for Akismet: {', '.join(unknown)}")
    if not fields.get("user_ip") or not fields.get("comment_content"):
        raise ValueError("Akismet needs user_ip and comment_content")
    return fields


def _config() -> akismet.Config:
    # Not a local variable of _call(): a traceback with variables would print the key.
    return akismet.Config(settings.AKISMET_API_KEY, settings.SITE_URL)


def _call(method: str, fields: dict | None = None, expected: type = int) -> tuple:
    # The client's own errors are dropped: some contain the key.
    if not is_configured():
        raise ImproperlyConfigured("AKISMET_API_KEY is not set")
    call = Call(akismet.USER_AGENT.partition(" | ")[0], fields or {})
    client = akismet.SyncClient(_config(), http_client=call)  # type: ignore[arg-type]
    ask = getattr(client, method)
    with suppress(akismet.AkismetError, ValueError, RecursionError):
        result = ask(user_ip=fields["user_ip"]) if fields else ask()
        headers = call.answer.headers if call.answer else {}
        stopped = akismet_header(headers, "alert-code") in STOP_CODES
        if isinstance(result, expected) and not stopped and not akismet_header(headers, "error"):
            return result, headers
    raise failure_of(call)
