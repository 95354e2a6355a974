"""Parse the criteria for acting on many comments, and put them into words."""

import ipaddress
import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from comments.queue.card import reason_text
from comments.queue.filters import MOST_TYPED, clean
from comments.queue.hold_reasons import IN_COMMON
from comments.queue.page import TABS
from comments.rules.holding import Reason, network_of
from comments.rules.links import host_of, links
from comments.rules.parse import number

LONGEST = 2_000
MOST_LINKS = 3
HOST = re.compile(r"[^\s/?#\"'<>\\@:]+")
# Reasons with a detail that other comments can share.
ALIKE = (Reason.LINKS, Reason.WORDS, Reason.NETWORK, Reason.AUTHOR)
DIGEST = re.compile(r"[0-9a-f]{64}")


NOTHING_IN_COMMON = gettext_lazy("Say what the comments have in common.")


class Unclear(Exception):
    """The input is not understood; the message says why."""


def tab(typed: str) -> str:
    typed = typed or "pending"
    if typed not in TABS:
        raise Unclear(_("There is no tab “%(typed)s” to act on.") % {"typed": typed[:50]})
    return typed


def moment(typed: str, now: datetime) -> datetime:
    """Parse the time at which the page was made; no text means now."""
    if not typed:
        return now
    try:
        at: datetime | None = datetime.fromisoformat(typed)
        # localtime() raises OverflowError if the year 1 does not exist in the site's zone.
        at = timezone.localtime(at).astimezone(UTC) if at and at.tzinfo else None
    except (ValueError, OverflowError):
        at = None
    if at is None:
        raise no_time()
    if at > now:
        sentence = _(
            "That page was made later than it is now: the server's clock was set back. "
            "Open the queue again."
        )
        raise Unclear(sentence)
    return at


def no_time() -> Unclear:
    return Unclear(_("The time of the page was not understood. Open the queue again."))


def author(typed: str) -> str:
    if "@" not in typed or len(typed) > 254:
        raise Unclear(_("“%(typed)s” is not an e-mail address.") % {"typed": typed[:50]})
    return typed


def network(typed: str) -> str:
    """Return the network as rows store it; an IP address becomes its network."""
    try:
        found = ipaddress.ip_network(typed, strict=False)
        whole = network_of(str(found.network_address))
    except ValueError:
        sentence = _("“%(typed)s” is not an IP address or a network.")
        raise Unclear(sentence % {"typed": typed[:50]}) from None
    if found.prefixlen != found.max_prefixlen and str(found) != whole:
        sentence = _("A network here is as wide as %(whole)s.")
        raise Unclear(sentence % {"whole": whole})
    return whole


def link(typed: str) -> str:
    """Return a host in lower case, or a whole link as typed."""
    if "://" in typed and host_of(typed):
        return typed
    host = typed.lower().rstrip(".")
    if not HOST.fullmatch(host) or "." not in host:
        sentence = _("“%(typed)s” is neither a host, such as spam.example, nor a whole link.")
        raise Unclear(sentence % {"typed": typed[:50]})
    return host


def text(typed: str) -> str:
    if not DIGEST.fullmatch(typed):
        raise Unclear(_("The text was not understood. Open “More like this” again."))
    return typed


def reason(typed: str) -> str:
    # A code, or a code and its detail: `words:casino`.
    code, colon, detail = typed.partition(":")
    counts = detail.isascii() and detail.isdecimal()
    if code not in IN_COMMON or (code == Reason.LINKS and colon and not counts):
        raise Unclear(_("There is no reason “%(typed)s”.") % {"typed": typed[:50]})
    return typed


def search_text(typed: str) -> str:
    return clean(typed)[:MOST_TYPED].strip()


def post(typed: str) -> str:
    if number(typed) is None:
        raise Unclear(_("There is no post “%(typed)s”.") % {"typed": typed[:50]})
    return typed


def all_of_tab(_typed: str) -> str:
    return "1"


READERS: dict[str, Callable[[str], str]] = {
    **{"author": author, "network": network, "text": text, "link": link},
    **{"reason": reason, "q": search_text, "post": post, "all": all_of_tab},
}


def parse_criteria(typed: dict[str, str]) -> dict[str, str]:
    """Non-empty criteria; at least one is required."""
    for name, value in typed.items():
        if name not in READERS:
            raise Unclear(_("There is no criterion “%(name)s”.") % {"name": name[:50]})
        if len(value) > LONGEST or "\0" in value:
            raise Unclear(_("The search text is too long or contains invalid characters."))
    found = {name: READERS[name](value) for name, value in typed.items() if value}
    if not found:
        raise Unclear(NOTHING_IN_COMMON)
    return found


def shared_criteria(comment) -> Iterator[tuple[str, str]]:
    yield "author", comment.author_email
    yield "network", comment.network
    yield "text", comment.text_digest if comment.body else ""
    found = links(comment.body_html, comment.author_url)
    hosts = dict.fromkeys(host_of(address) for address in found)
    yield from (("link", host) for host in list(hosts)[:MOST_LINKS])
    if len(found) > len(hosts):
        yield from (("link", address) for address in found[:MOST_LINKS])
    for code, detail in comment.reasons:
        yield "reason", f"{code}:{detail}" if code in ALIKE and detail else str(code)


def criterion_text(name: str, value: str, *, body: str = "") -> str:
    """`body`: the text itself, of which `value` is only the digest."""
    match name:
        case "author":
            return _("from the e-mail address %(value)s") % {"value": value}
        case "network":
            return _("from the network %(value)s") % {"value": value}
        case "link":
            return _("with a link to %(value)s") % {"value": value}
        case "text":
            short = Truncator(body).words(12)
            return (
                _("with the text “%(value)s”") % {"value": short} if body else _("with this text")
            )
        case "all":
            return _("all of this tab")
    code, _colon, detail = value.partition(":")
    if not detail:
        return str(IN_COMMON[code])
    return _("held because: %(value)s") % {"value": reason_text(code, detail)}
