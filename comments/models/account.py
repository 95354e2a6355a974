"""What Akismet's answers say of the account, kept in rows: it is asked on, or only probed."""

from datetime import datetime, timedelta

from django.utils import timezone

from blog.writing import writing
from comments import spam
from comments.models.heartbeat import Heartbeat

State = Heartbeat.State
# One probe a minute; a little less, so that the sweep of each minute is never too early for it.
PROBE_PAUSE = timedelta(seconds=55)
QUOTA_EVERY, QUOTA_AGAIN = timedelta(days=1), timedelta(hours=1)
NEAR, FULL = 80, 100  # per cent of a month's calls


def passed(akismet: Heartbeat, now: datetime, began: datetime, *, is_check=False) -> bool:
    """Akismet answered as it should in a call that began then; whether it had not before."""
    akismet.facts |= {"passed_at": now.isoformat()}
    if is_check:
        akismet.facts |= {"checked_at": now.isoformat()}
    is_back = False
    # What was under way when another call failed says nothing of the time since.
    if akismet.is_ok or began > akismet.at:
        is_back = akismet.turn(State.OK)
        akismet.next_at = None
    akismet.save()
    return is_back


def failed(akismet: Heartbeat, failure: spam.CheckFailed, now: datetime, *, key_is_good=False):
    """From now on it is only probed. What was under way when Akismet said until when to wait
    shortens that by nothing."""
    until = now + max(PROBE_PAUSE, timedelta(seconds=failure.retry_after or 0))
    if not akismet.is_ok and akismet.next_at:
        until = max(until, akismet.next_at)
    refused = isinstance(failure, spam.Refused) and not key_is_good
    akismet.turn(State.REFUSED if refused else State.UNREACHABLE, failure.in_full)
    akismet.next_at = until
    akismet.save()


def fails_alone(akismet: Heartbeat, failure: spam.CheckFailed, since, passing="passed_at") -> bool:
    """Something else has passed since then: this is no outage."""
    passed_at = akismet.moment(passing)
    passes = bool(since and passed_at and passed_at > since)
    return akismet.is_ok and passes and not failure.retry_after


def heed(told) -> None:
    """Keeps the notice that came with an answer; an answer without one takes it away."""
    if isinstance(told, spam.Silent):
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


def ask_about_key(now: datetime) -> tuple[str, str, bool]:
    """The state that Akismet's answer means, its reason, and whether it is back."""
    began = timezone.now()
    try:
        key = spam.verify()
    except spam.Unavailable as failure:
        with writing():
            failed(Heartbeat.held(Heartbeat.AKISMET), failure, now)
        return State.UNREACHABLE, str(failure), False
    with writing():
        akismet = Heartbeat.held(Heartbeat.AKISMET)
        heed(key)
        if key.is_valid:
            return State.OK, "", passed(akismet, now, began)
        failed(akismet, spam.Refused(key.reason), now)
    return State.REFUSED, key.reason, False


def is_key_good() -> bool:
    """Asked when a call was refused: something else than the key may be the reason."""
    try:
        return spam.verify().is_valid
    except spam.Unavailable:
        return False


def ask_usage(now: datetime) -> None:
    try:
        told = spam.usage()
        used, limit = int(told["usage"]), _limit(told["limit"])
    except (spam.CheckFailed, KeyError, TypeError, ValueError):
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
        except spam.CheckFailed as failure:
            said[kind.value] = str(failure)
    with writing():
        akismet = Heartbeat.held(Heartbeat.AKISMET)
        akismet.count_call(timezone.now(), calls=2)
        akismet.save()
        tested = Heartbeat.held(Heartbeat.TESTED)
        tested.state, tested.at, tested.facts = State.OK, timezone.now(), said
        tested.save()
