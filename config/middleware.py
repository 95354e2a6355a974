"""Middleware for every request: headers, encoding, network, time to write.

There is no inline script or style, so the Content-Security-Policy needs no nonce.
"""

import gzip
import re
import time

from django.conf import settings
from django.http import Http404
from django.utils.cache import patch_vary_headers
from django.utils.functional import SimpleLazyObject

from blog.transactions import request_arrived
from blog.views import errors
from comments.rules.holding import network_of
from comments.submit import origin
from config.server.without_files import NotAForm, WithoutFiles

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
# Bytes of a form of somebody who is not signed in.
SIGNED_OUT_LIMIT = 2_621_440
BLOCK = 65536
PERMISSIONS = "camera=(), geolocation=(), microphone=(), payment=(), usb=()"

# With one of these cookies, or with `?c=`, a page is personal. `no-store` is for pages that the
# next person at the same browser must not find: staff's pages, and those with a signed link, whose
# view sets `request.holds_secret`. On other pages it would lose typed text, since browsers do not
# restore the form of a page that was not stored.
PERSONAL_COOKIES = ("sessionid", "waiting", "waiting-before", "commenter")


# Types of texts, the shortest that is compressed, and zlib's level: a page of 75 kB becomes 17 kB
# in a millisecond.
TEXTS = re.compile(r"text/|application/([a-z.-]+\+)?(json|xml)\b")
LEAST_BYTES, LEVEL = 1_000, 4
TAKES_GZIP = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")


def is_personal(request) -> bool:
    return "c" in request.GET or any(name in request.COOKIES for name in PERSONAL_COOKIES)


def forwarded_scheme(get_response):
    # Not SECURE_PROXY_SSL_HEADER: it believes the first value, which the client can set.

    def middleware(request):
        request.META["wsgi.url_scheme"] = origin.scheme(request.META)
        return get_response(request)

    return middleware


def compressed(get_response):
    """Compress what every reader gets alike. Not what is one person's: its length would tell what
    it holds (https://www.breachattack.com)."""

    def middleware(request):
        response = get_response(request)
        if request.method not in ("GET", "HEAD") or not _is_public_text(response):
            return response
        patch_vary_headers(response, ["Accept-Encoding"])
        if TAKES_GZIP.search(request.headers.get("Accept-Encoding", "")):
            response.content = gzip.compress(response.content, LEVEL, mtime=0)
            response.headers["Content-Encoding"] = "gzip"
            response.headers["Content-Length"] = str(len(response.content))
            if etag := response.headers.get("ETag"):
                # Not the same bytes as without compression.
                response.headers["ETag"] = etag if etag.startswith("W/") else f"W/{etag}"
        return response

    return middleware


def _is_public_text(response) -> bool:
    if response.streaming or response.has_header("Content-Encoding"):
        return False
    is_private = "private" in response.headers.get("Cache-Control", "")
    is_text = TEXTS.match(response.headers.get("Content-Type", ""))
    return bool(is_text) and not is_private and len(response.content) >= LEAST_BYTES


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
        elif request.method in ("GET", "HEAD") and response.status_code in (200, 301, 304):
            headers.setdefault("Cache-Control", "public, max-age=0, must-revalidate")
        return response

    return middleware


def hidden_files(get_response):
    # Files whose name begins with a dot are never served.

    def middleware(request):
        is_file = request.path.startswith((settings.STATIC_URL, settings.MEDIA_URL))
        if is_file and "/." in request.path:
            raise Http404
        return get_response(request)

    return middleware


def plain_requests(get_response):
    # UTF-8 whatever the header says, and no NUL in an address: PostgreSQL stores neither.

    def middleware(request):
        if "\0" in request.path:
            raise Http404
        request.encoding = "utf-8"
        return get_response(request)

    return middleware


def sender_network(get_response):
    """Set `request.network`, "" for an unknown address; blog may not import comments."""

    def middleware(request):
        request.network = SimpleLazyObject(lambda: network_of(origin.client_ip(request.META)))
        return get_response(request)

    return middleware


def large_forms(get_response):
    # Anybody can send the cookie of a session, so the session is looked up before more is read. Of
    # others the files are left out, as the server does for those without such a cookie.

    def middleware(request):
        return get_response(request)

    def process_view(request, *_view):
        is_large = request.method == "POST" and origin.content_length(request) > SIGNED_OUT_LIMIT
        # The comment form has a limit and an answer of its own.
        if not is_large or request.resolver_match.view_name == "comment-submit":
            return None
        if request.user.is_authenticated or _leave_out_files(request):
            return None
        return errors.too_large(is_signed_out=True)

    middleware.process_view = process_view
    return middleware


def _leave_out_files(request) -> bool:
    """Return False if the rest is too large too."""
    kept, filtered = bytearray(), WithoutFiles.of(request.META.get("CONTENT_TYPE", ""))
    if not filtered:
        return False
    try:
        while len(kept) <= SIGNED_OUT_LIMIT and (part := request.read(BLOCK)):
            kept += filtered.feed(part)
        kept += filtered.finish()
    except NotAForm:
        return False
    # Not public: Django reads a form from here if it is there, and else never twice.
    request._body = bytes(kept)
    return len(kept) <= SIGNED_OUT_LIMIT


def time_to_write(get_response):
    """Let a request wait 5 s at most to write, counted from its arrival at the server."""

    def middleware(request):
        arrived = request.META.get("broadside.arrived") or time.monotonic()
        with request_arrived(arrived, is_read=request.method in ("GET", "HEAD", "OPTIONS")):
            return get_response(request)

    return middleware
