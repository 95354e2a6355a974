"""The privacy page of Administrators: look up, export and erase one e-mail address."""

from django.contrib.auth.decorators import permission_required
from django.http import HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments import tasks
from comments.access import StaffRequest, sign_in_required
from comments.privacy import erase, export
from comments.submit.forms import AddressForm, EraseForm


@never_cache
@sign_in_required
@permission_required("comments.erase_comment", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def privacy(request: StaffRequest) -> HttpResponse:
    """The address is always sent by POST: in a URL it would reach logs and the browser's
    history."""
    if request.method != "POST":
        return _page(request, AddressForm())
    form = AddressForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    email = form.cleaned_data["email"]
    if "export" in request.POST:
        name = 'attachment; filename="privacy.json"'
        options = {"indent": 2, "ensure_ascii": False}
        headers = {"Content-Disposition": name}
        return JsonResponse(export.export(email), json_dumps_params=options, headers=headers)
    if "erase" not in request.POST:
        return _found(request, email, EraseForm(initial={"email": email}))
    erase_form = EraseForm(request.POST)
    if not erase_form.is_valid():
        return _found(request, email, erase_form, status=422)
    erased = erase.erase(email, by=request.user)
    tasks.remove_traces_later()
    return _page(request, AddressForm(), email=email, report=erased.sentences)


def _found(request: StaffRequest, email: str, erase_form, status: int = 200) -> HttpResponse:
    form = AddressForm(initial={"email": email})
    found = export.summary(email)
    return _page(request, form, status=status, email=email, found=found, erase=erase_form)


def _page(request: StaffRequest, form, *, status: int = 200, **found) -> HttpResponse:
    context = {"form": form, "email": "", "report": None, "erase": None, **found}
    return TemplateResponse(request, "privacy/privacy.html", context, status=status)
