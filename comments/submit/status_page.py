"""The status page of a comment, where its author may edit or withdraw it. Whoever knows its signed
URL is the author."""

from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.middleware import Request
from blog.models import User
from blog.transactions import writing
from comments import tasks
from comments.enqueue import enqueue
from comments.models import Comment, Policy
from comments.rules import admission, holding
from comments.rules.holding import Reason
from comments.submit import cookies, origin
from comments.submit.context import text_facts
from comments.submit.edit import edit_text
from comments.submit.forms import EditForm
from comments.thread.notice import notice


@csrf_exempt
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def status(request: Request, signed: str) -> HttpResponse:
    public_id = cookies.unsign(signed)
    if public_id is None:
        return _page(request, None, _typed(request), status=404)
    comments = Comment.objects.select_related("post").filter(emptied_at=None)
    comment = comments.filter(public_id=public_id).first()
    if comment is None:
        return _page(request, None, _typed(request), status=410)
    if request.method != "POST":
        return _page(request, comment)
    # The page sends no referrer and therefore Origin "null", which Django's CSRF check refuses.
    # The secret URL proves enough, for signed-in people too.
    foreign = admission.refuse_foreign(origin.by_headers(request))
    if refusal := admission.refuse_too_large(origin.content_length(request)):
        return _too_large(request, comment, refusal)
    if "withdraw" not in request.POST:
        return _edit(request, comment, foreign)
    if foreign:
        return _page(request, comment, refusal=foreign)
    comment.withdraw()
    tasks.remove_traces_later()
    return _back(request)


def _typed(request: Request) -> EditForm | None:
    is_readable = (
        request.method == "POST" and origin.content_length(request) <= admission.LONGEST_READ
    )
    return EditForm(request.POST) if is_readable and request.POST.get("body") else None


def _edit(request: Request, comment: Comment, foreign) -> HttpResponse:
    form = EditForm(request.POST)
    if refusal := foreign or _refuse(request, comment):
        return _refused(request, comment, form, refusal)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    body = form.cleaned_data["body"]
    if body != comment.body and not _save(comment, body, _rules(request)):
        late = admission.refuse_late_edit(is_editable=False)
        return _refused(request, comment, form, late)
    return _back(request)


def _save(comment, body: str, rules: holding.Rules) -> bool:
    with writing():
        is_saved, due = edit_text(comment, _facts(comment, body), rules)
        enqueue(due)
    return is_saved


def _too_large(request: Request, comment: Comment, refusal) -> HttpResponse:
    is_readable = origin.content_length(request) <= admission.LONGEST_READ
    form = EditForm(request.POST if is_readable else None, initial={"body": comment.body})
    return _page(request, comment, form, refusal=refusal)


def _refuse(request: Request, comment: Comment) -> admission.Refusal | None:
    now = timezone.now()
    pause = Policy.current(request.site_edition).seconds_between
    facts = admission.Facts(now, last_by_sender=comment.edited_at, seconds_between=pause)
    late = admission.refuse_late_edit(is_editable=comment.is_editable(now))
    return late or admission.refuse_fast_sender(facts)


def _facts(comment, body: str) -> holding.Facts:
    codes = dict(comment.held_because)
    data = {"name": comment.author_name, "email": comment.author_email, "url": comment.author_url}
    return text_facts(
        data | {"body": body},
        ip=comment.ip,
        user_agent=comment.user_agent,
        post_age_days=(comment.submitted_at - _published_at(comment)) / timedelta(days=1),
        origin_known=Reason.NO_ORIGIN not in codes,
        staff_names=frozenset() if comment.user_id else User.staff_names(),
    )


def _published_at(comment):
    # A draft that was public before may have lost its date.
    return comment.post.published_at or comment.submitted_at


def _rules(request: Request) -> holding.Rules:
    return Policy.current(request.site_edition).rules


def _refused(request: Request, comment: Comment, form, refusal) -> HttpResponse:
    comment.refresh_from_db()
    response = _page(request, comment, form, refusal=refusal)
    if refusal.retry_after:
        response["Retry-After"] = str(refusal.retry_after)
    return response


def _back(request: Request) -> HttpResponse:
    response = HttpResponseRedirect(request.path)
    response.status_code = 303
    return _private(response)


def _page(
    request: Request, comment: Comment | None, form=None, *, refusal=None, status: int = 200
) -> HttpResponse:
    context = {"comment": comment, "refusal": refusal, "form": form, "is_cut": status == 404}
    status = refusal.status if refusal else status
    if comment:
        policy = Policy.current(request.site_edition)
        is_editable = comment.is_editable(timezone.now())
        context |= {"notice": notice(comment, policy), "is_editable": is_editable}
        if is_editable and form is None:
            context["form"] = EditForm(initial={"body": comment.body})
    return _private(TemplateResponse(request, "submit/status.html", context, status=status))


def _private(response: HttpResponse) -> HttpResponse:
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
