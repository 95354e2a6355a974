from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

# What forms say of themselves, which nobody typed.
HIDDEN = ("csrfmiddlewaretoken", "next", "once", "seen", "tab", "before", "until")
HIDDEN += ("row", "verb", "batch", "undo", "only", "thread")
# And the names of their buttons.
HIDDEN += ("do", "approve", "keep", "release", "try")


def not_found(request, **_kwargs):
    raise Http404


def gone(request):
    return TemplateResponse(request, "410.html", status=410)


def csrf_failure(request, reason=""):
    words = _("Your session has changed since this page was opened. Nothing was saved.")
    return _nothing_saved(request, words, back=came_from(request))


def foreign(request, origin: str):
    words = _(
        "Your browser says that this form came from %(origin)s, but this site is at %(site)s. "
        "Nothing was saved. If both are this site, an administrator must set SITE_URL to the "
        "address that you see in your browser, and restart."
    )
    words %= {"origin": origin[:100], "site": settings.SITE_URL}
    return _nothing_saved(request, words, back=came_from(request))


def signed_out(request, back: str):
    """`back`: where the login leads to."""
    words = _("You are not signed in any more. Nothing was saved.")
    return _nothing_saved(request, words, login=f"{reverse('login')}?next={quote(back)}")


def came_from(request) -> str:
    """The page with the form; empty where the browser does not say so."""
    came = request.headers.get("Referer", "")
    # It is also False for what urlsplit cannot read, such as "http://[".
    if not url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(came)
    page = urlunsplit(("", "", parts.path, parts.query, ""))
    # A path that begins with two slashes would lead elsewhere.
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


def no_post(request, hidden=()):
    """Whoever was still typing when it was taken down is not punished for it. `hidden`: fields
    that nobody typed."""
    words = _("There is no public post at this address. Nothing was saved.")
    return _nothing_saved(request, words, hidden=hidden, status=404)


def _nothing_saved(request, words: str, *, login="", back="", hidden=(), status: int = 403):
    """Never without the text that was typed: it stands in the page, ready to be copied."""
    typed = [
        (name, value)
        for name, value in request.POST.items()
        if value and name not in (*HIDDEN, *hidden) and "password" not in name
    ]
    context = {"words": words, "typed": typed, "login": login, "back": back, "status": status}
    return TemplateResponse(request, "nothing_saved.html", context, status=status).render()
