"""The page "Lost the link to your comment?": mails the links of all comments that were sent with an
e-mail address."""

import uuid

from django import forms
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import cache_control
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from blog import mail
from blog.middleware import Request
from blog.transactions import writing
from comments.enqueue import enqueue
from comments.models import Mail
from comments.rules import admission
from comments.rules.holding import network_of
from comments.submit import origin
from comments.submit.forms import clean_text

MOST = 10  # in admission.NETWORK_WINDOW
UNKNOWN = "unknown"  # not "", which other kinds of mail have as their network


class FindForm(forms.Form):
    email = forms.EmailField(
        label=gettext_lazy("Email"),
        max_length=254,
        help_text=gettext_lazy("The one that you typed when you sent the comment."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages={"required": gettext_lazy("Please type your e-mail address.")},
    )
    use_required_attribute = False

    def clean_email(self):
        return clean_text(self.cleaned_data["email"]).lower()


@csrf_exempt
@cache_control(private=True, no_cache=True)
@require_http_methods(["GET", "HEAD", "POST"])
def find(request: Request) -> HttpResponse:
    """Answers every address in the same way and time: the worker looks up the comments."""
    form = FindForm(request.POST or None)
    if request.method != "POST" or not mail.is_configured():
        return _page(request, form)
    if refusal := _refusal(request):
        response = _page(request, form, refusal.status, refusal.message)
        if refusal.retry_after:
            response["Retry-After"] = str(refusal.retry_after)
        return response
    if not form.is_valid():
        return _page(request, form, 422)
    with writing():
        due = Mail.objects.queue(
            Mail.Kind.LINKS,
            form.cleaned_data["email"],
            key=f"links:{uuid.uuid4()}",
            network=_network(request) or UNKNOWN,
        )
        enqueue(due)
    response = HttpResponseRedirect(reverse("find") + "?sent=1")
    response.status_code = 303
    return response


def _page(request: Request, form, status: int = 200, problem="") -> HttpResponse:
    context = {
        "form": form,
        "problem": problem,
        "is_sent": "sent" in request.GET,
        "sends_mail": mail.is_configured(),
    }
    response = TemplateResponse(request, "mail/find.html", context, status=status)
    response["X-Robots-Tag"] = "noindex"
    return response


def _refusal(request: Request) -> admission.Refusal | None:
    foreign = admission.refuse_foreign(origin.sent_from(request))
    return foreign or _refuse_busy_network(_network(request))


def _refuse_busy_network(network: str) -> admission.Refusal | None:
    now, window = timezone.now(), admission.NETWORK_WINDOW
    near = {"created_at__gt": now - window, "created_at__lte": now + window}
    asked = Mail.objects.filter(network=network or UNKNOWN, **near)
    times = asked.order_by("-created_at").values_list("created_at", flat=True)
    limit = admission.network_limit(MOST, network)
    return admission.refuse_busy_asker(now, next(iter(times[limit - 1 : limit]), None))


def _network(request: Request) -> str:
    return network_of(origin.client_ip(request.META))
