import re
from urllib.parse import unquote

from comments.submit import cookies

POST_PATH = re.compile(r"/(?:\d{4}/\d{2}/)?[^/?]+/")


def waiting_follows(get_response):
    """Copies the cookie of waiting comments when a post's former path redirects to its present one:
    browsers send it only to the path for which it was set."""

    def middleware(request):
        response = get_response(request)
        if response.status_code in (301, 308) and (ids := cookies.waiting_ids(request)):
            former, present = map(POST_PATH.match, (request.path, unquote(response.url)))
            if former and present and former[0] != present[0]:
                cookies.carry(request, response, ids, present[0])
        return response

    return middleware
