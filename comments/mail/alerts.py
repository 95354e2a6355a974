"""Tells administrators by mail about Akismet, the worker and the mail server: once when a state
changes, then daily."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from blog import mail
from blog.models import Role, User
from comments.check import akismet
from comments.check.situation import unchecked_sentence
from comments.dates import clock
from comments.models import Heartbeat, Mail
from comments.rules import outage, retention

State = Heartbeat.State
WORKER_IS_LATE = timedelta(minutes=10)
DAILY = timedelta(days=1)
# How long a bad state must last before a mail is sent. States not listed are good.
DELAY: dict[str, timedelta] = {
    State.REFUSED: timedelta(0),
    State.UNREACHABLE: timedelta(hours=1),
    State.NEAR: timedelta(0),
    State.FULL: timedelta(0),
}


def is_due(
    state: str, since: datetime, told_state: str, told_at: datetime | None, now: datetime
) -> bool:
    if state not in DELAY:  # a recovery is told only if the bad state was
        return told_state in DELAY
    if state != told_state:
        return now - since >= DELAY[state]
    return told_at is None or now - told_at >= DAILY


def tell_administrators(now: datetime) -> None:
    """Called within writing(), so that nobody is told twice."""
    tell_mail_is_back(now)
    for name in (Heartbeat.AKISMET, Heartbeat.QUOTA) if akismet.is_configured() else ():
        row = Heartbeat.locked(name)
        if is_due(row.state, row.since, row.told_state, row.told_at, now):
            queue_alert(f"{name}:{row.state}", SENTENCES[name, row.state](row), now)
            row.told_at, row.told_state = now, row.state
            row.save()


def record_worker_beat(now: datetime) -> None:
    """Tells administrators when the worker runs again: only the worker sends mail, so while it is
    away the queue shows a banner instead."""
    row = Heartbeat.locked(Heartbeat.WORKER)
    gap, sentences = now - row.at, []
    if gap > WORKER_IS_LATE:
        sentence = _(
            "The background program did not run from %(start)s to %(end)s. Meanwhile nothing was "
            "checked and no mail was sent; it is doing so now."
        )
        sentences.append(sentence % {"start": clock(row.at), "end": clock(now)})
    if not retention.is_plausible(gap):
        sentences.append(retention.pause_sentence())
    if sentences:
        queue_alert("worker", " ".join(sentences), now)
    row.facts["left"] = retention.seconds_before_deletions(row.facts.get("left", 0), gap)
    row.set_state(State.OK)
    row.save()


def tell_mail_is_back(now: datetime) -> None:
    row = Heartbeat.objects.filter(name=Heartbeat.MAIL).first()
    if row is None or not row.is_ok or not (failed_at := row.time_of("failed_at")):
        return
    sentence = _(
        "Mail could not be sent from %(start)s to %(end)s. What waited is sent now, or closed "
        "with its error in the history of its comment."
    )
    queue_alert("mail", sentence % {"start": clock(failed_at), "end": clock(row.since)}, now)
    row = Heartbeat.locked(Heartbeat.MAIL)
    row.facts.pop("failed_at", None)
    row.save()


def administrators():
    # gets_mail is not asked: it is about comments.
    is_administrator = Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR)
    return (
        User.objects.filter(is_administrator, is_active=True)
        .exclude(email="")
        .distinct()
        .order_by("pk")
    )


def queue_alert(subject: str, text: str, now: datetime) -> None:
    """Does not enqueue the mails: the sweep does it with the other due mails."""
    if not mail.is_configured():
        return
    for user in administrators():
        key = f"alert:{subject}:{now:%Y%m%dT%H%M%S%f}:{user.pk}"
        Mail.objects.queue(
            Mail.Kind.ALERT, user.email, key=key, due_at=now, text=text, recipient=user
        )


def akismet_sentence(row: Heartbeat) -> str:
    state = row.as_state
    words = outage.MESSAGES[state.kind]
    happened = _happened(state) + "."
    if state.is_good:
        return f"{happened} {words.to_do}"
    if state.away_since and state.since and state.since - state.away_since > outage.CLOCK_TOLERANCE:
        more = _("No check has been answered since %(since)s.")
        happened = f"{happened} {more % {'since': clock(state.away_since)}}"
    waiting = _("%(waiting)s; you can decide them.")
    if words.resumes_by_itself:
        waiting = _("%(waiting)s; you can decide them, and they are asked about again later.")
    return f"{happened} {waiting % {'waiting': unchecked_sentence()}} {words.to_do}"


def _happened(state: outage.State) -> str:
    sentence = outage.MESSAGES[state.kind].happened % {"since": clock(state.since)}
    is_refused = state.kind is outage.Kind.REFUSED
    return sentence if is_refused else outage.with_quote(sentence, state.detail)


def quota_sentence(row: Heartbeat) -> str:
    if row.state == State.FULL:
        sentence = _(
            "This month's calls to Akismet are used up: %(used)s of %(limit)s (%(percent)d %%, "
            "as of %(at)s). After some such months Akismet refuses further calls."
        )
    else:
        sentence = _(
            "%(percent)d %% of this month's calls to Akismet are used: %(used)s of %(limit)s (as "
            "of %(at)s)."
        )
    used, limit = f"{row.facts['used']:,}", f"{row.facts['limit'] or 0:,}"
    figures = {"percent": row.facts["percent"], "used": used, "limit": limit}
    return sentence % (figures | {"at": clock(row.at)})


def enough_quota_sentence(row: Heartbeat) -> str:
    sentence = _("Akismet takes enough calls again: %(percent)d %% of this month's are used.")
    return sentence % {"percent": row.facts.get("percent", 0)}


SENTENCES: dict[tuple[str, str], Callable[[Heartbeat], str]] = {
    **dict.fromkeys(
        ((Heartbeat.AKISMET, state) for state in (State.OK, State.REFUSED, State.UNREACHABLE)),
        akismet_sentence,
    ),
    (Heartbeat.QUOTA, State.NEAR): quota_sentence,
    (Heartbeat.QUOTA, State.FULL): quota_sentence,
    (Heartbeat.QUOTA, State.OK): enough_quota_sentence,
}
