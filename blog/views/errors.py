import sys
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    RequestDataTooBig,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from django.http.multipartparser import MultiPartParserError
from django.template import loader
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views import defaults

from blog.database_errors import is_away
from blog.transactions import DatabaseBusy, has_written
from blog.views.typed_labels import label_of

# Fields that nobody typed.
HIDDEN: tuple[str, ...] = ("csrfmiddlewaretoken", "next", "once", "seen", "tab", "before", "until")
HIDDEN += ("row", "verb", "batch", "undo", "only", "thread")
HIDDEN += ("all", "post", "spam", "list", "line")
# Names of buttons.
HIDDEN += ("do", "approve", "keep", "release", "try")
# The comment form (comments/submit/views.py).
HIDDEN += ("parent", "remember", "notify", "preview", "withdraw", "homepage2")
# Django's admin.
HIDDEN += ("action", "select_across", "index")
HIDDEN_ENDS = ("TOTAL_FORMS", "INITIAL_FORMS", "MIN_NUM_FORMS", "MAX_NUM_FORMS", "-id", "-post")
# "initial-": hidden initial values.
HIDDEN_STARTS = ("_", "initial-")

RETRY_AFTER = 10  # seconds


def not_found(request: HttpRequest, **_kwargs: object) -> HttpResponse:
    raise Http404


def gone(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "410.html", status=410)


def csrf_failure(request: HttpRequest) -> HttpResponse:
    message = _("Your session has changed since this page was opened. Nothing was saved.")
    return _nothing_saved(request, message, back=came_from(request))


def foreign(request: HttpRequest, origin: str) -> HttpResponse:
    message = _(
        "Your browser says that this form came from %(origin)s, but this site is at %(site)s. "
        "Nothing was saved. If both are this site, an administrator must set SITE_URL to the "
        "address that you see in your browser, and restart."
    )
    message %= {"origin": origin[:100], "site": settings.SITE_URL}
    return _nothing_saved(request, message, back=came_from(request))


def signed_out(request: HttpRequest, back: str) -> HttpResponse:
    """`back` is where the login leads to."""
    message = _("You are not signed in any more. Nothing was saved.")
    return _nothing_saved(request, message, login=f"{reverse('login')}?next={quote(back)}")


def to_copy(request: HttpRequest, message: str, back: str) -> HttpResponse:
    return _nothing_saved(request, message, back=back, status=200)


def not_allowed(request: HttpRequest) -> HttpResponse:
    return _nothing_saved(request, _("Your account may not do this. Nothing was saved."))


def no_row(request: HttpRequest) -> HttpResponse:
    message = _("What you typed about is not there any more, or not yours to change.")
    return _nothing_saved(request, f"{message} {_('Nothing was saved.')}", status=404)


def came_from(request: HttpRequest) -> str:
    """Return the path of the page with the form; "" if the browser does not say."""
    came = request.headers.get("Referer", "")
    # Also False for addresses that urlsplit cannot read, such as "http://[".
    if not url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()}):
        return ""
    parts = urlsplit(came)
    page = urlunsplit(("", "", parts.path, parts.query, ""))
    # A path that begins with two slashes would lead elsewhere.
    return page if url_has_allowed_host_and_scheme(page, allowed_hosts=None) else ""


def no_post(request: HttpRequest, hidden=()) -> HttpResponse:
    """`hidden` names fields that nobody typed."""
    message = _("There is no public post at this address. Nothing was saved.")
    return _nothing_saved(request, message, hidden=hidden, status=404)


def no_comment(request: HttpRequest) -> HttpResponse:
    message = _("This comment is not there any more, or not yours to decide. Nothing was saved.")
    return _nothing_saved(request, message, status=404)


def no_public_comment(request: HttpRequest) -> HttpResponse:
    message = _("There is no public comment at this address. Nothing was saved.")
    return _nothing_saved(request, message, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if isinstance(exception, RequestDataTooBig):
        return too_large()
    return defaults.bad_request(request, exception)


def too_large(*, is_signed_out: bool = False) -> HttpResponse:
    page = loader.render_to_string("too_large.html", {"is_signed_out": is_signed_out})
    return HttpResponse(page, status=413, headers={"Cache-Control": "private, no-cache"})


def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500. If the database is busy, full or away: 503 with the typed text, and no
    query."""
    error = sys.exc_info()[1]
    if not is_away(error):
        return defaults.server_error(request)
    context = {
        "is_read": request.method in ("GET", "HEAD"),
        "is_busy": isinstance(error, DatabaseBusy),
        "is_partly_saved": has_written(),
        "typed": [],
        "files": False,
        "is_unreadable": False,
    }
    try:
        context |= {"typed": typed(request), "files": bool(request.FILES)}
    except UNREADABLE:
        context["is_unreadable"] = True
    headers = {"Retry-After": str(RETRY_AFTER), "Cache-Control": "private, no-cache"}
    page = loader.render_to_string("503.html", context)
    return HttpResponse(page, status=503, headers=headers)


# The form is too large, cut off or malformed.
UNREADABLE = (
    *(RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent, UnreadablePostError),
    *(MultiPartParserError, BadRequest, OSError),
)


def typed(request: HttpRequest, hidden=()) -> list[tuple[str, str]]:
    """Return labels and texts."""
    return [
        (label_of(name), value)
        for name, values in request.POST.lists()
        for value in values
        if value and not (name in (*HIDDEN, *hidden) or _is_hidden(name))
    ]


def _is_hidden(name: str) -> bool:
    return "password" in name or name.startswith(HIDDEN_STARTS) or name.endswith(HIDDEN_ENDS)


def _nothing_saved(
    request: HttpRequest, message: str, *, login="", back="", hidden=(), status: int = 403
) -> HttpResponse:
    # The page always shows the typed text, to be copied.
    context = {
        "message": message,
        "typed": typed(request, hidden),
        "login": login,
        "back": back,
        "status": status,
    }
    return TemplateResponse(request, "nothing_saved.html", context, status=status).render()
