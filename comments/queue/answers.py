"""What a press in the queue is answered: a page that says what it did, or why it did nothing."""

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
from comments.queue.outcome_sentences import lost_lines, lost_words


def answer(
    request: StaffRequest, outcome, words: str, unseen: set, seen: dict, *, is_undo=False, **more
) -> HttpResponse:
    """`unseen`: what is approved under a post that is not public; `seen`: the versions that the
    person saw."""
    if wants_json(request):
        return _as_json(request, outcome, unseen, seen, **more)
    lost, again = lost_lines(outcome.lost), edited_meanwhile.seen_before(outcome.lost, seen)
    if not outcome.done:
        words = _("Nothing was changed.")
        return refuse(request, words, 409, lost=lost, back=next_page(request), again=again)
    notice = {"words": words, "lost": lost, "batch": str(outcome.batch), "is_undo": is_undo}
    return go_on(request, next_page(request), notice, again)


def refuse(
    request: StaffRequest, words: str, status: int = 422, *, lost=(), back: str = "", again=None
) -> HttpResponse:
    """`again`: what was edited meanwhile, see comments/queue/edited_meanwhile.py."""
    if wants_json(request):
        return JsonResponse({"error": str(words)}, status=status)
    back = back or reverse("queue")
    context = {
        "notice": {"words": words, "lost": lost},
        "back": back,
        "here": back,
        "fresh": edited_meanwhile.cards(again or {}, request.user, request.site_edition),
        "made_at": dates.stamp(timezone.now()),
        "queue": f"{reverse('queue')}?tab=pending",
    }
    return TemplateResponse(request, "queue/refused.html", context, status=status)


def go_on(request: StaffRequest, to: str, notice: dict, again: dict | None = None) -> HttpResponse:
    """303 to a page that says it, with the way back from its batch. `again`: see refuse();
    only the queue shows it."""
    if again and urlsplit(to).path != reverse("queue"):
        to = reverse("queue")
    notice["again"] = list((again or {}).items())
    if batch := notice.get("batch"):
        notice["way_back"] = undo_sentences.of_batch(batch)
    request.session["queue_notice"] = notice
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response


def _as_json(request: StaffRequest, outcome, unseen: set[int], seen: dict, **more) -> HttpResponse:
    (later,) = not_public.appear_later_words(1, 1)
    done = [row | ({"note": later} if row["id"] in unseen else {}) for row in outcome.done]
    lost = _with_cards(request, lost_as_json(outcome.lost), seen)
    said = {"batch": str(outcome.batch), "done": done, "lost": lost}
    said["way_back"] = undo_sentences.of_batch(outcome.batch)
    return JsonResponse(said | more, status=200 if outcome.done else 409)


def lost_as_json(lost: list[dict]) -> list[dict]:
    said = [row | {"at": row["at"] and row["at"].isoformat()} for row in lost]
    told = [{"words": lost_words(row)} if row["status"] else {} for row in lost]
    return [row | words for row, words in zip(said, told, strict=True)]


def _with_cards(request: StaffRequest, rows: list[dict], seen: dict) -> list[dict]:
    """Fresh ones of what was edited."""
    again = edited_meanwhile.seen_before(rows, seen)
    cards = edited_meanwhile.as_html(
        edited_meanwhile.cards(again, request.user, request.site_edition), request
    )
    return [row | ({"card": cards[row["id"]]} if row["id"] in cards else {}) for row in rows]


def next_page(request: StaffRequest) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse("queue")
