"""Decorators of the moderators' views: sign in first, may decide, and the typed text comes back."""

from collections.abc import Callable
from functools import wraps

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.cache import never_cache

from blog.middleware import Request
from blog.models import User
from blog.views import errors
from blog.views.errors import came_from, signed_out
from comments.models.querysets import decides_at_all

View = Callable[..., HttpResponse]


class StaffRequest(Request):
    user: User


def signed_in(view: View) -> View:
    """Who is not: to the login, and after a POST what was typed comes back."""
    to_login = login_required(view)

    def checked(request, *args, **kwargs):
        is_form = request.method == "POST" and not wants_json(request)
        if is_form and not request.user.is_authenticated:
            return signed_out(request, came_from(request) or reverse("queue"))
        return to_login(request, *args, **kwargs)

    return checked


def wants_json(request: HttpRequest) -> bool:
    """The script of the queue."""
    return "application/json" in request.headers.get("Accept", "")


def moderators(view: View) -> View:
    """See also signed_in. Without any right to decide: 403."""

    def checked(request, *args, **kwargs):
        if not decides_at_all(request.user):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return never_cache(signed_in(checked))


def gives_text_back(view: View) -> View:
    """Also where the comment has gone while somebody typed."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        try:
            return view(request, *args, **kwargs)
        except Http404:
            if request.method != "POST":
                raise
            return errors.no_comment(request)

    return answered
