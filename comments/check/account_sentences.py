"""Writes the sentences of the page "Spam check" from the Heartbeat rows."""

from datetime import datetime
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from comments.check import akismet
from comments.check.situation import notice_sentence, situation, unchecked_sentence
from comments.dates import clock
from comments.models import Heartbeat, Policy
from comments.rules import outage

State = Heartbeat.State


def account_rows(
    beats: dict[str, Heartbeat], policy: Policy, now: datetime
) -> list[tuple[str, str]]:
    heartbeat = beats.get(Heartbeat.AKISMET)
    key_row = (_("Key"), key_sentence(heartbeat, situation(beats)))
    if not akismet.is_configured():
        return [key_row, (_("Waiting"), unchecked_sentence())]
    spent = heartbeat.calls_in_hour(now) if heartbeat else 0
    notice = notice_sentence(beats.get(Heartbeat.ALERT))
    checks = _("%(spent)s of %(limit)s that the policy allows")
    return [
        key_row,
        (_("Last good answer"), _last_answer(heartbeat)),
        (_("Waiting"), unchecked_sentence()),
        (_("Checks in the last hour"), checks % {"spent": spent, "limit": policy.checks_an_hour}),
        (_("This month's calls"), quota_sentence(beats.get(Heartbeat.QUOTA))),
        (_("Notices about the account"), notice or _("None")),
    ]


def key_sentence(heartbeat: Heartbeat | None, check: outage.Situation) -> str:
    if not check.is_configured:
        return _("There is none. An administrator must set AKISMET_API_KEY and restart.")
    passed_at = heartbeat.time_of("passed_at") if heartbeat else None
    if heartbeat is None or (heartbeat.is_ok and not passed_at):
        return _("Akismet has never been asked.")
    if heartbeat.is_ok:
        sentence = _("Good when Akismet last answered, %(time)s.") % {"time": clock(passed_at)}
    else:
        state = check.akismet
        happened = outage.MESSAGES[state.kind].happened % {"since": clock(state.since)}
        sentence = f"{outage.with_quote(happened, state.detail)} {_next_try(state, check)}"
    return f"{sentence} {_('(A stand-in, not Akismet.)')}" if akismet.is_stand_in() else sentence


def _next_try(state: outage.State, check: outage.Situation) -> str:
    if check.is_late:
        return _("(not asked again while the background program does not run).")
    following = clock(state.waits_until(check.now) or check.now)
    return _("(next try %(next)s).") % {"next": following}


def _last_answer(heartbeat: Heartbeat | None) -> str:
    passed_at = heartbeat.time_of("passed_at") if heartbeat else None
    return clock(passed_at) if passed_at else _("None yet")


def quota_sentence(row: Heartbeat | None) -> str:
    if row is None or "used" not in row.facts:
        return _("Not known yet; it is asked once a day.")
    used, limit = row.facts["used"], row.facts["limit"]
    if limit is None:
        text = _("%(used)s; there is no limit (asked %(time)s).")
    else:
        text = _("%(used)s of %(limit)s, %(percent)d %% (asked %(time)s).")
    sentence = text % {
        "used": f"{used:,}",
        "limit": f"{limit or 0:,}",
        "percent": row.facts["percent"],
        "time": clock(row.at),
    }
    if row.facts["throttled"]:
        sentence = f"{sentence} {_('Akismet slows this site down.')}"
    return sentence


def asked_sentence(row: Heartbeat | None) -> str:
    if row is None:
        return ""
    return _answered(row, _key_answer(row) if row.state != State.WAITING else "")


def tested_sentences(row: Heartbeat | None) -> list[str]:
    if row is None:
        return []
    if row.state == State.WAITING:
        return [_answered(row, "")]
    good = row.facts == {"spam": "spam", "ham": "ham"}
    summary = _("the check works.") if good else _("the check does not work as it should.")
    return [
        _answered(row, summary),
        _("The text that Akismet promises to call spam: %(said)s.")
        % {"said": _result(row, "spam")},
        _("An ordinary text: %(said)s.") % {"said": _result(row, "ham")},
    ]


def _result(row: Heartbeat, kind: str) -> str:
    result = row.facts[kind]
    verdicts = {"spam": _("called spam"), "ham": _("called not spam")}
    return verdicts.get(result) or outage.reason_sentence(result)


def _key_answer(row: Heartbeat) -> str:
    if row.state == State.OK:
        return _("the key was good; what waited unchecked was then asked about.")
    return f"{outage.reason_sentence(row.detail)}."


def _answered(row: Heartbeat, answer: str) -> str:
    sentence = _("Asked at %(time)s, answer: %(answer)s")
    return sentence % {"time": to_the_second(row.since), "answer": answer or _("none yet.")}


def to_the_second(moment: datetime) -> str:
    local = moment.astimezone(ZoneInfo(settings.TIME_ZONE))
    return date_format(local, "H:i:s" if local.date() == timezone.localdate() else "j F Y, H:i:s")
