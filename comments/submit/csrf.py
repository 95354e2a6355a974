from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import REASON_BAD_ORIGIN

from blog import sign_in_again
from blog.views import errors
from comments.submit import foreign


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    # Refusals because of the origin are counted, as those of the comment form are.
    origin = request.headers.get("Origin", "")
    if reason == REASON_BAD_ORIGIN % origin and origin != "null":
        foreign.count(origin)
        return errors.foreign(request, origin)
    return sign_in_again.csrf_failure(request)
