"""Pages for requests that the server refuses before Django sees them."""

from functools import cache

from django.template.loader import render_to_string

REASONS = {
    400: "Bad Request",
    408: "Request Timeout",
    413: "Content Too Large",
    500: "Internal Server Error",
    503: "Service Unavailable",
}
RETRY_SECONDS = 5


class Refused(Exception):
    """Carries the status of the answer, which page() renders."""

    def __init__(self, status: int):
        super().__init__(f"{status} {REASONS[status]}")
        self.status = status


@cache
def page(status: int) -> bytes:
    name = "500.html" if status == 500 else "refused.html"
    return render_to_string(name, {"status": status}).encode()


def headers(status: int) -> list[tuple[bytes, bytes]]:
    from config.middleware import POLICY  # only once Django is set up

    found = [
        (b"content-type", b"text/html; charset=utf-8"),
        (b"content-security-policy", POLICY.encode()),
        (b"x-content-type-options", b"nosniff"),
        (b"cache-control", b"private, no-cache"),
        (b"content-length", str(len(page(status))).encode()),
    ]
    if status == 503:
        found.append((b"retry-after", str(RETRY_SECONDS).encode()))
    if status != 500:  # the rest of the body may still be on its way
        found.append((b"connection", b"close"))
    return found
