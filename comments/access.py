"""Whoever works here, and whose session may end while they type."""

from django.contrib.auth.decorators import login_required
from django.urls import reverse

from blog.views.errors import came_from, signed_out


def signed_in(view):
    """Who is not: to the login, and after a POST what was typed comes back."""
    to_login = login_required(view)

    def checked(request, *args, **kwargs):
        is_form = request.method == "POST" and not wants_json(request)
        if is_form and not request.user.is_authenticated:
            return signed_out(request, came_from(request) or reverse("queue"))
        return to_login(request, *args, **kwargs)

    return checked


def wants_json(request) -> bool:
    """The script of the queue."""
    return "application/json" in request.headers.get("Accept", "")
