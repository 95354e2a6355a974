"""What holds for every request and every answer.

No inline script or style exists, so the Content-Security-Policy needs no nonce.
"""

import time

from django.conf import settings
from django.http import Http404
from django.utils.functional import SimpleLazyObject

from blog.transactions import request_arrived
from comments.rules.holding import network_of
from comments.submit import origin

POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "connect-src 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
        "base-uri 'none'",
    )
)
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

# Whoever bears one of these, or asks for one comment, gets a page that is theirs alone. `no-store`
# is for what somebody else at the same browser must not find: staff's pages, and those with a
# signed link, whose view or tag sets `request.holds_secret`. Elsewhere it would cost what was
# typed, for browsers give back no form of a page that was not to be stored.
PERSONAL_COOKIES = ("sessionid", "waiting", "waiting-before", "commenter")


def is_personal(request) -> bool:
    return "c" in request.GET or any(name in request.COOKIES for name in PERSONAL_COOKIES)


def forwarded_scheme(get_response):
    """Not SECURE_PROXY_SSL_HEADER, which believes the first word, that of the reader."""

    def middleware(request):
        request.META["wsgi.url_scheme"] = origin.scheme(request.META)
        return get_response(request)

    return middleware


def security_headers(get_response):
    def middleware(request):
        response = get_response(request)
        headers = response.headers
        headers.setdefault("Content-Security-Policy", POLICY)
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        if request.method == "POST":
            # No cache has it for anybody else, and Back finds it also when a cookie has changed.
            headers.pop("Vary", None)
        if "sessionid" in request.COOKIES or getattr(request, "holds_secret", False):
            headers.setdefault("Cache-Control", "private, no-store")
        elif is_personal(request):
            headers.setdefault("Cache-Control", "private, no-cache")
        elif request.method in ("GET", "HEAD") and response.status_code in (200, 304):
            headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        return response

    return middleware


def hidden_files(get_response):
    """No file whose name begins with a dot is served, whatever gets into the folders."""

    def middleware(request):
        is_file = request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
        if is_file and "/." in request.path:
            raise Http404
        return get_response(request)

    return middleware


def plain_requests(get_response):
    """UTF-8 whatever a header claims, and no NUL in an address: PostgreSQL stores neither."""

    def middleware(request):
        if "\0" in request.path:
            raise Http404
        request.encoding = "utf-8"
        return get_response(request)

    return middleware


def sender_network(get_response):
    """`request.network`, for blog, which does not import comments; "" for an unknown address."""

    def middleware(request):
        request.network = SimpleLazyObject(lambda: network_of(origin.client_ip(request.META)))
        return get_response(request)

    return middleware


def time_to_write(get_response):
    """A request waits 5 s at most for its turn to write, counted from its arrival, which the server
    tells in the environ."""

    def middleware(request):
        arrived = request.META.get("broadside.arrived") or time.monotonic()
        with request_arrived(arrived, is_read=request.method in ("GET", "HEAD", "OPTIONS")):
            return get_response(request)

    return middleware
