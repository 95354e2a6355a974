from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

HOUR = timedelta(hours=1)


class Heartbeat(models.Model):
    """What is known of what works behind: the worker, Akismet and its account, the mail."""

    WORKER = "worker"
    AKISMET = "akismet"  # may it be asked; facts: calls, passed_at, checked_at
    ALERT = "alert"  # what it has to say of the account; facts: code, msg
    QUOTA = "quota"  # facts: used, limit, percent, throttled
    MAIL = "mail"  # facts: failed_at
    FIGURES = "figures"  # facts: caught, missed, false_alarms; see comments/figures.py
    FOREIGN = "foreign"  # forms refused by their origin; facts: forms, origin
    # What an Administrator asked for by a button: `since`; and what came of it: `at`, facts.
    ASKED = "asked"
    TESTED = "tested"

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
    # Not before this is it looked at again.
    next_at = models.DateTimeField(null=True)
    facts = models.JSONField(default=dict)
    # When Administrators were last written to, and of which state.
    told_at = models.DateTimeField(null=True)
    told_state = models.CharField(max_length=20, blank=True)

    def __str__(self):
        return self.name

    @classmethod
    def held(cls, name: str) -> "Heartbeat":
        """The row, locked until the transaction ends, so that no thread's count is lost."""
        now = timezone.now()
        cls.objects.get_or_create(name=name, defaults={"at": now, "since": now})
        return cls.objects.select_for_update().get(name=name)

    @classmethod
    def beat(cls, name: str, state: str = State.OK, detail: str = "") -> bool:
        """Whether the state is another than before; `since` moves only then. Of what works again
        stays since when it did not, until somebody was told."""
        row = cls.held(name)
        since = row.since
        changed = row.turn(state, detail)
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

    def turn(self, state: str, detail: str = "") -> bool:
        now, changed = timezone.now(), self.state != state
        self.at, self.state, self.detail = now, state, detail[:200]
        self.since = now if changed else self.since
        return changed

    def is_due(self, now: datetime) -> bool:
        return self.next_at is None or self.next_at <= now

    # The calls of the last hour, by the minute; a minute that has begun counts whole.

    def calls_in_hour(self, now: datetime) -> int:
        return sum(_of_last_hour(self.facts.get("calls", {}), now).values())

    def count_call(self, now: datetime, calls: int = 1) -> None:
        kept, minute = _of_last_hour(self.facts.get("calls", {}), now), str(_minute(now))
        self.facts["calls"] = kept | {minute: kept.get(minute, 0) + calls}

    def moment(self, fact: str) -> datetime | None:
        text = self.facts.get(fact)
        return datetime.fromisoformat(text) if text else None


def _minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def _of_last_hour(calls: dict[str, int], now: datetime) -> dict[str, int]:
    oldest = _minute(now - HOUR)
    return {minute: count for minute, count in calls.items() if int(minute) >= oldest}
