from django.contrib.auth.decorators import permission_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from blog.sign_in_again import can_show_again, shown_again
from blog.text.folding import fold_case
from comments.access import StaffRequest, sign_in_required
from comments.models import Policy, PolicyChange
from comments.models.policy_change import differences
from comments.moderation import one_comment
from comments.policy import change_sentences, trial
from comments.policy.form import PolicyForm
from comments.queue.answers import refuse
from comments.rules.policy_merge import lines

CHANGES_SHOWN = 20
# The fields of the policy with lines that block an author or a network.
BLOCKING = ("addresses", "networks")


def policy_makers(view):
    # See also sign_in_required.
    checked = permission_required("comments.change_policy", raise_exception=True)(view)
    return never_cache(sign_in_required(checked))


@policy_makers
@can_show_again
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _show(request, PolicyForm(instance=Policy.stored()), trial.TrialForm())
    form = PolicyForm(request.POST, instance=Policy.stored())
    if shown_again(request):
        tried = trial.TrialForm(initial=_typed(request, trial.TrialForm.prefix))
        return _show(request, form, tried)
    return _try(request, form) if "try" in request.POST else _save(request, form)


def _save(request: StaffRequest, form) -> HttpResponse:
    tried = trial.TrialForm(initial=_typed(request, trial.TrialForm.prefix))
    if not form.is_valid():
        return _show(request, form, tried, status=422)
    base = form.opened_with()
    try:
        merged = Policy.merge(form.cleaned_data, base=base, by=request.user)
    except ValidationError as problem:
        form.add_error(None, problem)
        return _show(request, form, tried, status=422)
    if merged.clashes:
        form = form.asked_again(merged)
        return _show(request, form, tried, is_changed_by_both=True, status=409)
    request.session["queue_notice"] = {"words": _saved_sentence(base, merged.theirs)}
    response = HttpResponseRedirect(reverse("policy"))
    response.status_code = 303
    return response


@policy_makers
@require_POST
def unblock(request: StaffRequest) -> HttpResponse:
    """Remove one line, whatever else was changed since the page was made."""
    name, line = request.POST.get("list", ""), request.POST.get("line", "").strip()
    if name not in BLOCKING or not line:
        sentence = _("That was not understood. Nothing was changed.")
        return refuse(request, sentence, back=reverse("policy"))
    if Policy.remove_line(name, line, by=request.user):
        sentence = _("Unblocked: %(line)s. Comments from there wait like all others.")
    else:
        sentence = _("%(line)s is not in the policy any more.")
    return one_comment.back_with_notice(
        request, sentence % {"line": line}, to=one_comment.back(request)
    )


def _blocked_line(request: StaffRequest) -> dict:
    for name in BLOCKING:
        if line := request.GET.get(name, "").strip():
            policy = Policy.stored()
            found = [w for w in lines(getattr(policy, name)) if fold_case(w) == fold_case(line)]
            return {
                "list": name,
                "label": Policy.label_of(name),
                "line": found[0] if found else line,
                "stands": bool(found),
                "added": PolicyChange.last(name, added=found[0]) if found else None,
                "next": one_comment.back(request),
            }
    return {}


def _saved_sentence(base: dict, theirs: dict) -> str:
    sentence = _("The policy is saved.")
    if others := change_sentences.sentence(differences(base, theirs)):
        meanwhile = _("What others changed since you opened the page is kept: %(changes)s.")
        return f"{sentence} {meanwhile % {'changes': others}}"
    return sentence


def _try(request: StaffRequest, form) -> HttpResponse:
    tried = trial.TrialForm(request.POST)
    if not (form.is_valid() and tried.is_valid()):
        return _show(request, form, tried, status=422)
    return _show(request, form, tried, found=trial.try_policy(tried.cleaned_data, form.instance))


def _typed(request: StaffRequest, prefix: str) -> dict:
    start = f"{prefix}-"
    return {
        name.removeprefix(start): value
        for name, value in request.POST.items()
        if name.startswith(start)
    }


def _show(
    request: StaffRequest, form, tried, *, is_changed_by_both=False, found=None, status: int = 200
) -> HttpResponse:
    changes = PolicyChange.objects.select_related("by")[:CHANGES_SHOWN]
    context = {
        "form": form,
        "trial": tried,
        "is_trial": "try" in request.POST,
        "found": found,
        "is_changed_by_both": is_changed_by_both,
        "blocked": _blocked_line(request),
        "changes": change_sentences.lines(changes),
        "notice": request.session.pop("queue_notice", None),
    }
    return TemplateResponse(request, "policy/policy.html", context, status=status)
