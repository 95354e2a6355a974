"""Answers to a press in the queue: a page or JSON that says what was done, or why nothing was."""

from urllib.parse import urlsplit

from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from comments import dates
from comments.access import StaffRequest, wants_json
from comments.queue import edited_meanwhile, not_public, undo_sentences
from comments.queue.outcome_sentences import lost_lines, lost_sentence


def answer(
    request: StaffRequest, outcome, sentence: str, unseen: set, seen: dict, *, is_undo=False, **more
) -> HttpResponse:
    """`unseen`: the ids of comments approved under a post that is not public; `seen`: the
    version of each comment that the moderator saw."""
    if wants_json(request):
        return _as_json(request, outcome, unseen, seen, **more)
    lost, again = lost_lines(outcome.lost), edited_meanwhile.versions_seen(outcome.lost, seen)
    if not outcome.done:
        sentence = _("Nothing was changed.")
        return refuse(request, sentence, 409, lost=lost, back=next_page(request), again=again)
    notice = {"words": sentence, "lost": lost, "batch": str(outcome.batch), "is_undo": is_undo}
    return redirect_with_notice(request, next_page(request), notice, again)


def refuse(
    request: StaffRequest, sentence: str, status: int = 422, *, lost=(), back: str = "", again=None
) -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"error": str(sentence)}, status=status)
    back = back or reverse("queue")
    context = {
        "notice": {"words": sentence, "lost": lost},
        "back": back,
        "here": back,
        "fresh": edited_meanwhile.cards(again or {}, request.user, request.site_edition),
        "made_at": dates.stamp(timezone.now()),
        "queue": f"{reverse('queue')}?tab=pending",
    }
    return TemplateResponse(request, "queue/refused.html", context, status=status)


def redirect_with_notice(
    request: StaffRequest, to: str, notice: dict, again: dict | None = None
) -> HttpResponse:
    """Redirect (303) with a notice and its undo button. `again`: see edited_meanwhile.py; only
    the queue shows it."""
    if again and urlsplit(to).path != reverse("queue"):
        to = reverse("queue")
    notice["again"] = list((again or {}).items())
    if batch := notice.get("batch"):
        notice["way_back"] = undo_sentences.batch_label(batch)
    request.session["queue_notice"] = notice
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response


def _as_json(request: StaffRequest, outcome, unseen: set[int], seen: dict, **more) -> HttpResponse:
    (later,) = not_public.appear_later_sentences(1, 1)
    done = [row | ({"note": later} if row["id"] in unseen else {}) for row in outcome.done]
    lost = _with_cards(request, lost_as_json(outcome.lost), seen)
    payload = {"batch": str(outcome.batch), "done": done, "lost": lost}
    payload["way_back"] = undo_sentences.batch_label(outcome.batch)
    return JsonResponse(payload | more, status=200 if outcome.done else 409)


def lost_as_json(lost: list[dict]) -> list[dict]:
    found = []
    for row in lost:
        sentence = {"words": lost_sentence(row)} if row["status"] else {}
        found.append(row | {"at": row["at"] and row["at"].isoformat()} | sentence)
    return found


def _with_cards(request: StaffRequest, rows: list[dict], seen: dict) -> list[dict]:
    again = edited_meanwhile.versions_seen(rows, seen)
    cards = edited_meanwhile.as_html(
        edited_meanwhile.cards(again, request.user, request.site_edition), request
    )
    return [row | ({"card": cards[row["id"]]} if row["id"] in cards else {}) for row in rows]


def next_page(request: StaffRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse("queue")
