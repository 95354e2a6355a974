import re
from urllib.parse import unquote

from comments.submit import cookies

OF_POST = re.compile(r"/(?:\d{4}/\d{2}/)?[^/?]+/")


def waiting_follows(get_response):
    """Whoever is led from a post's former address to its present one is known there, too: the
    browser sends the cookie only to the path that it was set for."""

    def middleware(request):
        response = get_response(request)
        if response.status_code in (301, 308) and (known := cookies.ids(request)):
            former, present = map(OF_POST.match, (request.path, unquote(response.url)))
            if former and present and former[0] != present[0]:
                cookies.carry(request, response, known, present[0])
        return response

    return middleware
