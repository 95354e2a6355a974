"""The page "Spam check", and its two buttons for an Administrator."""

from datetime import timedelta

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from blog.models import Role, User
from blog.tasks import later
from blog.transactions import writing
from comments import tasks
from comments.access import StaffRequest, moderator_required
from comments.check import account_sentences, akismet
from comments.models import Heartbeat, Policy
from comments.queue.banners import banners

# A second press within this time is ignored: the first task is still running.
ONE_PRESS = timedelta(seconds=60)


@moderator_required
@require_GET
def show(request: StaffRequest) -> HttpResponse:
    if not request.user.has_perm("comments.decide_comment"):
        raise PermissionDenied
    beats, now = Heartbeat.all_by_name(), timezone.now()
    has_key = akismet.is_configured()
    asked, tested = beats.get(Heartbeat.ASKED), beats.get(Heartbeat.TESTED)
    context = {
        "as_of": account_sentences.to_the_second(now),
        "facts": account_sentences.account_rows(beats, Policy.current(request.site_edition), now),
        # Without a key, old answers are out of date.
        "asked": account_sentences.asked_sentence(asked) if has_key else "",
        "tested": account_sentences.tested_sentences(tested) if has_key else [],
        "banners": banners(beats, hides_address=False),
        "may_ask": _may_ask(request.user) and has_key,
    }
    return TemplateResponse(request, "queue/spam_check.html", context)


@moderator_required
@require_POST
def ask(request: StaffRequest) -> HttpResponse:
    return _enqueue(request, Heartbeat.ASKED, tasks.ask_akismet_again)


@moderator_required
@require_POST
def test(request: StaffRequest) -> HttpResponse:
    return _enqueue(request, Heartbeat.TESTED, tasks.try_check)


def _may_ask(user: User) -> bool:
    return user.has_role(Role.ADMINISTRATOR)


def _enqueue(request: StaffRequest, name: str, job) -> HttpResponse:
    if not _may_ask(request.user):
        raise PermissionDenied
    now = timezone.now()
    with writing():
        row = Heartbeat.locked(name)
        is_pressed = row.state == Heartbeat.State.WAITING and now - ONE_PRESS < row.since <= now
        if akismet.is_configured() and not is_pressed:
            row.state, row.since, row.at, row.facts = Heartbeat.State.WAITING, now, now, {}
            row.save()
            later(job)
    response = HttpResponseRedirect(reverse("akismet"))
    response.status_code = 303
    return response
