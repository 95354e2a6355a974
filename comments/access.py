"""Decorators of the moderators' views."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from blog.middleware import Request
from blog.models import User
from blog.sign_in_again import keeps_typed_form
from blog.views import errors
from blog.views.errors import came_from, signed_out
from comments.models.querysets import may_decide_any

View = Callable[..., HttpResponse]


class StaffRequest(Request):
    user: User


def sign_in_required(view: View) -> View:
    """Sends anonymous users to the login. After a POST they sign in on its page, and the form comes
    back, or the typed text."""
    to_login = login_required(view)

    @wraps(view)
    def checked(request, *args, **kwargs):
        is_form = request.method == "POST" and not wants_json(request)
        if is_form and not request.user.is_authenticated:
            return signed_out(request, came_from(request) or reverse("queue"))
        return to_login(request, *args, **kwargs)

    return keeps_typed_form(checked, lambda request: request.user.is_authenticated)


def wants_json(request: HttpRequest) -> bool:
    return "application/json" in request.headers.get("Accept", "")


def moderator_required(view: View) -> View:
    @wraps(view)
    def checked(request, *args, **kwargs):
        if not may_decide_any(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(sign_in_required(checked))


def keeps_typed_text(view: View) -> View:
    """Shows the typed text again where the comment was deleted meanwhile."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            return errors.no_comment(request)

    return answered
