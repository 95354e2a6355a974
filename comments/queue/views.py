import uuid

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from blog.sign_in_again import can_show_again, shown_again
from comments import dates, tasks
from comments.access import StaffRequest, keeps_typed_text, moderator_required
from comments.check.situation import situation
from comments.models import VERBS, Comment, Evidence, Heartbeat, Policy
from comments.models.batch import OtherBatch, parse_batch_id
from comments.queue import (
    author_head,
    counts,
    edited_meanwhile,
    filter_sentences,
    hit_counts,
    hits,
    not_public,
    selection,
)
from comments.queue.answers import answer, next_page, refuse
from comments.queue.author_history import author_histories
from comments.queue.banners import banners, mail_sentence
from comments.queue.card import Card
from comments.queue.decide import decide_once, undo_once
from comments.queue.filter_sentences import narrowing
from comments.queue.filters import Filters
from comments.queue.history import history_lines, last_batch, not_taken_back
from comments.queue.outcome_sentences import done_sentence, tab_sentences, undone_sentence
from comments.queue.page import AGAIN, ALL, TABS, read_page, sort_of, verbs_of_tab
from comments.queue.paging import Cursor
from comments.queue.pending import pending_sentences
from comments.queue.spam_figures import akismet_figures
from comments.rules.parse import number
from comments.submit import origin
from comments.submit.forms import EvidenceForm

MOST_ROWS = 10_000
OTHER_BATCH = gettext_lazy("This was sent under the name of another batch. Nothing was changed.")


@moderator_required
@require_GET
def show(request: StaffRequest) -> HttpResponse:
    tab = request.GET.get("tab", "pending")
    tab = tab if tab in TABS else "pending"
    made_at = timezone.now()
    sort = sort_of(tab, request.GET.get("sort"))
    filters = Filters.parse(request.GET)
    after = Cursor.parse(request.GET.get("after", ""))
    counted = counts.counts(request.user)
    numbers = counted.by_tab
    found = hits.find(filters)
    page = read_page(tab, request.user, sort, after, filters, numbers[tab], found)
    texts = counts.texts(numbers)
    texts[ALL] = ""  # nobody asks, and a phone has little room
    if filters:
        texts = hit_counts.texts(filters, request.user, found, numbers)
    sees_all = request.user.has_perm("comments.decide_comment")
    histories = author_histories(page.comments, names=sees_all)
    policy = Policy.current(request.site_edition)
    head = author_head.read(filters.author, request.user, policy) if filters.author else None
    hides = not settings.TRUSTED_PROXIES and (
        origin.hides_address(request.META)
        or any(comment.check_error == Comment.NO_ADDRESS for comment in page.comments)
    )
    beats = Heartbeat.all_by_name()
    notice = request.session.pop("queue_notice", None) or {}
    again = edited_meanwhile.cards(
        dict(notice.get("again", ())), request.user, request.site_edition
    )
    shown = {card.comment.pk for card in again}
    rest = [comment for comment in page.comments if comment.pk not in shown]
    check = situation(beats, policy)
    context = {
        "tab": tab,
        "tab_name": TABS[tab],
        "sort": sort,
        "usual_sort": sort_of(tab, None),
        "queue": f"{request.path}?tab={tab}",
        "tabs": [(key, name, texts[key]) for key, name in TABS.items()],
        "fresh": again,
        "cards": [Card(c, policy, check, histories[c.pk], filters.phrases) for c in rest],
        "following": page.following,
        **narrowing(filters, page, request.user, is_first=after is None, has_head=head is not None),
        "author_head": head,
        **_acting(tab, sort, made_at, filters, page, numbers[tab], request),
        **pending_sentences(counted),
        "akismet_figures": akismet_figures(beats.get(Heartbeat.FIGURES)),
        "bulk": verbs_of_tab(tab),
        "keeps": tab in AGAIN,
        "says_status": tab == ALL,
        "banners": banners(beats, hides),
        "mail_sentence": mail_sentence(),
        "here": request.get_full_path(),
        "made_at": dates.stamp(made_at),
        "notice": notice,
    }
    return TemplateResponse(request, "queue/queue.html", context)


def _acting(tab: str, sort: str, made_at, filters, page, in_tab: int, request) -> dict:
    screen, since = selection.Criteria.of_screen(tab, made_at, filters), None
    count = in_tab
    if tab == ALL and not filters:
        count = 0  # nobody acts on everything there is
    elif filters:
        count = len(page.comments)
        is_whole = not (page.following or page.looked_at or request.GET.get("after"))
        if count and not is_whole:
            count, since = selection.count(screen, request.user)
    sentence = filter_sentences.act_label(count, since, is_narrowed=bool(filters)) if count else ""
    return {"act_label": sentence, "screen": urlencode(screen.params | {"sort": sort})}


