from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN

from blog.views import errors
from comments.submit import foreign


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's refusal. One because of the origin is counted, as those of the comment form are."""
    named = request.headers.get("Origin", "")
    if reason == REASON_BAD_ORIGIN % named and named != "null":
        foreign.count(named)
        return errors.foreign(request, named)
    return errors.csrf_failure(request, reason)
