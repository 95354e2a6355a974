"""Empty spam, empty trash: a page with the number, and a button without an undo."""

from datetime import datetime

from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from blog.tasks import later
from blog.transactions import writing
from comments import dates, tasks
from comments.access import StaffRequest, moderator_required
from comments.dates import clock
from comments.models import Comment
from comments.privacy import empty
from comments.queue import criteria_fields
from comments.queue.answers import redirect_with_notice, refuse
from comments.queue.counts import count_text
from comments.queue.page import TABS


@moderator_required
@require_http_methods(["GET", "HEAD", "POST"])
def empty_tab(request: StaffRequest) -> HttpResponse:
    if not request.user.has_perm("comments.decide_comment"):
        raise PermissionDenied
    typed = request.POST if request.method == "POST" else request.GET
    try:
        tab, before = _read(typed)
        if request.method == "POST" and not typed.get("before"):
            raise criteria_fields.no_time()
    except criteria_fields.Unclear as unclear:
        return refuse(request, str(unclear))
    return _empty(request, tab, before) if request.method == "POST" else _ask(request, tab, before)


def _read(typed):
    tab = typed.get("tab", "spam")
    if tab not in empty.TABS:
        raise criteria_fields.Unclear(_("Only Spam and Trash can be emptied."))
    return tab, criteria_fields.moment(typed.get("before", ""), timezone.now())


def _ask(request: StaffRequest, tab: str, before: datetime) -> HttpResponse:
    count = empty.count(tab, before)
    context = {
        "tab": tab,
        "tab_name": TABS[tab],
        "before": before,
        "stamp": dates.stamp(before),
        "count": count,
        "question": _question(tab, count, before),
        "is_more": count > empty.MOST,
    }
    return TemplateResponse(request, "privacy/empty.html", context)


def _question(tab: str, count: int, before) -> str:
    sentences = {
        "spam": ngettext(
            "Delete %(n)s comment that was spam at %(time)s",
            "Delete %(n)s comments that were spam at %(time)s",
            count,
        ),
        "trash": ngettext(
            "Delete %(n)s comment that was in the trash at %(time)s",
            "Delete %(n)s comments that were in the trash at %(time)s",
            count,
        ),
    }
    return sentences[tab] % {"n": count_text(count), "time": clock(before)}


def _empty(request: StaffRequest, tab: str, before: datetime) -> HttpResponse:
    done = empty.empty(tab, before)
    if not done.is_all:
        later(tasks.empty, tab, before.isoformat())
    else:
        tasks.remove_traces_later()
    if done == empty.Emptied():
        sentence = _first_sentence(request.user, tab, before)
    else:
        sentence = " ".join(_sentences(done, before))
        _log(request.user, tab, sentence)
    return redirect_with_notice(
        request, f"{reverse('queue')}?tab={tab}", {"words": sentence, "lost": []}
    )


def _log(user, tab: str, sentence: str) -> None:
    # The comments are deleted with their history, so the admin's log keeps who did it.
    with writing():
        LogEntry.objects.create(
            user=user,
            content_type=ContentType.objects.get_for_model(Comment),
            object_repr=str(TABS[tab]),
            action_flag=DELETION,
            change_message=sentence,
        )


def _first_sentence(user, tab: str, before) -> str:
    """Return the sentence of the first click to the second of a double click."""
    comments = LogEntry.objects.filter(content_type=ContentType.objects.get_for_model(Comment))
    actions = comments.filter(user=user, action_flag=DELETION, object_repr=str(TABS[tab]))
    first = actions.filter(action_time__gte=before).order_by("action_time").first()
    sentence = _("Nothing is left of what was there at %(time)s.") % {"time": clock(before)}
    return first.change_message if first else sentence


def _sentences(done, before):
    yield ngettext(
        "%(n)s comment deleted for ever.", "%(n)s comments deleted for ever.", done.deleted
    ) % {"n": f"{done.deleted:,}"}
    if done.emptied:
        yield ngettext(
            "%(n)d has replies: its empty place in the thread stays.",
            "%(n)d have replies: their empty places in the threads stay.",
            done.emptied,
        ) % {"n": done.emptied}
    if not done.is_all:
        yield _("The background program deletes the rest of what was there at %(time)s.") % {
            "time": clock(before)
        }