# Django's CSRF check also parses the form, and would answer a form that is too long without an
# explanation. Count first, then check the token in _decide().
@csrf_exempt
@moderator_required
@require_POST
def decide(request: StaffRequest) -> HttpResponse:
    """`row`: `<public_id>.<version>`, repeated. `batch`: a name that the sender chose, so that
    it may send again. 409 if nothing could be done."""
    if _count_rows(request) > MOST_ROWS:
        sentence = _("At most %(n)s comments at once. Nothing was changed.") % {
            "n": f"{MOST_ROWS:,}"
        }
        return refuse(request, sentence)
    return _decide(request)


def _count_rows(request: StaffRequest) -> int:
    try:
        return len(request.POST.getlist("row"))
    except (TooManyFieldsSent, RequestDataTooBig):
        return MOST_ROWS + 1


@csrf_protect
def _decide(request: StaffRequest) -> HttpResponse:
    verb, rows = request.POST.get("verb", ""), rows_of(request.POST.getlist("row"))
    if verb not in VERBS or rows is None:
        return _not_understood(request)
    if not rows:
        sentence = _("No comment was selected. Nothing was changed.")
        return refuse(request, sentence, back=next_page(request))
    try:
        batch = parse_batch_id(request.POST.get("batch"))
        outcome = decide_once(rows, verb, by=request.user, batch=batch)
    except OtherBatch:
        return refuse(request, str(OTHER_BATCH), back=next_page(request))
    did = "keep" if outcome.kept == len(outcome.done) else verb
    unseen = not_public.approved_unseen(outcome.done)
    sentence = done_sentence(did, len(outcome.done), len(unseen))
    return answer(request, outcome, sentence, unseen, rows)


@moderator_required
@require_POST
def undo(request: StaffRequest) -> HttpResponse:
    """`only`: undo one comment of the batch. `undo`: a name that the sender chose for the undo,
    so that it may send again."""
    typed = request.POST.get("only")
    only = None if typed is None else number(typed)
    try:
        batch = uuid.UUID(request.POST.get("batch", ""))
    except ValueError:
        batch = None
    if batch is None or (typed is not None and only is None):
        return _not_understood(request)
    try:
        as_batch = parse_batch_id(request.POST.get("undo"))
        outcome = undo_once(batch, by=request.user, only=only, as_batch=as_batch)
    except OtherBatch:
        return refuse(request, str(OTHER_BATCH), back=next_page(request))
    notes = not_taken_back(batch, outcome.batch)
    sentences = [undone_sentence(len(outcome.done)), *notes, *tab_sentences(outcome.done)]
    unseen = not_public.approved_unseen(outcome.done)
    sentences += not_public.appear_later_sentences(len(unseen), len(outcome.done))
    return answer(request, outcome, " ".join(sentences), unseen, {}, is_undo=True, notes=notes)


@moderator_required
@require_GET
def history(request: StaffRequest, public_id: int) -> HttpResponse:
    comments = Comment.objects.decidable_by(request.user)
    comments = comments.select_related("post", "parent", "user", "revised_by")
    comment = get_object_or_404(comments, public_id=public_id)
    return show_history(request, comment, EvidenceForm())


def show_history(request: StaffRequest, comment: Comment, form, status: int = 200) -> HttpResponse:
    context = {
        "card": Card(comment, Policy.current(request.site_edition)),
        "lines": history_lines(comment),
        "last": last_batch(comment),
        "form": form,
        "here": request.get_full_path(),
        "notice": request.session.pop("queue_notice", None),
    }
    return TemplateResponse(request, "queue/history.html", context, status=status)


@moderator_required
@can_show_again
@require_POST
@keeps_typed_text
def evidence(request: StaffRequest, public_id: int) -> HttpResponse:
    comment = get_object_or_404(Comment.objects.decidable_by(request.user), public_id=public_id)
    form = EvidenceForm(request.POST)
    if shown_again(request):
        return show_history(request, comment, form)
    if "release" in request.POST:
        Evidence.release(comment, by=request.user)
        tasks.remove_traces_later()
    elif form.is_valid():
        Evidence.keep(comment, form.cleaned_data["note"], by=request.user)
    else:
        return show_history(request, comment, form, 422)
    return redirect(reverse("history", args=[public_id]) + "#evidence")


def rows_of(texts: list[str]) -> dict[int, int] | None:
    """Map public_ids to versions; None if a text is not a row."""
    parts = [text.partition(".") for text in texts]
    rows = {number(name): number(version) for name, _dot, version in parts}
    known = {name: seen for name, seen in rows.items() if name is not None and seen is not None}
    return known if len(known) == len(rows) else None


def _not_understood(request: StaffRequest) -> HttpResponse:
    sentence = _("That was not understood. Nothing was changed.")
    return refuse(request, sentence, back=next_page(request))
