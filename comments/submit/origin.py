"""Who sent a request: the address that may be believed, and what Akismet is told of the browser."""

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
    """None: unknown, because a proxy forwards it that nobody told us to trust."""
    if settings.TRUSTED_PROXIES:
        return _valid(_forwarded(meta))
    if hides_address(meta):
        return None
    return _valid(meta.get("REMOTE_ADDR", ""))


def hides_address(meta: dict) -> bool:
    """A request from a loopback or private address that carries X-Forwarded-For."""
    address = _valid(meta.get("REMOTE_ADDR", ""))
    near = address is None or ipaddress.ip_address(address).is_private
    return not settings.TRUSTED_PROXIES and near and bool(meta.get("HTTP_X_FORWARDED_FOR"))


def _forwarded(meta: dict) -> str:
    """What the outermost trusted proxy saw: each proxy adds the address that called it."""
    hops = _list(meta, "HTTP_X_FORWARDED_FOR")
    return hops[-settings.TRUSTED_PROXIES] if len(hops) >= settings.TRUSTED_PROXIES else ""


def scheme(meta: dict[str, str]) -> str:
    """http or https, as the browser asked the outermost trusted proxy. Most proxies put their own
    word in the place of the one before, so there may be fewer words than proxies."""
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


def agent(meta: dict[str, str]) -> str:
    return meta.get("HTTP_USER_AGENT", "")[:LONGEST]


def referrer(meta: dict[str, str]) -> str:
    return meta.get("HTTP_REFERER", "")[:LONGEST]


def headers(meta: dict, path: str) -> dict[str, str]:
    """Never cookies, authorisation or tokens: an allow-list only, and no query."""
    found = {name: meta[name][:LONGEST] for name in HEADERS if meta.get(name)}
    return found | {"REQUEST_URI": escape_uri_path(path)[:LONGEST]}


def sent_from(request: HttpRequest) -> admission.Origin:
    """Signed-in people prove it by Django's token; pages for everybody else hold none."""
    if request.user.is_authenticated:
        check = CsrfViewMiddleware(lambda _request: HttpResponse())
        check.process_request(request)
        failed = check.process_view(request, None, (), {})  # type: ignore[arg-type]
        return admission.Origin.FOREIGN if failed else admission.Origin.OWN
    return by_headers(request)


def by_headers(request: HttpRequest) -> admission.Origin:
    """A form that is refused by its Origin alone is counted: our settings may be wrong."""
    site, named = (request.headers.get(name, "") for name in ("Sec-Fetch-Site", "Origin"))
    own = admission.own_origins(settings.SITE_URL, request.scheme or "", request.get_host())
    found = admission.origin(site, named, own)
    if found is admission.Origin.FOREIGN and not site:
        foreign.count(named)
    return found


def length(request: HttpRequest) -> int:
    """What the server was told; 0 for what is no number, as Django reads it."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0


def near(meta: dict) -> list[str]:
    """Whoever asks, and the proxies in between: addresses that shut the site out of itself."""
    hops = _list(meta, "HTTP_X_FORWARDED_FOR")[-settings.TRUSTED_PROXIES :]
    believed = hops if settings.TRUSTED_PROXIES else []
    known = (_valid(text) for text in (*believed, meta.get("REMOTE_ADDR", "")))
    return [address for address in known if address]
