"""Act on many comments: choose criteria, see the comments that meet them, decide them at once."""

from collections import Counter
from dataclasses import replace
from uuid import uuid4

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from comments import access, dates
from comments.access import StaffRequest
from comments.models import Comment
from comments.models.batch import OtherBatch, parse_batch_id
from comments.models.verbs import STATUS_OF
from comments.moderation import bulk, bulk_sentences
from comments.queue import criteria_fields, edited_meanwhile, not_public, selection, views
from comments.queue.answers import redirect_with_notice, refuse
from comments.queue.counts import count_text
from comments.queue.filters import Filters
from comments.queue.hold_reasons import IN_COMMON
from comments.queue.outcome_sentences import done_sentence, lost_lines
from comments.queue.page import AGAIN, ALL, TABS, verbs_of_tab
from comments.rules.parse import number

PREVIEW = 20
# Fields of the form that are not criteria.
OF_THE_FORM = ("csrfmiddlewaretoken", "verb", "next", "batch")


@access.moderator_required
@require_http_methods(["GET", "HEAD", "POST"])
def many(request: StaffRequest) -> HttpResponse:
    try:
        if request.method == "POST":
            return _decide(request)
        if "comment" in request.GET:
            return _more_like(request)
        if "choose" in request.GET or set(request.GET) <= {"tab", "before", "sort"}:
            return _choose(request)
        asked = {name: request.GET[name] for name in request.GET if name != "sort"}
        return _preview(request, selection.Criteria.parse(asked))
    except criteria_fields.Unclear as unclear:
        if request.method == "POST" or "comment" in request.GET:
            return refuse(request, str(unclear))
        return _choose(request, str(unclear))


def _more_like(request: StaffRequest) -> HttpResponse:
    public_id = number(request.GET["comment"]) or 0
    comments = Comment.objects.decidable_by(request.user).select_related("post")
    comment = get_object_or_404(comments, public_id=public_id)
    before = criteria_fields.moment(request.GET.get("before", ""), timezone.now())
    ways = [_way(request, way, comment.body) for way in selection.alike_to(comment, before)]
    context = {"comment": comment, "ways": ways, "before": before}
    context["tab_name"] = TABS[comment.status]
    return TemplateResponse(request, "moderation/more_like_this.html", context)


def _way(request: StaffRequest, criteria, body: str) -> dict:
    found = selection.find(criteria, request.user)
    texts = [
        criteria_fields.criterion_text(name, value, body=body)
        for name, value in criteria.values.items()
    ]
    count, query = count_text(len(found.rows)), urlencode(criteria.params)
    return {"words": texts[0], "count": count, "query": query, "since": found.since}


def _choose(request: StaffRequest, problem: str = "") -> HttpResponse:
    tab, now = request.GET.get("tab", "") or "pending", timezone.now()
    if problem:
        tab, before = tab if tab in TABS else "pending", now
    else:
        tab, before = (
            criteria_fields.tab(tab),
            criteria_fields.moment(request.GET.get("before", ""), now),
        )
    context = {
        "tab": tab,
        "tab_name": TABS[tab],
        "before": dates.stamp(before),
        "typed": request.GET,
        "problem": problem,
        "reasons": IN_COMMON.items(),
        "searched": bulk_sentences.searched(_queue_filters(request.GET), [], request.user),
    }
    template, status = "moderation/bulk_choose.html", 422 if problem else 200
    return TemplateResponse(request, template, context, status=status)


def _queue_filters(given) -> Filters:
    # The filters of the queue for which the form has no field.
    return Filters.parse({name: given[name] for name in ("q", "post") if name in given})


