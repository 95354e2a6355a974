from django.contrib.auth.decorators import permission_required
from django.http import HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from comments import trial
from comments.models import Policy, PolicyChange
from comments.numbers import number
from comments.policy_form import PolicyForm
from comments.views.signed_in import signed_in

CHANGES_SHOWN = 20


@never_cache
@signed_in
@permission_required("comments.change_policy", raise_exception=True)
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request):
    if request.method != "POST":
        form = PolicyForm(instance=Policy.stored())
        return _show(request, form, trial.TrialForm(), seen=PolicyChange.newest())
    form = PolicyForm(request.POST, instance=Policy.stored())
    return _try(request, form) if "try" in request.POST else _save(request, form)


def _save(request, form):
    tried = trial.TrialForm(initial=_typed(request, trial.TrialForm.prefix))
    if not form.is_valid():
        return _show(request, form, tried, seen=_seen(request), status=422)
    missed = Policy.change(form.cleaned_data, by=request.user, seen=_seen(request))
    if missed:
        return _show(request, form, tried, seen=missed[0].pk, missed=missed, status=409)
    request.session["queue_notice"] = {"words": _("The policy is saved.")}
    response = HttpResponseRedirect(reverse("policy"))
    response.status_code = 303
    return response


def _try(request, form):
    """With the rules as they stand in the form; nothing is written."""
    tried = trial.TrialForm(request.POST)
    if not (form.is_valid() and tried.is_valid()):
        return _show(request, form, tried, seen=_seen(request), status=422)
    found = trial.judge(tried.cleaned_data, form.instance)
    return _show(request, form, tried, seen=_seen(request), found=found)


def _seen(request) -> int:
    """The newest change that the person knew of."""
    return number(request.POST.get("seen", "")) or 0


def _typed(request, prefix: str) -> dict:
    start = f"{prefix}-"
    return {
        name.removeprefix(start): value
        for name, value in request.POST.items()
        if name.startswith(start)
    }


def _show(request, form, tried, *, seen, missed=(), found=None, status=200):
    context = {
        "form": form,
        "trial": tried,
        "is_trial": "try" in request.POST,
        "found": found,
        "seen": seen,
        "missed": missed,
        "changes": PolicyChange.objects.select_related("by")[:CHANGES_SHOWN],
        "notice": request.session.pop("queue_notice", None),
    }
    return TemplateResponse(request, "comments/policy.html", context, status=status)
