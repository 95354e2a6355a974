"""Whoever works here, and whose session may end while they type."""

from urllib.parse import urlsplit, urlunsplit

from django.contrib.auth.decorators import login_required
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from blog.views.errors import signed_out

# Where a POST carries nothing that anybody typed; the script of the queue sends there too.
ONLY_PRESSED = ("decide", "undo")
HIDDEN = ("seen", "next", "once")


def signed_in(view):
    """Who is not: to the login, and after a POST what was typed comes back."""
    to_login = login_required(view)

    def checked(request, *args, **kwargs):
        is_typed = request.method == "POST" and request.resolver_match.url_name not in ONLY_PRESSED
        if is_typed and not request.user.is_authenticated:
            return signed_out(request, _came_from(request), HIDDEN)
        return to_login(request, *args, **kwargs)

    return checked


def _came_from(request) -> str:
    """The page with the form, to go on there after the login."""
    came = request.headers.get("Referer", "")
    is_ours = url_has_allowed_host_and_scheme(came, allowed_hosts={request.get_host()})
    parts = urlsplit(came)
    return urlunsplit(("", "", parts.path, parts.query, "")) if is_ours else reverse("queue")