def _preview(request: StaffRequest, criteria) -> HttpResponse:
    found = selection.find(criteria, request.user)
    ids = list(found.versions)
    # The order of the queue page from which this one was opened.
    sort = "oldest" if request.GET.get("sort") == "oldest" else "newest"
    ids = (ids[::-1] if sort == "oldest" else ids)[:PREVIEW]
    comments = Comment.objects.filter(public_id__in=ids).select_related("post")
    shown = sorted(comments, key=lambda comment: ids.index(comment.public_id))
    body = shown[0].body if shown and criteria.text else ""
    count = len(found.versions)
    unseen = not_public.count_among(found.versions)
    statuses = selection.count_statuses(found) if criteria.tab == ALL else Counter({"": count})
    values = {name: value for name, value in criteria.values.items() if name not in ("q", "post")}
    context = {
        "criteria": criteria,
        "before": dates.clock(criteria.before),
        "criteria_texts": [
            *(
                criteria_fields.criterion_text(name, value, body=body)
                for name, value in values.items()
            ),
            *bulk_sentences.searched(criteria.filters, shown, request.user),
        ],
        "found": found,
        "on": _page_queries(criteria, found.since, sort),
        "sort": sort,
        "count_text": bulk_sentences.count_in_tab(
            count, str(TABS[criteria.tab]), has_more=found.has_more
        ),
        "shown": [bulk_sentences.Line(comment) for comment in shown],
        "unshown": count - len(shown),
        "verbs": [
            (verb, label, _consequence(criteria, verb, statuses, unseen))
            for verb, label in verbs_of_tab(criteria.tab)
            if count > statuses[_there_already(criteria, verb)]
        ],
        "further": urlencode({"choose": "1", "sort": sort} | _without_all(criteria)),
        "tab_name": TABS[criteria.tab],
        "notice": request.session.pop("queue_notice", None),
        "here": request.get_full_path(),
        "batch": uuid4(),
    }
    return TemplateResponse(request, "moderation/bulk.html", context)


def _page_queries(criteria, since, sort: str) -> dict[str, str]:
    further = replace(criteria, until=since) if since else None
    pages = {"further": further, "newest": replace(criteria, until=None)}
    return {name: urlencode(page.params | {"sort": sort}) for name, page in pages.items() if page}


def _without_all(criteria) -> dict[str, str]:
    return {name: value for name, value in criteria.params.items() if name != "all"}


def _there_already(criteria, verb: str) -> str:
    """Return the status whose comments the verb leaves alone: the tab All has them too."""
    return STATUS_OF[verb] if criteria.tab == ALL else "none"


def _consequence(criteria, verb: str, statuses: Counter, unseen: int) -> str:
    effect = "keep" if verb == "approve" and criteria.tab in AGAIN else verb
    left = statuses[_there_already(criteria, verb)]
    sentence = bulk_sentences.consequence(effect, statuses.total() - left, unseen)
    return f"{sentence} {bulk_sentences.left_there(left, verb)}" if left else sentence


def _decide(request: StaffRequest) -> HttpResponse:
    sent = {name: value for name, value in request.POST.items() if name not in OF_THE_FORM}
    if not sent.get("before"):
        raise criteria_fields.no_time()
    criteria, verb = selection.Criteria.parse(sent), request.POST.get("verb", "")
    if verb not in dict(verbs_of_tab(criteria.tab)):
        raise criteria_fields.Unclear(_("That was not understood. Nothing was changed."))
    try:
        batch = parse_batch_id(request.POST.get("batch"))
        done = bulk.decide(criteria, verb, by=request.user, batch=batch)
    except OtherBatch:
        return refuse(request, str(views.OTHER_BATCH))
    lost, again = lost_lines(done.lost), edited_meanwhile.versions_seen(done.lost, {})
    if not done.count:
        sentence = _("Nothing is left to act on. Nothing was changed.")
        return refuse(request, sentence, 409, lost=lost, again=again)
    notice = {"words": _done_sentence(verb, done), "lost": lost, "batch": str(done.batch)}
    return redirect_with_notice(request, f"{reverse('queue')}?tab={criteria.tab}", notice, again)


def _done_sentence(verb: str, done) -> str:
    sentence = done_sentence("keep" if done.is_kept else verb, done.count, done.unseen)
    if done.is_again:
        again = _("The form was sent twice; it was applied once. Reload to act on more.")
        return f"{sentence} {again}"
    if done.has_more:
        return f"{sentence} {_('There are more of them: act again for the next.')}"
    return sentence
