"""Mail to Administrators about the machinery: once for each change of state, then daily."""

from collections.abc import Callable
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils.translation import gettext as _

from blog import mail
from blog.models import Role, User
from comments.check import akismet
from comments.check.situation import unchecked_words
from comments.dates import clock
from comments.models import Heartbeat, Mail
from comments.rules import outage, retention

State = Heartbeat.State
WORKER_IS_LATE = timedelta(minutes=10)
DAILY = timedelta(days=1)
# How long a state has to stand before anybody is written to; others are no trouble.
PATIENCE: dict[str, timedelta] = {
    State.REFUSED: timedelta(0),
    State.UNREACHABLE: timedelta(hours=1),
    State.NEAR: timedelta(0),
    State.FULL: timedelta(0),
}


def is_owed(
    state: str, since: datetime, told_state: str, told_at: datetime | None, now: datetime
) -> bool:
    if state not in PATIENCE:  # a recovery, told only if the trouble was
        return told_state in PATIENCE
    if state != told_state:
        return now - since >= PATIENCE[state]
    return told_at is None or now - told_at >= DAILY


def tell_administrators(now: datetime) -> None:
    """Within writing(), so that nobody is told twice."""
    mail_is_back(now)
    for name in (Heartbeat.AKISMET, Heartbeat.QUOTA) if akismet.is_configured() else ():
        row = Heartbeat.held(name)
        if is_owed(row.state, row.since, row.told_state, row.told_at, now):
            write(f"{name}:{row.state}", WORDS[name, row.state](row), now)
            row.told_at, row.told_state = now, row.state
            row.save()


def worker_is_here(now: datetime) -> None:
    """The worker tells it when it is back, since only the worker sends mail. Until then the queue
    shows a banner."""
    row = Heartbeat.held(Heartbeat.WORKER)
    gap, said = now - row.at, []
    if gap > WORKER_IS_LATE:
        words = _(
            "The background program did not run from %(start)s to %(end)s. Meanwhile nothing was "
            "checked and no mail was sent; it is doing so now."
        )
        said.append(words % {"start": clock(row.at), "end": clock(now)})
    if not retention.is_plausible(gap):
        said.append(retention.pause_words())
    if said:
        write("worker", " ".join(said), now)
    row.facts["left"] = retention.left_to_run(row.facts.get("left", 0), gap)
    row.turn(State.OK)
    row.save()


def mail_is_back(now: datetime) -> None:
    row = Heartbeat.objects.filter(name=Heartbeat.MAIL).first()
    if row is None or not row.is_ok or not (failed_at := row.moment("failed_at")):
        return
    words = _(
        "Mail could not be sent from %(start)s to %(end)s. What waited is sent now, or closed "
        "with its error in the history of its comment."
    )
    write("mail", words % {"start": clock(failed_at), "end": clock(row.since)}, now)
    row = Heartbeat.held(Heartbeat.MAIL)
    row.facts.pop("failed_at", None)
    row.save()


def administrators():
    # Also those who want no mail about comments.
    is_one = Q(is_superuser=True) | Q(groups__name=Role.ADMINISTRATOR)
    return User.objects.filter(is_one, is_active=True).exclude(email="").distinct().order_by("pk")


def write(about: str, words: str, now: datetime) -> None:
    """Only writes the rows: the sweep enqueues them with the other due mails."""
    if not mail.is_configured():
        return
    for user in administrators():
        key = f"alert:{about}:{now:%Y%m%dT%H%M%S%f}:{user.pk}"
        Mail.objects.queue(
            Mail.Kind.ALERT, user.email, key=key, due_at=now, text=words, recipient=user
        )


def akismet_words(row: Heartbeat) -> str:
    state = row.as_state
    words = outage.WORDS[state.kind]
    happened = _happened(state) + "."
    if state.is_good:
        return f"{happened} {words.to_do}"
    if state.away_since and state.since and state.since - state.away_since > outage.SLACK:
        more = _("No check has been answered since %(since)s.")
        happened = f"{happened} {more % {'since': clock(state.away_since)}}"
    waiting = _("%(waiting)s; you can decide them.")
    if words.goes_on:
        waiting = _("%(waiting)s; you can decide them, and they are asked about again later.")
    return f"{happened} {waiting % {'waiting': unchecked_words()}} {words.to_do}"


def _happened(state: outage.State) -> str:
    words = outage.WORDS[state.kind].happened % {"since": clock(state.since)}
    return words if state.kind is outage.Kind.REFUSED else outage.quoting(words, state.said)


def quota_words(row: Heartbeat) -> str:
    if row.state == State.FULL:
        words = _(
            "This month's calls to Akismet are used up: %(used)s of %(limit)s (%(percent)d %%, "
            "as of %(at)s). After some such months Akismet refuses further calls."
        )
    else:
        words = _(
            "%(percent)d %% of this month's calls to Akismet are used: %(used)s of %(limit)s (as "
            "of %(at)s)."
        )
    used, limit = f"{row.facts['used']:,}", f"{row.facts['limit'] or 0:,}"
    figures = {"percent": row.facts["percent"], "used": used, "limit": limit}
    return words % (figures | {"at": clock(row.at)})


def enough_words(row: Heartbeat) -> str:
    words = _("Akismet takes enough calls again: %(percent)d %% of this month's are used.")
    return words % {"percent": row.facts.get("percent", 0)}


WORDS: dict[tuple[str, str], Callable[[Heartbeat], str]] = {
    **dict.fromkeys(
        ((Heartbeat.AKISMET, state) for state in (State.OK, State.REFUSED, State.UNREACHABLE)),
        akismet_words,
    ),
    (Heartbeat.QUOTA, State.NEAR): quota_words,
    (Heartbeat.QUOTA, State.FULL): quota_words,
    (Heartbeat.QUOTA, State.OK): enough_words,
}
