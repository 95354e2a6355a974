"""Asks Akismet about the key and this month's calls, and stores the answers and Akismet's notices
as Heartbeat rows."""

from datetime import datetime, timedelta

from django.utils import timezone

from blog.transactions import writing
from comments.check import akismet
from comments.check.failures import CheckFailed, Refused, Unavailable
from comments.check.probing import fails_alone, record_answer, record_failure
from comments.models import Heartbeat

State = Heartbeat.State
QUOTA_EVERY, QUOTA_AGAIN = timedelta(days=1), timedelta(hours=1)
NEAR, FULL = 80, 100  # per cent of a month's calls


def record_notice(answer: akismet.Answer | akismet.Key | CheckFailed) -> None:
    if isinstance(answer, CheckFailed) and not answer.is_of_account:
        return
    has_notice = bool(answer.alert_code or answer.alert_msg)
    facts = {"code": answer.alert_code, "msg": answer.alert_msg} if has_notice else {}
    row = Heartbeat.objects.filter(name=Heartbeat.ALERT).first()
    if (row.facts if row and not row.is_ok else {}) == facts:
        return
    row = Heartbeat.locked(Heartbeat.ALERT)
    row.set_state(State.STANDS if has_notice else State.OK)
    row.facts = facts
    row.save()


def ask_about_key() -> tuple[akismet.Key | Unavailable, datetime]:
    began = timezone.now()
    try:
        return akismet.verify(), began
    except Unavailable as failure:
        return failure, began


def record_key(answer: akismet.Key | Unavailable, began: datetime) -> tuple[str, str, bool]:
    """Called within writing(). Returns the state that the answer means, the code of the failure,
    and whether an outage has ended."""
    failure = answer.refusal if isinstance(answer, akismet.Key) else answer
    heartbeat, now = Heartbeat.locked(Heartbeat.AKISMET), timezone.now()
    record_notice(answer)
    if failure is None:
        return State.OK, "", record_answer(heartbeat, now, began)
    if not fails_alone(heartbeat, failure, began):
        record_failure(heartbeat, failure, now, began)
    is_refused = isinstance(failure, Refused)
    return State.REFUSED if is_refused else State.UNREACHABLE, failure.code, False


def record_asked(state: str, detail: str) -> None:
    asked = Heartbeat.locked(Heartbeat.ASKED)
    # `since` stays: it is when the button was pressed.
    asked.state, asked.detail, asked.at = state, detail[:200], timezone.now()
    asked.save()


def is_key_good() -> bool:
    try:
        return akismet.verify().is_valid
    except Unavailable:
        return False


def ask_usage(now: datetime) -> None:
    try:
        answer = akismet.usage()
        used, limit = int(answer["usage"]), _limit(answer["limit"])
    except (CheckFailed, KeyError, TypeError, ValueError):
        with writing():
            quota = Heartbeat.locked(Heartbeat.QUOTA)
            quota.next_at = now + QUOTA_AGAIN
            quota.save()
        return
    percent = 100 * used / limit if limit else 0
    with writing():
        quota = Heartbeat.locked(Heartbeat.QUOTA)
        full = State.FULL if percent >= FULL else State.NEAR
        quota.set_state(full if percent >= NEAR else State.OK)
        quota.next_at = now + QUOTA_EVERY
        throttled = answer.get("throttled") is True
        quota.facts = {"used": used, "limit": limit, "percent": percent, "throttled": throttled}
        quota.save()


def _limit(value: str | int) -> int | None:
    return None if value == "none" else int(value)


def schedule_usage_question(moment: datetime | None) -> None:
    quota = Heartbeat.locked(Heartbeat.QUOTA)
    quota.next_at = moment
    quota.save()


def try_check() -> None:
    results = {}
    for kind in (akismet.Verdict.SPAM, akismet.Verdict.HAM):
        try:
            results[kind.value] = akismet.try_out(kind).value
        except CheckFailed as failure:
            results[kind.value] = failure.code
    with writing():
        heartbeat = Heartbeat.locked(Heartbeat.AKISMET)
        heartbeat.count_call(timezone.now(), calls=2)
        heartbeat.save()
        tested = Heartbeat.locked(Heartbeat.TESTED)
        tested.state, tested.at, tested.facts = State.OK, timezone.now(), results
        tested.save()
