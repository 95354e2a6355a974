from datetime import datetime, timedelta

from django.db import models
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from blog.writing import writing
from comments import spam
from comments.failures import CheckFailed, Refused
from comments.models import account
from comments.models.heartbeat import Heartbeat
from comments.models.policy import Policy
from comments.models.querysets import GIVE_UP
from comments.models.second_look import after_decision
from comments.outage import PROBE_PAUSE, Kind

# How long one check may take before another worker may repeat it.
LEASE = timedelta(minutes=5)
# Of a comment that fails while others pass.
PAUSES = [timedelta(minutes=n) for n in (1, 5, 20, 60)]
LONG_PAUSE = timedelta(hours=6)


class Check(models.Model):
    """How a comment is asked about at Akismet. The rows hold what is due; a task is only a hint."""

    NO_KEY = str(Kind.NO_KEY)
    NO_ADDRESS = str(Kind.NO_ADDRESS)
    LIMIT = str(Kind.LIMIT)
    SAME = "same-as-spam"
    # Not asked about yet, because Akismet was away when its turn came.
    AWAY = "away"

    class Meta:
        abstract = True

    def _plan_check(self, trap: str, headers: dict, language: str) -> None:
        """Keeps what Akismet will be sent, or why it is not asked."""
        if self.user_is_staff:
            self.screened = self.Screened.SKIPPED
        elif not self.ip:
            self.screened, self.check_error = self.Screened.SKIPPED, self.NO_ADDRESS
        else:
            self.submission = self._submission(trap, headers, language)
            if spam.is_configured():
                self.next_check_at = self.submitted_at
            else:
                self.screened, self.check_error = self.Screened.SKIPPED, self.NO_KEY

    def _submission(self, trap: str, headers: dict, language: str) -> dict:
        return spam.submission(
            ip=self.ip,
            user_agent=self.user_agent,
            referrer=self.referrer,
            permalink=self.post.url,
            kind="reply" if self.parent_id else "comment",
            name=self.author_name,
            email=self.author_email,
            url=self.author_url,
            body=self.body,
            submitted_at=self.submitted_at,
            post_modified_at=self.post.modified_at,
            parent_id=self.parent and self.parent.public_id,
            language=self.post.language or language,
            roles=[],
            trap_value=trap,
            topics=list(self.post.tags.names()),
            headers=headers,
        )

    def screen(self, now: datetime, *, probing: bool = False) -> None:
        """Asks, if it is due and nobody else is asking. Never raises for what Akismet did.

        `probing`: Akismet was away, and this one asks for all.
        """
        if not spam.is_configured():
            self._is_not_asked_any_more()
            return
        with writing():
            if not self._may_be_asked(now, probing):
                return
        began = timezone.now()
        try:
            answer = spam.check(self.submission, recheck=self._recheck_reason())
        except CheckFailed as failure:
            self._was_not_checked(failure, began)
        else:
            self._was_checked(answer, began)

    def _row(self):
        """Of the text that was sent: what is said of it counts no more once it was edited."""
        rows = type(self).objects.filter(withdrawn_at=None, emptied_at=None)
        return rows.filter(pk=self.pk, edited_at=self.edited_at)

    def _due(self, now: datetime):
        return self._row().filter(next_check_at__lte=now, submission__isnull=False)

    def _may_be_asked(self, now: datetime, probing: bool) -> bool:
        """Whether it may be asked about now. The row of Akismet is held, so one claims at a time.

        An outage whose next try is due is only remembered: whoever comes first asks for all.
        `asked_at` and `screened` stay on the instance as they were before this call.
        """
        akismet, due = Heartbeat.held(Heartbeat.AKISMET), self._due(now)
        is_refused = akismet.state == Heartbeat.State.REFUSED
        probing = probing or (akismet.may_be_probed(now) and not is_refused)
        if self.set_aside_repeats(now, pk=self.pk):
            return False
        if obstacle := self._obstacle(akismet, now, probing):
            self._wait(due, obstacle, now, akismet.next_at)
            return False
        self.refresh_from_db(
            fields=["checks", "screened", "submission", "asked_at", "failures", "edited_at"]
            + ["provisional_until", "submitted_at"]
        )
        if not due.update(next_check_at=now + LEASE, asked_at=now, checks=F("checks") + 1):
            return False
        self.checks += 1
        if not akismet.is_ok:
            akismet.next_at = now + PROBE_PAUSE
        akismet.count_call(now)
        akismet.save()
        return True

    def _obstacle(self, akismet: Heartbeat, now: datetime, probing: bool) -> str:
        if not (akismet.is_ok or probing):
            return self.AWAY
        left = Policy.current().checks_an_hour - akismet.calls_in_hour(now)
        first = type(self).objects.to_check(now).filter(check_error=self.LIMIT)
        older = first.filter(submitted_at__lt=self.submitted_at)
        if left <= 0 or (not probing and older[:left].count() >= left):
            return self.LIMIT
        return ""

    def _wait(self, due, obstacle: str, now: datetime, until: datetime | None) -> None:
        unasked = due.filter(screened__in=("waiting", "unavailable"))
        unasked.update(
            screened=self.Screened.UNAVAILABLE,
            screened_at=now,
            check_error=obstacle,
            next_check_at=F("next_check_at") if obstacle == self.LIMIT else until or now,
        )

    def _recheck_reason(self) -> str:
        if self.checks == 1:
            return ""
        if self.edited_at and self.asked_at and self.edited_at > self.asked_at:
            return "edit"
        return "recheck" if self.screened == self.Screened.HAM else "retry"

    def _is_not_asked_any_more(self) -> None:
        """The key was taken away meanwhile."""
        unasked = (self.Screened.WAITING, self.Screened.UNAVAILABLE)
        with writing():
            self._row().filter(screened__in=unasked).update(
                screened=self.Screened.SKIPPED, check_error=self.NO_KEY
            )
            self._row().update(next_check_at=None)

    def _was_not_checked(self, failure: CheckFailed, began: datetime) -> None:
        """It fails alone only where another check has passed since it was asked: a good key does
        not say that checks are answered."""
        key_is_good = isinstance(failure, Refused) and account.is_key_good()
        since = self.asked_at or began
        now = timezone.now()
        with writing():
            akismet = Heartbeat.held(Heartbeat.AKISMET)
            account.heed(failure)
            if account.fails_alone(akismet, failure, since, "checked_at"):
                self.failures += 1
                again = now + [*PAUSES, LONG_PAUSE][min(self.failures, 5) - 1]
            else:
                account.failed(akismet, failure, now, began, key_is_good=key_is_good)
                again = akismet.next_at
            if failure.kind is Kind.BUSY:
                account.ask_usage_at(akismet.next_at)
            self._is_asked_again(again, failure.code)

    def _is_asked_again(self, again: datetime, error: str) -> None:
        end = self.provisional_until or self.submitted_at + GIVE_UP
        now = timezone.now()
        self._row().update(
            next_check_at=again if now < end else None,
            check_error=error,
            failures=self.failures,
        )
        waiting = self._row().filter(screened=self.Screened.WAITING)
        waiting.update(screened=self.Screened.UNAVAILABLE, screened_at=now)

    def _was_checked(self, answer: spam.Answer, began: datetime | None = None) -> None:
        """Records the verdict; it moves the comment only while no person has decided."""
        now = timezone.now()
        with writing():
            akismet = Heartbeat.held(Heartbeat.AKISMET)
            is_back = account.passed(akismet, now, began or now, is_check=True)
            account.heed(answer)
            again, until = self._looked_at_until(answer.recheck_after, now)
            asked = self._row().update(
                screened=answer.verdict.value,
                screened_at=after_decision(now),
                believed=answer.verdict.value,
                next_check_at=again,
                provisional_until=until,
                check_error="",
                failures=0,
                guid=answer.guid[:64],
            )
            if asked and answer.verdict is spam.Verdict.SPAM:
                self.set_aside(reason="akismet")
                if answer.discard:
                    self._row().spam_unread().update(discarded=True)
            self._follow(is_back, now)

    def _looked_at_until(self, wait: int | None, now: datetime) -> tuple:
        """Provisional ham is asked about again, and after twice the time that was named it counts
        as any other."""
        if not wait or (self.provisional_until and now >= self.provisional_until):
            return None, None
        until = self.provisional_until or now + timedelta(seconds=2 * wait)
        return min(now + timedelta(seconds=wait), until), until

    @classmethod
    def set_aside_repeats(cls, now: datetime, **only) -> list[int]:
        """Sets aside, without a call, what Akismet has called spam under another name."""
        found = cls.objects.repeats(now).filter(**only).values_list("public_id", flat=True)[:500]
        ids = list(found)
        if not ids:
            return []
        first = cls.objects.called_spam(now).filter(text_digest=OuterRef("text_digest"))
        said_at = first.order_by("-screened_at").values("screened_at")[:1]
        with writing():  # both or neither: nobody moves it in between
            cls.set_aside_all(ids, reason=cls.SAME)
            aside = (
                cls.objects.filter(public_id__in=ids).without_answer().spam_unread().order_by("pk")
            )
            done = list(aside.select_for_update(of=("self",)).values_list("pk", flat=True))
            cls.objects.filter(pk__in=done).update(
                screened=cls.Screened.SKIPPED,
                check_error=cls.SAME,
                screened_at=Subquery(said_at),
                next_check_at=None,
            )
        return done

    @property
    def is_provisional(self) -> bool:
        """Called ham, but Akismet is still looking at its links."""
        until = self.provisional_until
        return bool(until and self.next_check_at and timezone.now() < until)

    @property
    def is_given_up(self) -> bool:
        return not self.next_check_at or timezone.now() > self.submitted_at + GIVE_UP
