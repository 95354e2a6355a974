"""The page "What I did"."""

from itertools import groupby
from uuid import UUID

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from comments.access import StaffRequest, moderator_required
from comments.moderation import my_decisions
from comments.rules.parse import number


@moderator_required
@require_safe
def show(request: StaffRequest) -> HttpResponse:
    if "batch" in request.GET:
        return _batch(request, request.GET["batch"])
    chooses = my_decisions.sees_all(request.user)
    everyone = chooses and request.GET.get("who") == "everyone"
    before = _batch_before(request)
    rows, following = my_decisions.read_page(request.user, before, everyone=everyone)
    days = [(day, list(same)) for day, same in groupby(rows, key=lambda row: row.day)]
    context = {"days": days, "following": following, "chooses": chooses, "everyone": everyone}
    return _page(request, "moderation/my_decisions.html", context)


def _batch(request: StaffRequest, text: str) -> HttpResponse:
    try:
        row, parts, following = my_decisions.read_batch(request.user, UUID(text), _number(request))
    except ValueError:
        raise Http404 from None
    if row is None or not (row.parts or my_decisions.sees_all(request.user)):
        raise Http404
    everyone = row.batch.by_id != request.user.pk or request.GET.get("who") == "everyone"
    context = {"row": row, "parts": parts, "following": following, "everyone": everyone}
    return _page(request, "moderation/my_decisions_batch.html", context)


def _page(request: StaffRequest, template: str, context: dict) -> HttpResponse:
    context["here"] = request.get_full_path()
    context["notice"] = request.session.pop("queue_notice", None)
    return TemplateResponse(request, template, context)


def _batch_before(request: StaffRequest) -> UUID | None:
    try:
        return UUID(request.GET.get("after", ""))
    except ValueError:
        return None


def _number(request: StaffRequest) -> int:
    """The public_id after which the page begins; 0 for the first page."""
    return number(request.GET.get("after", "")) or 0
