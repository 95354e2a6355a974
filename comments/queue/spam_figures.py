"""Two figures at the head of the queue: pending comments, and how well Akismet does here."""

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
from comments.models.daily_count import check_outcome

PERIOD = timedelta(days=30)
# With fewer judged comments a share would be misleading.
ENOUGH = 20
NAMES = ("caught", "missed", "false_alarms")


@dataclass(frozen=True)
class AkismetFigures:
    """Counted by the worker once an hour; stored with the heartbeats, which every page reads."""

    caught: int
    missed: int
    false_alarms: int
    at: datetime

    @property
    def sentence(self) -> str:
        values = {"at": clock(self.at), "caught": f"{self.caught:,}", "missed": f"{self.missed:,}"}
        values |= {"alarms": f"{self.false_alarms:,}", "spam": f"{self.caught + self.missed:,}"}
        if self.caught + self.missed + self.false_alarms < ENOUGH:
            sentence = _(
                "Akismet here in 30 days: too few to say how good it is (caught %(caught)s, "
                "missed %(missed)s, false alarms %(alarms)s; as of %(at)s)."
            )
        else:
            sentence = _(
                "Akismet here in 30 days: caught %(caught)s of %(spam)s spam comments, missed "
                "%(missed)s, false alarms %(alarms)s (as of %(at)s)."
            )
        return sentence % values


def pending_sentence(count: int, count_text: str, oldest: datetime | None) -> str:
    if not count or oldest is None:
        return _("Nothing is pending")
    sentence = ngettext(
        "%(n)s pending, for %(age)s (as of %(at)s)",
        "%(n)s pending, the oldest for %(age)s (as of %(at)s)",
        count,
    )
    return sentence % {"n": count_text, "age": age(oldest), "at": clock(timezone.now())}


def age(moment: datetime) -> str:
    now = timezone.now()
    if now - moment < timedelta(minutes=1):
        return _("less than a minute")
    return timesince(moment, now, depth=1)


def akismet_figures(row: Heartbeat | None) -> AkismetFigures | None:
    if row is None or not all(name in row.facts for name in NAMES):
        return None
    return AkismetFigures(**{name: row.facts[name] for name in NAMES}, at=row.at)


def renew() -> None:
    # Reads all rows of 30 days, so only the worker does it.
    counts = count(timezone.now() - PERIOD)
    with writing():
        row = Heartbeat.locked(Heartbeat.FIGURES)
        row.set_state(Heartbeat.State.OK)
        row.facts = counts
        row.save()


def count(since: datetime) -> dict[str, int]:
    """Count comments that exist, and add the daily counts of deleted ones; see also Tally.add."""
    found = Counter(dict.fromkeys(NAMES, 0))
    for screened, judged in _judged(since).values():
        found.update(check_outcome(screened, judged))
    called_spam = Comment.objects.filter(screened="spam", screened_at__gte=since).count()
    # Spam that nobody looked at counts as caught.
    found["caught"] = called_spam - found["false_alarms"]
    days = Tally.objects.filter(day__gte=timezone.localdate(since))
    deleted = days.aggregate(**{name: Sum(name, default=0) for name in NAMES})
    return {name: found[name] + deleted[name] for name in NAMES}


def _judged(since: datetime) -> dict[int, tuple[str, str]]:
    """Map comment pks to (Akismet's verdict, the status that a person chose last)."""
    decisions = Decision.objects.of_people().filter(created_at__gte=since)
    # Read in the order of the index, then sorted by id: the last Decision wins even if the clock
    # was set back.
    decisions = decisions.filter(comment__screened_at__gte=since).order_by("created_at")
    rows = decisions.values_list("pk", "comment_id", "comment__screened", "new_status")
    return {pk: (screened, judged) for _id, pk, screened, judged in sorted(rows.iterator())}
