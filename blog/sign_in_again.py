"""A form sent by somebody whose session has ended, or changed, comes back with every word.

    POST, signed out ─▶ page to sign in ─────▶ the same address ─▶ the form, filled in, not saved
    POST, old token ──▶ page with one button ──┘

Both pages carry what was typed in hidden fields and send it to the address that it was meant for,
with fields of their own that begin with `_again`. Nothing is kept on the server. Such a POST is
never carried out: only a view marked with `can_show_again` is called, and it lays its form out
without saving. What was sent to another view is shown, to be copied.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial, wraps

from django.conf import settings
from django.contrib.auth import login
from django.core.exceptions import PermissionDenied, RequestDataTooBig, TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _

from blog import known_browser
from blog.views import errors
from blog.views.people import LoginForm, too_soon

View = Callable[..., HttpResponse]
Show = Callable[[], HttpResponse]

# The beginning of the names of the two pages' own fields.
AGAIN = "_again"
FILES, BACK = f"{AGAIN}-files", f"{AGAIN}-back"


@dataclass(frozen=True)
class ShownAgain:
    """`files` names the fields whose files were sent at first."""

    sentence: str
    files: list[str]


def can_show_again(view):
    """Mark a view that lays its form out, and saves nothing, if shown_again(request) is set."""
    view.can_show_again = True
    return view


def shown_again(request: HttpRequest) -> ShownAgain | None:
    return getattr(request, "shown_again", None)


def keeps_typed_form(view: View, may_enter: Callable[[HttpRequest], bool]) -> View:
    """`view` sends those who may not enter elsewhere; it does so if they typed nothing."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        show = partial(view, request, *args, **kwargs)
        if request.method != "POST" or "application/json" in request.headers.get("Accept", ""):
            return show()
        may, is_again = may_enter(request), _is_again(request)
        if may and not is_again or not may and not _loses_words(request, view):
            return show()
        if request.user.is_authenticated:
            response = _show_again(request, view, show) if may else errors.not_allowed(request)
        else:
            response = _sign_in(request, view, show, may_enter)
        add_never_cache_headers(response)
        return response

    return answered


def csrf_failure(request: HttpRequest) -> HttpResponse:
    """The token has changed, as after a sign-in in another window."""
    view = request.resolver_match.func if request.resolver_match else None
    if not (_can_show(view) and _carried(request) and _came_from_here(request)):
        return errors.csrf_failure(request)
    if request.user.is_authenticated:
        return _page(request, "blog/form_again.html", {})
    return _sign_in_page(request, view, LoginForm(request, prefix=AGAIN))


def _is_again(request: HttpRequest) -> bool:
    try:
        return AGAIN in request.POST
    except (RequestDataTooBig, TooManyFieldsSent):
        # The queue reads it again, for an answer of its own; Django reads the parts of a form once.
        if request.content_type == "multipart/form-data":
            raise
        return False


def _can_show(view) -> bool:
    return getattr(view, "can_show_again", False)


def _loses_words(request: HttpRequest, view) -> bool:
    return bool(errors.typed(request)) or _can_show(view) and bool(_carried(request))


def _came_from_here(request: HttpRequest) -> bool:
    """False for a form that another site may have sent; its text is shown without the button."""
    if site := request.headers.get("Sec-Fetch-Site"):
        return site == "same-origin"
    if origin := request.headers.get("Origin"):
        return origin != "null"  # Django refuses those of other sites before
    return bool(errors.came_from(request))


def _sign_in(request: HttpRequest, view, show: Show, may_enter) -> HttpResponse:
    is_sent = AGAIN in request.POST
    form = LoginForm(request, request.POST if is_sent else None, prefix=AGAIN)
    if not (is_sent and form.is_valid()):
        return too_soon(form, _sign_in_page(request, view, form))
    login(request, form.get_user())
    # The admin's views read the cookie again (csrf_protect), and would bring the old token back.
    request.COOKIES[settings.CSRF_COOKIE_NAME] = request.META["CSRF_COOKIE"]
    sentence = _("You are signed in again. Check the form and press the button once more.")
    if may_enter(request):
        response = _show_again(request, view, show, sentence)
    else:
        response = errors.not_allowed(request)
    known_browser.remember(response, form.get_user().get_username())
    return response


def _show_again(request: HttpRequest, view, show: Show, sentence: str = "") -> HttpResponse:
    back, files = _page_of(request), request.POST.getlist(FILES)
    request.POST = request.POST.copy()
    for name in [name for name in request.POST if name.startswith(AGAIN)]:
        del request.POST[name]
    if not _can_show(view):
        return errors.to_copy(request, _("You are signed in again. Nothing was saved."), back)
    sentence = sentence or _("Nothing is saved yet. Check the form and press the button once more.")
    request.shown_again = ShownAgain(sentence, files)
    try:
        response = show()
    except PermissionDenied:
        return errors.not_allowed(request)
    except Http404:
        return errors.no_row(request)
    # The admin leads away from a row that is gone, or that this person may not open.
    is_away = 300 <= response.status_code < 400 and errors.typed(request)
    return errors.no_row(request) if is_away else response


def _sign_in_page(request: HttpRequest, view, form: LoginForm) -> HttpResponse:
    return _page(request, "blog/sign_in_again.html", {"form": form, "comes_back": _can_show(view)})


def _page(request: HttpRequest, template: str, context: dict) -> HttpResponse:
    context |= {
        "again": AGAIN,
        "carried": _carried(request),
        "files": bool(_files(request)),
        "typed": errors.typed(request),
    }
    # Rendered here, as Django renders no answer to a wrong token.
    response = TemplateResponse(request, template, context, status=403).render()
    add_never_cache_headers(response)
    return response


def _carried(request: HttpRequest) -> list[tuple[str, str]]:
    """Return the fields that were sent, without passwords."""
    sent = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken" and "password" not in name and not name.startswith(AGAIN)
    ]
    files = [(FILES, name) for name in _files(request)]
    return [*sent, *files, (BACK, _page_of(request))] if sent or files else []


def _files(request: HttpRequest) -> list[str]:
    return [*request.POST.getlist(FILES), *request.FILES]


def _page_of(request: HttpRequest) -> str:
    """The page on which the form stood."""
    first = request.POST.get(BACK, "")
    if url_has_allowed_host_and_scheme(first, allowed_hosts=None):
        return first
    return errors.came_from(request)
