"""Sentences for the list of revisions."""

from datetime import datetime, timedelta

from django.utils.dateparse import parse_datetime
from django.utils.formats import date_format, number_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.editing import post_batch_sentences
from blog.editing.history import Entry, Stretch, began_at
from blog.models import Revision
from blog.text.characters import isolated

Kind = Revision.Kind


def who(row: Revision) -> str:
    return isolated(row.editor) if row.editor else _("No name recorded")


def day(moment: datetime) -> str:
    """Tue, or with its date where that is a week ago or more."""
    local, now = localtime(moment), localtime()
    if timedelta() <= now.date() - local.date() < timedelta(days=7):
        return date_format(local, "D")
    return date_format(local, "D j F" if local.year == now.year else "D j F Y")


def clock(moment: datetime) -> str:
    return date_format(localtime(moment), "H:i")


def time(moment: datetime) -> str:
    return f"{day(moment)} {clock(moment)}"


def heading(stretch: Stretch) -> str:
    """Ana, Tue 14:03 to 14:40"""
    begun, ended = min(map(began_at, stretch.rows)), stretch.rows[0].created_at
    times = {"who": who(stretch.rows[0]), "begun": time(begun), "ended": time(ended)}
    if times["begun"] == times["ended"]:
        return _("%(who)s, %(begun)s") % times
    if localtime(begun).date() == localtime(ended).date():
        times["ended"] = clock(ended)
    return _("%(who)s, %(begun)s to %(ended)s") % times


def words_changed(count: int) -> str:
    if not count:
        return ""
    number = number_format(count, force_grouping=True)
    return ngettext("%(n)s word changed", "%(n)s words changed", count) % {"n": number}


def event(entry: Entry) -> str:
    """Return what the revision did to the post: "Published", "Submitted for review"."""
    row = entry.row
    if row.kind in Revision.AS_TYPED:
        return _of_typed(row)
    if row.verb == "publish" and entry.goes_out_at and entry.goes_out_at > row.created_at:
        return _("Scheduled for %(time)s") % {"time": time(entry.goes_out_at)}
    if row.kind == Kind.RESTORE:
        return _restored(row)
    if row.verb == "update" and entry.goes_out_at:
        return _("Update of the live post")
    if sentence := post_batch_sentences.revision_event(row.verb, row.note):
        return sentence
    return {
        "submit": _("Submitted for review"),
        "send_back": _("Sent back to the writer"),
        "publish": _("Published"),
        "hide": _("Made private"),
        "take_down": _("Taken down"),
        "to_trash": _("Moved to trash"),
        "restore": _("Taken out of the trash"),
    }.get(row.verb, _("Imported") if row.kind == Kind.IMPORT else _("Saved"))


def side(row: Revision) -> str:
    """Return the heading of this text beside another one."""
    about = {"who": who(row), "time": time(row.created_at), "name": row.name}
    if row.name:
        return _("“%(name)s”: %(who)s, %(time)s") % about
    if row.kind == Kind.SUGGESTION:
        return _("Suggested by %(who)s, %(time)s") % about
    if row.kind in Revision.AS_TYPED:
        return _("Typed by %(who)s, %(time)s") % about
    return _("Saved by %(who)s, %(time)s") % about


def suggested(row: Revision) -> str:
    return _("%(who)s suggested a text, %(time)s.") % {
        "who": who(row),
        "time": time(row.created_at),
    }


def _of_typed(row: Revision) -> str:
    if row.kind == Kind.SUGGESTION:
        return {
            "taken": _("Suggestion, taken over"),
            "put away": _("Suggestion, put away"),
        }.get(row.verb, _("Suggestion"))
    if row.kind == Kind.WORKING_COPY:
        return _("Typed and not saved yet")
    return _("Typed and not taken")


def _restored(row: Revision) -> str:
    # The note of a restore is the time of the text that was restored.
    moment = parse_datetime(row.note)
    return _("Restored the text of %(time)s") % {"time": time(moment)} if moment else _("Restored")
