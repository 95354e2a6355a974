import uuid

from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.http import HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme, urlencode
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_POST

from blog import mail
from comments import counts, like, many, many_words, origin, queue, trail
from comments.banners import banners, situation
from comments.card import Card
from comments.figures import of_akismet, pending_words
from comments.filter_words import narrowing
from comments.forms import EvidenceForm
from comments.models import VERBS, Comment, Evidence, Heartbeat, Policy
from comments.models.batch import OtherBatch, name_of
from comments.models.rights import decides_at_all
from comments.models.standing import ITS_AUTHOR
from comments.notice import clock
from comments.numbers import number
from comments.record import records
from comments.search import Filters
from comments.views import pressing
from comments.views.signed_in import signed_in, wants_json

MOST_ROWS = 10_000
MOST_NAMED = 50
OTHER_BATCH = gettext_lazy("This was sent under the name of another batch. Nothing was changed.")


def moderators(view):
    """See also signed_in. Without any right to decide: 403."""

    def checked(request, *args, **kwargs):
        if not decides_at_all(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(signed_in(checked))


@moderators
@require_GET
def show(request):
    tab = request.GET.get("tab", "pending")
    tab = tab if tab in queue.TABS else "pending"
    made_at = timezone.now()
    sort = "newest" if request.GET.get("sort") == "newest" else "oldest"
    filters = Filters.parse(request.GET)
    after = queue.Cursor.parse(request.GET.get("after", ""))
    numbers, oldest = counts.counts(request.user)
    page = queue.read_page(tab, request.user, sort, after, filters, numbers[tab])
    sees_all = request.user.has_perm("comments.decide_comment")
    known = records(page.comments, names=sees_all)
    policy = Policy.current(request.site_edition)
    hides = not settings.TRUSTED_PROXIES and (
        origin.hides_address(request.META)
        or any(comment.check_error == Comment.NO_ADDRESS for comment in page.comments)
    )
    beats = Heartbeat.all_by_name()
    check = situation(beats, policy)
    context = {
        "tab": tab,
        "tab_name": queue.TABS[tab],
        "sort": sort,
        "queue": f"{request.path}?tab={tab}",
        "tabs": [(key, name, counts.count_words(numbers[key])) for key, name in queue.TABS.items()],
        "cards": [Card(c, policy, check, known[c.pk]) for c in page.comments],
        "alone": False,
        "following": page.following,
        **narrowing(filters, tab, page, request.user, is_first=after is None),
        **_acting(tab, made_at, filters, page, numbers[tab], request),
        "pending_words": pending_words(
            numbers["pending"], counts.count_words(numbers["pending"]), oldest
        ),
        "akismet_figures": of_akismet(beats.get(Heartbeat.FIGURES)),
        "bulk": queue.verbs_of_tab(tab),
        "keeps": tab in queue.AGAIN,
        "banners": banners(beats, hides),
        "sends_mail": mail.is_configured(),
        "here": request.get_full_path(),
        "made_at": like.stamp(made_at),
        "notice": request.session.pop("queue_notice", None),
    }
    return TemplateResponse(request, "comments/queue.html", context)


def _acting(tab: str, made_at, filters, page, in_tab: int, request) -> dict:
    """On all that the page and those that follow it show: how many, and the way there."""
    screen, since = many.Criteria.of_screen(tab, made_at, filters), None
    count = in_tab
    if filters:
        count = len(page.comments)
        is_whole = not (page.following or page.looked_at or request.GET.get("after"))
        if count and not is_whole:
            count, since = many.count(screen, request.user)
    words = many_words.act_words(count, since, is_narrowed=bool(filters))
    return {"act_words": words, "screen": urlencode(screen.params)}


# Django's check of the token reads the form as well, and has no words for one that is too long.
@csrf_exempt
@moderators
@require_POST
def decide(request):
    """`row` = `<public_id>.<version>`, once or many times; 409 where nothing could be done.
    `batch`: what its sender calls it, for one that may be sent again."""
    if _count_rows(request) > MOST_ROWS:
        words = _("At most %(n)s comments at once. Nothing was changed.") % {"n": f"{MOST_ROWS:,}"}
        return refuse(request, words)
    return _decide(request)


def _count_rows(request) -> int:
    try:
        return len(request.POST.getlist("row"))
    except (TooManyFieldsSent, RequestDataTooBig):
        return MOST_ROWS + 1


@csrf_protect
def _decide(request):
    verb, rows = request.POST.get("verb", ""), rows_of(request.POST.getlist("row"))
    if verb not in VERBS or rows is None:
        return _not_understood(request)
    if not rows:
        words = _("No comment was selected. Nothing was changed.")
        return refuse(request, words, back=_next(request))
    try:
        batch = name_of(request.POST.get("batch"))
        outcome = pressing.decide(rows, verb, by=request.user, batch=batch)
    except OtherBatch:
        return refuse(request, OTHER_BATCH, back=_next(request))
    done = "keep" if outcome.kept == len(outcome.done) else verb
    return _answer(request, outcome, done_words(done, len(outcome.done)))


@moderators
@require_POST
def undo(request):
    """All of a batch, or `only` one comment of it. `undo`: what its sender calls the undo itself,
    for one that may be sent again."""
    only = request.POST.get("only")
    try:
        batch = uuid.UUID(request.POST.get("batch", ""))
    except ValueError:
        batch = None
    if batch is None or (only is not None and number(only) is None):
        return _not_understood(request)
    try:
        as_batch = name_of(request.POST.get("undo"))
        only = only and number(only)
        outcome = pressing.undo(batch, by=request.user, only=only, as_batch=as_batch)
    except OtherBatch:
        return refuse(request, OTHER_BATCH, back=_next(request))
    notes = trail.not_taken_back(batch, outcome.batch)
    words = " ".join([_undone_words(len(outcome.done)), *notes, *_tab_words(outcome.done)])
    return _answer(request, outcome, words, is_undo=True, notes=notes)


@moderators
@require_GET
def history(request, public_id):
    comments = Comment.objects.decidable_by(request.user)
    comments = comments.select_related("post", "parent", "user", "revised_by")
    comment = get_object_or_404(comments, public_id=public_id)
    return show_history(request, comment, EvidenceForm())


def show_history(request, comment, form, status=200):
    context = {
        "card": Card(comment, Policy.current(request.site_edition)),
        "lines": trail.lines(comment),
        "last": trail.last_batch(comment),
        "form": form,
        "here": request.get_full_path(),
        "notice": request.session.pop("queue_notice", None),
    }
    return TemplateResponse(request, "comments/history.html", context, status=status)


@moderators
@require_POST
def evidence(request, public_id):
    """Keeps it with a note, or releases it: then it goes on its day, as any other."""
    comment = get_object_or_404(Comment.objects.decidable_by(request.user), public_id=public_id)
    form = EvidenceForm(request.POST)
    if "release" in request.POST:
        Evidence.release(comment, by=request.user)
    elif form.is_valid():
        Evidence.keep(comment, form.cleaned_data["note"], by=request.user)
    else:
        return show_history(request, comment, form, 422)
    return redirect(reverse("history", args=[public_id]) + "#evidence")


def rows_of(texts: list[str]) -> dict[int, int] | None:
    """None where one of them is not a row."""
    parts = [text.partition(".") for text in texts]
    rows = {number(name): number(version) for name, _dot, version in parts}
    return None if None in rows or None in rows.values() else rows


def _answer(request, outcome, words: str, *, is_undo: bool = False, **more):
    if wants_json(request):
        return _json(outcome, **more)
    lost = lost_lines(outcome.lost)
    if not outcome.done:
        words = _("Nothing was changed.")
        return refuse(request, words, 409, lost=lost, back=_next(request))
    notice = {"words": words, "lost": lost, "batch": str(outcome.batch), "is_undo": is_undo}
    return go_on(request, _next(request), notice)


def _not_understood(request):
    words = _("That was not understood. Nothing was changed.")
    return refuse(request, words, back=_next(request))


def refuse(request, words: str, status: int = 422, *, lost=(), back: str = ""):
    if wants_json(request):
        return JsonResponse({"error": str(words)}, status=status)
    context = {"notice": {"words": words, "lost": lost}, "back": back or reverse("queue")}
    return TemplateResponse(request, "comments/queue_refused.html", context, status=status)


def go_on(request, to: str, notice: dict):
    """303 to a page that says it."""
    request.session["queue_notice"] = notice
    response = HttpResponseRedirect(to)
    response.status_code = 303
    return response


def lost_lines(lost: list[dict]) -> list[dict]:
    """In words, and which one: whoever lost wants to see what stands there now. Of very many only
    the first: the session carries them to the next page."""
    rows = lost[:MOST_NAMED]
    named = [{"words": lost_words(row), "id": row["status"] and row["id"]} for row in rows]
    more = len(lost) - len(rows)
    words = ngettext("And %(n)d more.", "And %(n)d more.", more) % {"n": more}
    return [*named, {"words": words, "id": ""}] if more else named


def _json(outcome, **more):
    said = {"batch": str(outcome.batch), "done": outcome.done, "lost": lost_as_json(outcome.lost)}
    return JsonResponse(said | more, status=200 if outcome.done else 409)


def lost_as_json(lost: list[dict]) -> list[dict]:
    return [row | {"at": row["at"] and row["at"].isoformat()} for row in lost]


def _next(request) -> str:
    wanted = request.POST.get("next", "")
    if url_has_allowed_host_and_scheme(wanted, allowed_hosts=None) and wanted.startswith("/"):
        return wanted
    return reverse("queue")


def done_words(verb: str, count: int) -> str:
    words = {
        "approve": ngettext("%(n)s comment approved.", "%(n)s comments approved.", count),
        "keep": ngettext("%(n)s comment kept.", "%(n)s comments kept.", count),
        "hold": ngettext("%(n)s comment unapproved.", "%(n)s comments unapproved.", count),
        "spam": ngettext("%(n)s comment marked as spam.", "%(n)s comments marked as spam.", count),
        "trash": ngettext("%(n)s comment moved to trash.", "%(n)s comments moved to trash.", count),
        "restore": ngettext("%(n)s comment restored.", "%(n)s comments restored.", count),
    }
    return words[verb] % {"n": f"{count:,}"}


def _undone_words(count: int) -> str:
    words = ngettext("%(n)s comment put back.", "%(n)s comments put back.", count)
    return words % {"n": f"{count:,}"}


def _tab_words(done: list[dict]) -> list[str]:
    """Where they are now, if all are in one: an undo can be undone too."""
    tabs = {row["status"] for row in done}
    return [_("Now: %(tab)s.") % {"tab": Comment.Status(*tabs).label}] if len(tabs) == 1 else []


def lost_words(row: dict) -> str:
    """Who was faster, and what they decided."""
    if not row["status"]:
        return _("Comment %(id)d: not there any more, or not yours to decide.") % {"id": row["id"]}
    status = Comment.Status(row["status"]).label
    words = _("Comment %(id)d was left as it is: %(status)s since %(time)s, decided by %(by)s.")
    if row.get("edited"):
        words = _("Comment %(id)d was edited by %(by)s, %(time)s. Read it again.")
    elif row["by"] == ITS_AUTHOR:
        words = _("Comment %(id)d was withdrawn by its author, %(time)s.")
    return words % {
        "id": row["id"],
        "status": status,
        "time": clock(row["at"]) if row["at"] else "",
        "by": row["by"] or _("the spam check or its sender"),
    }
