from datetime import UTC

from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from comments.access import StaffRequest, moderator_required
from comments.models import Comment
from comments.queue import new_arrivals, page
from comments.queue.answers import lost_as_json
from comments.queue.filters import Filters
from comments.queue.views import rows_of

MOST_SHOWN = 200


@moderator_required
@require_GET
def show(request: StaffRequest) -> HttpResponse:
    """`since`: when the page was made; `row`: the comments that it still shows.

    All times are the server's: a page sends the time of the answer before, so a clock that was set
    back is corrected with the next answer.
    """
    asked, rows = request.GET.get("since"), rows_of(request.GET.getlist("row"))
    since = _time(asked) if asked else timezone.now()
    if since is None or rows is None or len(rows) > MOST_SHOWN:
        return JsonResponse({"error": _("That was not understood.")}, status=422)
    tab = request.GET.get("tab", "pending")
    tab = tab if tab in page.TABS else "pending"
    now = timezone.now()
    ids = new_arrivals.arrived(tab, request.user, since, Filters.parse(request.GET))
    changed = Comment.changed_since(rows, by=request.user) if rows else []
    payload = {
        "since": now.isoformat(),
        "count": len(ids),
        "most": new_arrivals.MOST_NEW,
        "ids": ids,
    }
    return JsonResponse(payload | {"changed": lost_as_json(changed)})


def _time(text: str):
    try:
        moment = parse_datetime(text)
        return moment and moment.astimezone(UTC) - new_arrivals.MARGIN
    except (ValueError, OverflowError):
        return None
