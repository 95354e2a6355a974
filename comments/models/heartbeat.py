from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from comments.rules import outage

HOUR = timedelta(hours=1)


class Heartbeat(models.Model):
    """The state of one component: the worker, Akismet, its account, the mail server."""

    WORKER = "worker"
    # Facts: calls, passed_at, checked_at; kind, kind_since (see comments/rules/outage.py).
    AKISMET = "akismet"
    ALERT = "alert"  # Akismet's notice about the account; facts: code, msg
    QUOTA = "quota"  # facts: used, limit, percent, throttled
    MAIL = "mail"  # facts: failed_at
    FIGURES = "figures"  # facts: caught, missed, false_alarms; see comments/queue/spam_figures.py
    FOREIGN = "foreign"  # forms refused by their origin; facts: forms, origin
    # A button that an Administrator pressed at `since`; its result came at `at` and is in `facts`.
    ASKED = "asked"
    TESTED = "tested"

    # The longest wait for a next try.
    LONGEST_WAIT = timedelta(days=1)

    class State(models.TextChoices):
        OK = "ok"
        REFUSED = "refused"
        UNREACHABLE = "unreachable"
        STANDS = "stands"
        NEAR = "near"
        FULL = "full"
        WAITING = "waiting"

    name = models.CharField(max_length=20, primary_key=True)
    at = models.DateTimeField()
    state = models.CharField(max_length=20, choices=State, default=State.OK)
    since = models.DateTimeField()
    detail = models.CharField(max_length=200, blank=True)
    next_at = models.DateTimeField(null=True)  # the next try
    facts = models.JSONField(default=dict)
    # When Administrators last got a mail, and about which state.
    told_at = models.DateTimeField(null=True)
    told_state = models.CharField(max_length=20, blank=True)

    def __str__(self):
        return self.name

    @classmethod
    def locked(cls, name: str) -> "Heartbeat":
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"at": now, "since": now})
        return cls.objects.select_for_update().get(name=name)

    @classmethod
    def beat(cls, name: str, state: str = State.OK, detail: str = "") -> bool:
        """Returns whether the state changed; `since` moves only then. On recovery, keeps
        `failed_at` until the alert is sent."""
        row = cls.locked(name)
        since = row.since
        changed = row.set_state(state, detail)
        if changed and row.is_ok:
            row.facts.setdefault("failed_at", since.isoformat())
        row.save()
        return changed

    @classmethod
    def is_failing(cls, name: str, *, tried_since: datetime | None = None) -> bool:
        rows = cls.objects.filter(name=name).exclude(state=cls.State.OK)
        return (rows.filter(at__gt=tried_since) if tried_since else rows).exists()

    @classmethod
    def all_by_name(cls) -> dict[str, "Heartbeat"]:
        return {row.name: row for row in cls.objects.all()}

    @property
    def is_ok(self) -> bool:
        return self.state == self.State.OK

    def set_state(self, state: str, detail: str = "") -> bool:
        now, changed = timezone.now(), self.state != state
        self.at, self.state, self.detail = now, state, detail[:200]
        self.since = now if changed else self.since
        return changed

    def is_due(self, now: datetime) -> bool:
        return self.next_at is None or self.next_at <= now or outage.is_in_future(self.at, now)

    # The row of Akismet.

    @property
    def as_state(self) -> outage.State:
        if self.is_ok:
            return outage.State(at=self.at, since=self.since)
        kind = outage.Kind(self.facts.get("kind", _KIND_OF[self.state]))
        return outage.State(
            kind if _state_of(kind) == self.state else _KIND_OF[self.state],
            self.detail,
            at=self.at,
            since=self.time_of("kind_since") or self.since,
            away_since=self.since,
            next_at=self.next_at,
        )

    def may_be_probed(self, now: datetime) -> bool:
        return not self.is_ok and self.as_state.waits_until(now) is None

    def record_event(self, event: outage.Event) -> bool:
        new, _message = outage.next_state(self.as_state, event)
        state, before = _state_of(new.kind), self.state
        self.at, self.state, self.detail = new.at, state, new.detail[:200]
        self.since = (new.since if new.is_good else new.away_since) if state == before else event.at
        self.next_at = new.next_at
        self.facts |= {"kind": str(new.kind), "kind_since": new.since.isoformat()}
        return state != before

    # Calls are counted by minute; the first minute of the hour counts in full.

    def calls_in_hour(self, now: datetime) -> int:
        return sum(_calls_of_last_hour(self.facts.get("calls", {}), now).values())

    def count_call(self, now: datetime, calls: int = 1) -> None:
        kept, minute = _calls_of_last_hour(self.facts.get("calls", {}), now), str(_minute(now))
        self.facts["calls"] = kept | {minute: kept.get(minute, 0) + calls}

    def time_of(self, fact: str) -> datetime | None:
        # A time in the future was written by a wrong clock.
        text = self.facts.get(fact)
        time = datetime.fromisoformat(text) if text else None
        return None if outage.is_in_future(time, timezone.now()) else time


def _state_of(kind: outage.Kind) -> str:
    if kind is outage.Kind.GOOD:
        return Heartbeat.State.OK
    is_of_key = kind in outage.KEY_FAILURES
    return Heartbeat.State.REFUSED if is_of_key else Heartbeat.State.UNREACHABLE


# For rows that an older version wrote without a kind.
_KIND_OF = {
    Heartbeat.State.REFUSED: outage.Kind.REFUSED,
    Heartbeat.State.UNREACHABLE: outage.Kind.SILENT,
}


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _calls_of_last_hour(calls: dict[str, int], now: datetime) -> dict[str, int]:
    oldest, newest = _minute(now - HOUR), _minute(now + outage.CLOCK_TOLERANCE)
    return {minute: count for minute, count in calls.items() if oldest <= int(minute) <= newest}
