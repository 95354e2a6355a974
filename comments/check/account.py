"""Akismet's word on the account: the key, this month's calls, notices. Kept as Heartbeat rows."""

from datetime import datetime, timedelta

from django.utils import timezone

from blog.transactions import writing
from comments.check import akismet as spam
from comments.check.failures import CheckFailed, Refused, Unavailable
from comments.check.probing import fails_alone, record_answer, record_failure
from comments.models import Heartbeat

State = Heartbeat.State
QUOTA_EVERY, QUOTA_AGAIN = timedelta(days=1), timedelta(hours=1)
NEAR, FULL = 80, 100  # per cent of a month's calls


def record_notice(answer: spam.Answer | spam.Key | CheckFailed) -> None:
    """Keeps the notice that came with an answer, until an answer comes without one."""
    if isinstance(answer, CheckFailed) and not answer.is_of_account:
        return
    has_notice = bool(answer.alert_code or answer.alert_msg)
    facts = {"code": answer.alert_code, "msg": answer.alert_msg} if has_notice else {}
    row = Heartbeat.objects.filter(name=Heartbeat.ALERT).first()
    if (row.facts if row and not row.is_ok else {}) == facts:
        return
    row = Heartbeat.held(Heartbeat.ALERT)
    row.turn(State.STANDS if has_notice else State.OK)
    row.facts = facts
    row.save()


def ask_about_key() -> tuple[spam.Key | Unavailable, datetime]:
    began = timezone.now()
    try:
        return spam.verify(), began
    except Unavailable as failure:
        return failure, began


def record_key(answer: spam.Key | Unavailable, began: datetime) -> tuple[str, str, bool]:
    """Within writing(). Returns the state that the answer means, the code of the failure, and
    whether Akismet answers again."""
    failure = answer.refusal if isinstance(answer, spam.Key) else answer
    akismet, now = Heartbeat.held(Heartbeat.AKISMET), timezone.now()
    record_notice(answer)
    if failure is None:
        return State.OK, "", record_answer(akismet, now, began)
    if not fails_alone(akismet, failure, began):
        record_failure(akismet, failure, now, began)
    is_refused = isinstance(failure, Refused)
    return State.REFUSED if is_refused else State.UNREACHABLE, failure.code, False


def record_asked(state: str, detail: str) -> None:
    asked = Heartbeat.held(Heartbeat.ASKED)
    # `since` stays: it is when the button was pressed.
    asked.state, asked.detail, asked.at = state, detail[:200], timezone.now()
    asked.save()


def is_key_good() -> bool:
    try:
        return spam.verify().is_valid
    except Unavailable:
        return False


def ask_usage(now: datetime) -> None:
    try:
        told = spam.usage()
        used, limit = int(told["usage"]), _limit(told["limit"])
    except (CheckFailed, KeyError, TypeError, ValueError):
        with writing():
            quota = Heartbeat.held(Heartbeat.QUOTA)
            quota.next_at = now + QUOTA_AGAIN
            quota.save()
        return
    percent = 100 * used / limit if limit else 0
    with writing():
        quota = Heartbeat.held(Heartbeat.QUOTA)
        full = State.FULL if percent >= FULL else State.NEAR
        quota.turn(full if percent >= NEAR else State.OK)
        quota.next_at = now + QUOTA_EVERY
        throttled = told.get("throttled") is True
        quota.facts = {"used": used, "limit": limit, "percent": percent, "throttled": throttled}
        quota.save()


def _limit(told: str | int) -> int | None:
    return None if told == "none" else int(told)


def ask_usage_at(moment: datetime | None) -> None:
    quota = Heartbeat.held(Heartbeat.QUOTA)
    quota.next_at = moment
    quota.save()


def try_check() -> None:
    said = {}
    for kind in (spam.Verdict.SPAM, spam.Verdict.HAM):
        try:
            said[kind.value] = spam.try_out(kind).value
        except CheckFailed as failure:
            said[kind.value] = failure.code
    with writing():
        akismet = Heartbeat.held(Heartbeat.AKISMET)
        akismet.count_call(timezone.now(), calls=2)
        akismet.save()
        tested = Heartbeat.held(Heartbeat.TESTED)
        tested.state, tested.at, tested.facts = State.OK, timezone.now(), said
        tested.save()
