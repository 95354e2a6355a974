"""The page where a reader reports a public comment to the moderators. A report hides nothing."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog.middleware import Request
from blog.views import errors
from blog.views.posts import visible_post
from comments.models import Comment, Report
from comments.rules import admission
from comments.rules.holding import network_of
from comments.submit import origin
from comments.submit.forms import ReportForm


@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def report(request: Request, path: str, public_id: int) -> HttpResponse:
    try:
        return _report(request, path, public_id)
    except Http404:  # the post may have been taken down while the reader typed
        if not _typed(request):
            raise
        return errors.no_public_comment(request)


def _report(request: Request, path: str, public_id: int) -> HttpResponse:
    post = visible_post(path)
    comments = Comment.objects.select_related("post").filter(post=post)
    comment = get_object_or_404(comments, public_id=public_id)
    if comment.status != Comment.Status.APPROVED:
        return _gone(request, comment)
    if request.method != "POST":
        return _page(request, comment, ReportForm())
    if refusal := admission.refuse_too_large(origin.content_length(request)):
        return _page(request, comment, ReportForm(), refusal=refusal)
    form = ReportForm(request.POST)
    network = network_of(origin.client_ip(request.META))
    if refusal := _refuse(request, comment, network):
        response = _page(request, comment, form, refusal=refusal)
        if refusal.retry_after:
            response["Retry-After"] = str(refusal.retry_after)
        return response
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    Report.submit(comment, form.cleaned_data["words"], network)
    return _page(request, comment, None)


def _refuse(request: Request, comment: Comment, network: str) -> admission.Refusal | None:
    # A second report of the same comment changes nothing and is not refused.
    foreign = admission.refuse_foreign(
        origin.sent_from(request), is_signed_in=request.user.is_authenticated
    )
    if foreign:
        return foreign
    if Report.exists_from(comment, network):
        return None
    now, window = timezone.now(), admission.NETWORK_WINDOW
    limit = admission.network_limit(admission.REPORT_LIMIT, network)
    nth = Report.nth_last(limit, network, now - window, now + window)
    return admission.refuse_busy_reporter(now, nth)


def _gone(request: Request, comment: Comment) -> HttpResponse:
    # 410 only if the comment was public once.
    if not comment.decisions.filter(new_status=Comment.Status.APPROVED).exists():
        raise Http404
    return _page(request, None, _typed(request), status=410)


def _typed(request: Request) -> ReportForm | None:
    is_readable = (
        request.method == "POST" and origin.content_length(request) <= admission.LONGEST_READ
    )
    return ReportForm(request.POST) if is_readable and request.POST.get("words") else None


def _page(
    request: Request, comment: Comment | None, form, *, refusal=None, status: int = 200
) -> HttpResponse:
    context = {"comment": comment, "form": form, "refusal": refusal}
    status = refusal.status if refusal else status
    response = TemplateResponse(request, "submit/report.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response
