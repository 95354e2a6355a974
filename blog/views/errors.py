from urllib.parse import quote

from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _


def gone(request):
    return TemplateResponse(request, "410.html", status=410)


def csrf_failure(request, reason=""):
    words = _("Your session has changed since this page was opened. Nothing was saved.")
    return _nothing_saved(request, words)


def signed_out(request, back: str, hidden=()):
    """`back`: where the login leads to. `hidden`: fields that nobody typed."""
    words = _("You are not signed in any more. Nothing was saved.")
    return _nothing_saved(request, words, f"{reverse('login')}?next={quote(back)}", hidden)


def no_post(request, hidden=()):
    """Whoever was still typing when it was taken down is not punished for it."""
    words = _("There is no public post at this address. Nothing was saved.")
    return _nothing_saved(request, words, hidden=hidden, status=404)


def _nothing_saved(request, words: str, login: str = "", hidden=(), status: int = 403):
    """Never without the text that was typed: it stands in the page, ready to be copied."""
    typed = [
        (name, value)
        for name, value in request.POST.items()
        if value and name not in ("csrfmiddlewaretoken", *hidden) and "password" not in name
    ]
    context = {"words": words, "typed": typed, "login": login, "status": status}
    return TemplateResponse(request, "nothing_saved.html", context, status=status).render()
