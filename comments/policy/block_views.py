"""Block an author or a network: show the effect, add a line to the Policy and, if ticked, mark
pending comments from there as spam."""

from uuid import UUID, uuid4

from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.transactions import writing
from comments import dates
from comments.access import StaffRequest, moderator_required
from comments.models import Comment, Policy
from comments.models.batch import OtherBatch, decided_count, parse_batch_id, require_own
from comments.moderation import one_comment
from comments.moderation.forms import BlockNetworkForm
from comments.policy import block
from comments.queue import criteria_fields, edited_meanwhile, views
from comments.queue.answers import redirect_with_notice, refuse
from comments.queue.card import Card
from comments.queue.outcome_sentences import done_sentence, lost_lines
from comments.rules.email import normalized
from comments.submit import origin

METHODS = ["GET", "HEAD", "POST"]
may_change_policy = permission_required("comments.change_policy", raise_exception=True)


@moderator_required
@may_change_policy
@require_http_methods(METHODS)
def author(request: StaffRequest, public_id: int) -> HttpResponse:
    comment, policy = one_comment.comment_or_404(request, public_id), Policy.stored()
    email = normalized(comment.author_email)
    about: dict = {"kind": "author", "line": email}
    if _is_done(request):
        return _done(request, comment, email, _batch(request))
    blocked = block.author_is_blocked(comment, policy)
    obstacle = block.author_obstacle(comment, request.user) or not _marks(request) and blocked
    if obstacle:
        return _page(request, comment, policy, obstacle, about)
    if request.method == "POST":
        return _add(request, comment, about, "addresses", email, blocked)
    about["before"] = timezone.now()
    rows = block.waiting(comment, "author", request.user, about["before"])
    waiting = block.waiting_label([(email, len(rows))])
    about |= {"hit": block.author_hit(comment), "waiting": waiting}
    return _page(request, comment, policy, "", about)


@moderator_required
@may_change_policy
@require_http_methods(METHODS)
def network(request: StaffRequest, public_id: int) -> HttpResponse:
    comment, policy = one_comment.comment_or_404(request, public_id), Policy.stored()
    about: dict = {"kind": "network"}
    if _is_done(request):
        return _done(request, comment, request.POST.get("line", ""), _batch(request))
    near = origin.near(request.META)
    blocked = block.network_is_blocked(comment, policy)
    obstacle = block.network_obstacle(comment, near) or not _marks(request) and blocked
    if obstacle:
        return _page(request, comment, policy, obstacle, about)
    offers = block.offered(comment, near)
    choices = [(line, block.line_label(line)) for line in offers]
    form = BlockNetworkForm(request.POST or None, lines=choices)
    if request.method == "POST" and form.is_valid():
        return _add(request, comment, about, "networks", form.cleaned_data["line"], blocked)
    about["before"] = timezone.now()
    rows = block.waiting(comment, "network", request.user, about["before"])
    counts = [(line, len(block.in_line(rows, comment, line))) for line in offers]
    hits = block.network_hits(comment, offers)
    about |= {"form": form, "hits": list(hits.items()), "waiting": block.waiting_label(counts)}
    return _page(request, comment, policy, "", about)


def _marks(request: StaffRequest) -> bool:
    return request.method == "POST" and "spam" in request.POST


def _add(
    request: StaffRequest, comment: Comment, about: dict, name: str, line: str, blocked: str
) -> HttpResponse:
    """Add the line and decide what waits from there, both or neither. `blocked`: why no line is
    needed."""
    batch, rows, lost, is_new = None, {}, [], False
    try:
        if _marks(request):
            batch, rows = _batch(request) or uuid4(), _waiting(request, comment, about, line)
            require_own(batch, "spam", request.user)
        if blocked and not rows:
            return _page(request, comment, Policy.stored(), blocked, about)
        with writing():
            is_new = not blocked and Policy.add_line(name, line, by=request.user)
            if batch:
                lost = Comment.decide(rows, "spam", by=request.user, batch=batch).lost
    except (criteria_fields.Unclear, OtherBatch) as problem:
        return refuse(
            request, str(problem) or str(views.OTHER_BATCH), back=one_comment.back(request)
        )
    except ValidationError as problem:
        return _page(request, comment, Policy.stored(), " ".join(problem.messages), about)
    return _done(request, comment, line, batch, lost, is_new=is_new)


def _waiting(request: StaffRequest, comment: Comment, about: dict, line: str) -> dict[int, int]:
    before = criteria_fields.moment(request.POST.get("before", ""), timezone.now())
    rows = block.waiting(comment, about["kind"], request.user, before)
    if about["kind"] == "network":
        return block.in_line(rows, comment, line)
    return {public_id: version for public_id, version, _ip in rows}


def _batch(request: StaffRequest) -> UUID | None:
    return parse_batch_id(request.POST.get("batch"))


def _is_done(request: StaffRequest) -> bool:
    """True at the second click of a double click: the first did all of it."""
    try:
        return request.method == "POST" and bool(decided_count(_batch(request), request.user))
    except OtherBatch:
        return False


def _done(
    request: StaffRequest, comment: Comment, line: str, batch, lost=(), *, is_new=True
) -> HttpResponse:
    sentence = _("Blocked: %(line)s. Comments from there go to Spam from now on.")
    if not is_new:
        sentence = _("Blocked already: %(line)s.")
    sentences = [sentence % {"line": line}]
    if count := decided_count(batch, request.user):
        sentences.append(done_sentence("spam", count))
        sentences.append(_("Undo takes these back; the line in the policy stays."))
    notice = {"words": " ".join(sentences), "lost": lost_lines(lost)}
    notice["batch"] = str(batch) if count else ""
    to = f"{one_comment.back(request)}#comment-{comment.public_id}"
    return redirect_with_notice(request, to, notice, edited_meanwhile.versions_seen(lost, {}))


def _page(
    request: StaffRequest, comment: Comment, policy: Policy, obstacle: str, about: dict
) -> HttpResponse:
    """A POST that changes nothing answers 409, or 422 if no line was chosen."""
    status = 200 if request.method != "POST" else 409 if obstacle else 422
    context = {
        "card": Card(comment, policy),
        "obstacle": obstacle,
        "back": one_comment.back(request),
        **about,
    }
    if not obstacle:
        count = block.count_published(comment, about["kind"], request.user)
        context |= {"published": block.published_text(count) if count else "", "batch": uuid4()}
        context["before"] = dates.stamp(about["before"])
    return TemplateResponse(request, "policy/block.html", context, status=status)
