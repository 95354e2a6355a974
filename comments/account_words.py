"""What the page about Akismet says, from the rows that the worker writes."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments import spam
from comments.alerts import unchecked_words
from comments.banners import notice_words
from comments.models import Heartbeat, Policy
from comments.notice import clock

State = Heartbeat.State


def facts(beats: dict[str, Heartbeat], policy: Policy, now: datetime) -> list[tuple[str, str]]:
    akismet = beats.get(Heartbeat.AKISMET)
    spent = akismet.calls_in_hour(now) if akismet else 0
    notice = notice_words(beats.get(Heartbeat.ALERT))
    checks = _("%(spent)s of %(limit)s that the policy allows")
    return [
        (_("Key"), key(akismet)),
        (_("Last good answer"), _last_answer(akismet)),
        (_("Waiting"), unchecked_words()),
        (_("Checks in the last hour"), checks % {"spent": spent, "limit": policy.checks_an_hour}),
        (_("This month's calls"), quota(beats.get(Heartbeat.QUOTA))),
        (_("Notices about the account"), notice or _("None")),
    ]


def key(akismet: Heartbeat | None) -> str:
    if not spam.is_configured():
        return _("There is none. An administrator must set AKISMET_API_KEY and restart.")
    if akismet is None or (akismet.is_ok and not akismet.moment("passed_at")):
        return _("Akismet has never been asked.")
    words = {
        State.OK: _("Good: Akismet answers since %(since)s."),
        State.REFUSED: _("Refused since %(since)s: Akismet %(detail)s (next try %(next)s)."),
        State.UNREACHABLE: _(
            "Not known: no verdict since %(since)s; Akismet %(detail)s (next try %(next)s)."
        ),
    }[akismet.state]
    following = max(akismet.next_at, akismet.at) if akismet.next_at else akismet.at
    since = clock(akismet.since)
    said = words % {"since": since, "detail": akismet.detail, "next": clock(following)}
    return f"{said} {_('(A stand-in, not Akismet.)')}" if spam.is_stand_in() else said


def _last_answer(akismet: Heartbeat | None) -> str:
    passed_at = akismet.moment("passed_at") if akismet else None
    return clock(passed_at) if passed_at else _("None yet")


def quota(row: Heartbeat | None) -> str:
    if row is None or "used" not in row.facts:
        return _("Not known yet; it is asked once a day.")
    used, limit = row.facts["used"], row.facts["limit"]
    if limit is None:
        words = _("%(used)s; there is no limit (asked %(time)s).")
    else:
        words = _("%(used)s of %(limit)s, %(percent)d %% (asked %(time)s).")
    said = words % {
        "used": f"{used:,}",
        "limit": f"{limit or 0:,}",
        "percent": row.facts["percent"],
        "time": clock(row.at),
    }
    return f"{said} {_('Akismet slows this site down.')}" if row.facts["throttled"] else said


def asked(row: Heartbeat | None) -> str:
    """What came of "Ask Akismet again now"."""
    if row is None:
        return ""
    return _answered(row, _state_words(row) if row.state != State.WAITING else "")


def tested(row: Heartbeat | None) -> list[str]:
    """What came of "Test the check": the whole, and a sentence for each of the two texts."""
    if row is None:
        return []
    if row.state == State.WAITING:
        return [_answered(row, "")]
    good = row.facts == {"spam": "spam", "ham": "ham"}
    whole = _("the check works.") if good else _("the check does not work as it should.")
    return [
        _answered(row, whole),
        _("The text that Akismet promises to call spam: %(said)s.") % {"said": _said(row, "spam")},
        _("An ordinary text: %(said)s.") % {"said": _said(row, "ham")},
    ]


def _said(row: Heartbeat, kind: str) -> str:
    told = row.facts[kind]
    words = {"spam": _("called spam"), "ham": _("called not spam")}
    return words.get(told) or _("Akismet %(failure)s") % {"failure": told}


def _state_words(row: Heartbeat) -> str:
    words = {
        State.OK: _("the key is good; what waits unchecked is asked about now."),
        State.REFUSED: _("Akismet %(detail)s."),
        State.UNREACHABLE: _("Akismet %(detail)s."),
    }
    return words[row.state] % {"detail": row.detail}


def _answered(row: Heartbeat, answer: str) -> str:
    words = _("Asked at %(time)s, answer: %(answer)s")
    return words % {"time": to_the_second(row.since), "answer": answer or _("none yet.")}


def to_the_second(moment: datetime) -> str:
    return date_format(moment.astimezone(ZoneInfo(settings.TIME_ZONE)), "H:i:s")
