"""What Akismet's answers say of the account, kept in rows: it is asked on, or only probed."""

from datetime import datetime, timedelta

from django.utils import timezone

from blog.writing import writing
from comments import spam
from comments.failures import CheckFailed, Refused, Unavailable
from comments.models.heartbeat import Heartbeat
from comments.outage import Event, Kind

State = Heartbeat.State
QUOTA_EVERY, QUOTA_AGAIN = timedelta(days=1), timedelta(hours=1)
NEAR, FULL = 80, 100  # per cent of a month's calls


def passed(akismet: Heartbeat, now: datetime, began: datetime, *, is_check=False) -> bool:
    """Akismet answered as it should in a call that began then; whether it had not before."""
    akismet.facts |= {"passed_at": now.isoformat()}
    if is_check:
        akismet.facts |= {"checked_at": now.isoformat()}
    is_back = akismet.hear(Event(now, began))
    akismet.save()
    return is_back


def failed(
    akismet: Heartbeat, failure: CheckFailed, now: datetime, began: datetime, *, key_is_good=False
):
    """From now on it is only probed."""
    kind = Kind.ODD if key_is_good and isinstance(failure, Refused) else failure.kind
    wait = timedelta(seconds=failure.retry_after or 0)
    akismet.hear(Event(now, began, kind, failure.said, wait))
    akismet.save()


def fails_alone(akismet: Heartbeat, failure: CheckFailed, since, passing="passed_at") -> bool:
    """Something else has passed since then: this is no outage."""
    passed_at = akismet.moment(passing)
    passes = bool(passed_at and passed_at > since)
    return akismet.is_ok and passes and not failure.retry_after


def heed(told) -> None:
    """Keeps the notice that came with an answer; an answer without one takes it away."""
    if isinstance(told, CheckFailed) and not told.is_of_account:
        return
    notice = Heartbeat.objects.filter(name=Heartbeat.ALERT).first()
    said = {"code": told.alert_code, "msg": told.alert_msg}
    stands = bool(told.alert_code or told.alert_msg)
    if (notice.facts if notice and not notice.is_ok else None) == (said if stands else None):
        return
    notice = Heartbeat.held(Heartbeat.ALERT)
    notice.turn(State.STANDS if stands else State.OK)
    notice.facts = said if stands else {}
    notice.save()


def ask_about_key() -> tuple[spam.Key | Unavailable, datetime]:
    """Returns the answer, and when it was asked for."""
    began = timezone.now()
    try:
        return spam.verify(), began
    except Unavailable as failure:
        return failure, began


def record_key(answer: spam.Key | Unavailable, began: datetime) -> tuple[str, str, bool]:
    """Within writing(). Returns the state that the answer means, the code of the failure, and
    whether Akismet answers again."""
    is_answered = isinstance(answer, spam.Key)
    failure = answer.refusal if is_answered else answer
    akismet, now = Heartbeat.held(Heartbeat.AKISMET), timezone.now()
    heed(answer)
    if failure is None:
        return State.OK, "", passed(akismet, now, began)
    if not fails_alone(akismet, failure, began):
        failed(akismet, failure, now, began)
    return State.REFUSED if is_answered else State.UNREACHABLE, failure.code, False


def record_asked(state: str, detail: str) -> None:
    """Within writing(). `since` stays: it is when the button was pressed."""
    asked = Heartbeat.held(Heartbeat.ASKED)
    asked.state, asked.detail, asked.at = state, detail[:200], timezone.now()
    asked.save()


def is_key_good() -> bool:
    """Asked when a call was refused: something else than the key may be the reason."""
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


def _limit(told) -> int | None:
    return None if told == "none" else int(told)


def ask_usage_at(moment: datetime | None) -> None:
    quota = Heartbeat.held(Heartbeat.QUOTA)
    quota.next_at = moment
    quota.save()


def try_out() -> None:
    """Sends Akismet's own trigger and an ordinary text as tests, and keeps what came back."""
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
