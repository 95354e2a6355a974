from datetime import datetime

from django.db import models
from django.db.models import F
from django.utils import timezone

from blog.tasks import later, waiting_for
from blog.writing import writing
from comments import outage, tasks
from comments.models import account
from comments.models.heartbeat import Heartbeat
from comments.models.policy import Policy

BATCH = 600


class Probe(models.Model):
    """While Akismet is away: one question a minute, and all the others after its first answer."""

    class Meta:
        abstract = True

    @classmethod
    def probe(cls, now: datetime) -> None:
        with writing():
            akismet = Heartbeat.held(Heartbeat.AKISMET)
            if not akismet.may_be_probed(now):
                return
            akismet.next_at = now + outage.PROBE_PAUSE
            akismet.save()
        comment = None
        if akismet.state != Heartbeat.State.REFUSED:
            comment = cls._next_to_probe(now)
        if comment:
            comment.screen(now, probing=True)
        else:
            cls._ask_about_key(now)

    @classmethod
    def _next_to_probe(cls, now: datetime):
        """The oldest; but each before any is asked again: those that failed may be the only ones
        that Akismet cannot answer."""
        unasked_first = F("asked_at").asc(nulls_first=True)
        return cls.objects.to_check(now).order_by(unasked_first, "submitted_at", "pk").first()

    @classmethod
    def _ask_about_key(cls, now: datetime) -> tuple[str, str]:
        state, detail, is_back = account.ask_about_key()
        with writing():
            cls._follow(is_back, now)
        return state, detail

    @classmethod
    def ask_again(cls, now: datetime) -> None:
        """An Administrator has mended something: everything unchecked is due."""
        with writing():
            Heartbeat.held(Heartbeat.AKISMET)
            cls._make_due(cls.objects.unanswered(now), now)
        state, detail = cls._ask_about_key(now)
        with writing():
            asked = Heartbeat.held(Heartbeat.ASKED)
            # `since` stays: it is when the button was pressed.
            asked.state, asked.detail, asked.at = state, detail[:200], timezone.now()
            asked.save()
            cls.enqueue_checks(now)

    @classmethod
    def _follow(cls, is_back: bool, now: datetime) -> None:
        """Akismet is back: nobody waits for the next probe any more, nor for the next sweep."""
        if is_back:
            parked = cls.objects.filter(screened="unavailable", failures=0, next_check_at__gt=now)
            cls._make_due(parked, now)
            cls.enqueue_checks(now)

    @classmethod
    def _make_due(cls, comments, now: datetime) -> None:
        # In the order of the verbs, and past what they hold just now: no deadlock on PostgreSQL.
        free = comments.select_for_update(skip_locked=True).order_by("pk")
        found = cls.objects.filter(pk__in=list(free.values_list("pk", flat=True)))
        found.filter(check_error=cls.NO_KEY).update(screened=cls.Screened.WAITING, check_error="")
        found.update(next_check_at=now, failures=0)

    @classmethod
    def enqueue_checks(cls, now: datetime) -> None:
        for pk in cls.due_checks(now):
            later(tasks.check_comment, pk)

    @classmethod
    def due_checks(cls, now: datetime) -> list[int]:
        """As many as the hour has left, the oldest first; none while Akismet is away."""
        akismet = Heartbeat.objects.filter(name=Heartbeat.AKISMET).first()
        if akismet and not akismet.is_ok:
            return []
        spent = akismet.calls_in_hour(now) if akismet else 0
        most = max(0, min(BATCH, Policy.current().checks_an_hour - spent))
        due = list(cls.objects.to_check(now).values_list("pk", flat=True)[:most])
        queued = waiting_for(tasks.check_comment) if due else ()
        return [pk for pk in due if pk not in queued]
