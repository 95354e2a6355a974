from copy import copy
from urllib.parse import unquote, urlsplit

from django.contrib.messages.storage import default_storage
from django.http import HttpRequest, HttpResponsePermanentRedirect
from django.urls import Resolver404, resolve
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from blog.cache import versions
from blog.models import Post, Site
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
    """Redirect former addresses, and those without their last slash, after a 404 only, as
    django.contrib.redirects does.

    Only if something answers there: whoever is redirected to nothing has been told to remember it.
    The query string is kept on this site. 308 makes a browser send a form again to the new address.
    """

    def middleware(request):
        response = get_response(request)
        if response.status_code != 404 or request.method not in ("GET", "HEAD", "POST"):
            return response
        found = old_addresses.find(request.path, timezone.now())
        answered = (_answered_at(request, path, get_response) for path in found)
        path = next(filter(None, answered), None)
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


def _answered_at(request, path: str, get_response) -> str:
    """Return where a GET of this path is answered, or where that redirects to for ever; "" for
    nowhere. Of a form only the address is tried. Other sites are not asked."""
    if not path.startswith("/"):
        return path
    wanted = unquote(urlsplit(path).path)
    try:
        pattern = resolve(wanted).url_name
    except Resolver404:
        return ""
    if pattern in ("post", "page"):
        # Almost every address, of which programs try many: one query instead of a page.
        found = Post.objects.readable_by(request.user, timezone.now()).filter(path=wanted)
        return path if found.exists() else ""
    asked = copy(request)
    asked.path = asked.path_info = wanted
    asked.method, asked.resolver_match = "GET", None
    # A session that is not saved: this request must not use up the messages of the real one.
    asked.session = type(request.session)(request.session.session_key)
    asked._messages = default_storage(asked)
    asked.META = request.META | {"REQUEST_METHOD": "GET", "PATH_INFO": asked.path}
    answer = get_response(asked)
    if answer.status_code == 301:
        return answer["Location"].partition("?")[0]
    return "" if answer.status_code in (404, 410) else path
