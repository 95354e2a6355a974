"""Two figures at the head of the queue: what waits, since when; how Akismet does on this site."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Sum
from django.utils import timezone
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.transactions import writing
from comments.dates import clock
from comments.models import Comment, Decision, Heartbeat, Tally
from comments.models.daily_count import lesson

PERIOD = timedelta(days=30)
# With fewer judged comments a share would say nothing.
ENOUGH = 20
NAMES = ("caught", "missed", "false_alarms")


@dataclass(frozen=True)
class Akismet:
    """Counted by the worker once an hour; kept with its heartbeats, which every page reads."""

    caught: int
    missed: int
    false_alarms: int
    at: datetime

    @property
    def words(self) -> str:
        known = {"at": clock(self.at), "caught": f"{self.caught:,}", "missed": f"{self.missed:,}"}
        known |= {"alarms": f"{self.false_alarms:,}", "spam": f"{self.caught + self.missed:,}"}
        if self.caught + self.missed + self.false_alarms < ENOUGH:
            words = _(
                "Akismet here in 30 days: too few to say how good it is (caught %(caught)s, "
                "missed %(missed)s, false alarms %(alarms)s; as of %(at)s)."
            )
        else:
            words = _(
                "Akismet here in 30 days: caught %(caught)s of %(spam)s spam comments, missed "
                "%(missed)s, false alarms %(alarms)s (as of %(at)s)."
            )
        return words % known


def pending_words(count: int, count_words: str, oldest: datetime | None) -> str:
    """ "312 pending, the oldest for 2 days (as of 14:20)": so it stays while one decides."""
    if not count or oldest is None:
        return _("Nothing is pending")
    words = ngettext(
        "%(n)s pending, for %(age)s (as of %(at)s)",
        "%(n)s pending, the oldest for %(age)s (as of %(at)s)",
        count,
    )
    return words % {"n": count_words, "age": age(oldest), "at": clock(timezone.now())}


def age(moment: datetime) -> str:
    """In its largest unit: "3 hours"."""
    now = timezone.now()
    if now - moment < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(moment, now, depth=1)


def of_akismet(row: Heartbeat | None) -> Akismet | None:
    if row is None or not all(name in row.facts for name in NAMES):
        return None
    return Akismet(**{name: row.facts[name] for name in NAMES}, at=row.at)


def renew() -> None:
    """Reads as many rows as there were in 30 days: nothing that a page could wait for."""
    counts = count(timezone.now() - PERIOD)
    with writing():
        row = Heartbeat.held(Heartbeat.FIGURES)
        row.turn(Heartbeat.State.OK)
        row.facts = counts
        row.save()


def count(since: datetime) -> dict[str, int]:
    """Of what is still here, and of what was deleted since; see also Tally.add."""
    found = Counter(dict.fromkeys(NAMES, 0))
    for screened, judged in _judged(since).values():
        found.update(lesson(screened, judged))
    called_spam = Comment.objects.filter(screened="spam", screened_at__gte=since).count()
    # What nobody has looked at counts too.
    found["caught"] = called_spam - found["false_alarms"]
    days = Tally.objects.filter(day__gte=timezone.localdate(since))
    deleted = days.aggregate(**{name: Sum(name, default=0) for name in NAMES})
    return {name: found[name] + deleted[name] for name in NAMES}


def _judged(since: datetime) -> dict[int, tuple[str, str]]:
    """Each comment of which a person has said something: what Akismet had called it, and the last
    word."""
    words = Decision.objects.of_people().filter(created_at__gte=since)
    # Read in the order of its index, and heard in the order in which they were said: by the clock
    # it would be another where that was set back.
    words = words.filter(comment__screened_at__gte=since).order_by("created_at")
    rows = words.values_list("pk", "comment_id", "comment__screened", "new_status")
    return {pk: (screened, judged) for _id, pk, screened, judged in sorted(rows.iterator())}
