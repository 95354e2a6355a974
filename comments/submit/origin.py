"""Reads the client's IP address, the headers for Akismet and the form's origin from a request."""

import ipaddress

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.encoding import escape_uri_path

from comments.rules import admission
from comments.submit import foreign

HEADERS = ("HTTP_ACCEPT", "HTTP_ACCEPT_LANGUAGE", "HTTP_ACCEPT_ENCODING")
LONGEST = 500


def client_ip(meta: dict) -> str | None:
    """Returns None if a proxy that is not in TRUSTED_PROXIES forwards the request."""
    if settings.TRUSTED_PROXIES:
        return _valid(_forwarded(meta))
    if hides_address(meta):
        return None
    return _valid(meta.get("REMOTE_ADDR", ""))


def hides_address(meta: dict) -> bool:
    address = _valid(meta.get("REMOTE_ADDR", ""))
    near = address is None or ipaddress.ip_address(address).is_private
    return not settings.TRUSTED_PROXIES and near and bool(meta.get("HTTP_X_FORWARDED_FOR"))


def _forwarded(meta: dict) -> str:
    # Each proxy adds its caller; the outermost trusted one saw the client.
    hops = _list(meta, "HTTP_X_FORWARDED_FOR")
    return hops[-settings.TRUSTED_PROXIES] if len(hops) >= settings.TRUSTED_PROXIES else ""


def scheme(meta: dict[str, str]) -> str:
    """Returns "http" or "https", as the browser asked the outermost trusted proxy. Most proxies
    replace X-Forwarded-Proto, so it may have fewer values than there are proxies."""
    if settings.TRUSTED_PROXIES:
        hops = _list(meta, "HTTP_X_FORWARDED_PROTO")[-settings.TRUSTED_PROXIES :]
        if hops[0].lower() in ("http", "https"):
            return hops[0].lower()
    return meta["wsgi.url_scheme"]


def _list(meta: dict, name: str) -> list[str]:
    return [hop.strip() for hop in meta.get(name, "").split(",")]


def _valid(text: str) -> str | None:
    try:
        address = ipaddress.ip_address(text.strip().strip("[]").partition("%")[0])
    except ValueError:
        return None
    mapped = getattr(address, "ipv4_mapped", None)
    return str(mapped or address)


def user_agent(meta: dict[str, str]) -> str:
    return meta.get("HTTP_USER_AGENT", "")[:LONGEST]


def referrer(meta: dict[str, str]) -> str:
    return meta.get("HTTP_REFERER", "")[:LONGEST]


def headers(meta: dict, path: str) -> dict[str, str]:
    """Returns the headers of an allow-list and the path without its query, so no secrets."""
    found = {name: meta[name][:LONGEST] for name in HEADERS if meta.get(name)}
    return found | {"REQUEST_URI": escape_uri_path(path)[:LONGEST]}


def sent_from(request: HttpRequest) -> admission.Origin:
    # Only signed-in people's forms have a CSRF token.
    if request.user.is_authenticated:
        check = CsrfViewMiddleware(lambda _request: HttpResponse())
        check.process_request(request)
        failed = check.process_view(request, None, (), {})  # type: ignore[arg-type]
        return admission.Origin.FOREIGN if failed else admission.Origin.OWN
    return by_headers(request)


def by_headers(request: HttpRequest) -> admission.Origin:
    # A form that is refused by its Origin alone is counted: our settings may be wrong.
    site, origin = (request.headers.get(name, "") for name in ("Sec-Fetch-Site", "Origin"))
    own = admission.own_origins(settings.SITE_URL, request.scheme or "", request.get_host())
    found = admission.origin(site, origin, own)
    if found is admission.Origin.FOREIGN and not site:
        foreign.count(origin)
    return found


def content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def near(meta: dict) -> list[str]:
    """Returns the addresses of the client and of the proxies. Blocking one blocks the moderator or
    the site itself."""
    hops = _list(meta, "HTTP_X_FORWARDED_FOR")[-settings.TRUSTED_PROXIES :]
    trusted = hops if settings.TRUSTED_PROXIES else []
    addresses = (_valid(text) for text in (*trusted, meta.get("REMOTE_ADDR", "")))
    return [address for address in addresses if address]
