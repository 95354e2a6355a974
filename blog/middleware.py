from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from blog.cache import versions
from blog.models import Site
from blog.redirects import old_addresses


class Request(HttpRequest):
    """For type checkers: a request with what the middleware sets, here and in config."""

    site: Site
    site_edition: int
    network: str


def site(get_response):
    """Set `request.site_edition` and `request.site`: one query for both, when first used."""

    def middleware(request):
        request.site_edition = SimpleLazyObject(lambda: versions.read(versions.SITE)[versions.SITE])
        request.site = SimpleLazyObject(lambda: Site.current(request.site_edition))
        return get_response(request)

    return middleware


def site_context(request):
    return {"site": request.site}


def former_addresses(get_response):
    """Redirect former addresses, after a 404 only, as django.contrib.redirects does.

    The query string is kept on this site. 308 makes a browser send a form again to the new address.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD", "POST"):
            return response
        path = old_addresses.find(request.path, timezone.now())
        if path is None:
            return response
        is_elsewhere = not path.startswith("/")
        if is_elsewhere and request.method == "POST":
            return response  # what somebody typed here is not sent to another site
        query = request.META.get("QUERY_STRING", "")
        if query and not is_elsewhere and "?" not in path and "#" not in path:
            path = f"{path}?{query}"
        return HttpResponsePermanentRedirect(path, preserve_request=request.method == "POST")

    return middleware
