"""Why a comment is held, and what Akismet must be told. Pure: facts in, answers out."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property, lru_cache

from blog.text.folding import fold_case, looks_of
from comments.rules import word_lines
from comments.rules.email import normalized


class Reason(StrEnum):
    LINKS = "links"
    WORDS = "words"
    NETWORK = "network"
    AUTHOR = "author"
    AGE = "age"
    TRAP = "trap"
    NO_ORIGIN = "no-origin"
    STAFF_NAME = "staff-name"
    NOT_CHECKED = "not-checked"
    PROVISIONAL = "provisional"
    REPORTED = "reported"
    EDITED = "edited"


# The detail may be an IP address.
REASONS_WITH_ADDRESS = (Reason.NETWORK, Reason.WORDS)


@dataclass(frozen=True)
class Rules:
    """The part of the Policy that looks at one comment."""

    link_limit: int = 2
    hold_words: tuple[str, ...] = ()
    block_words: tuple[str, ...] = ()
    networks: tuple[str, ...] = ()
    addresses: frozenset[str] = frozenset()  # folded
    hold_after_days: int = 0

    def blocks_author(self, email: str) -> bool:
        return fold_case(email.strip()) in self.addresses


@dataclass(frozen=True)
class Facts:
    name: str
    email: str
    url: str
    body: str
    ip: str | None = None
    user_agent: str = ""
    # The text as displayed: without markup that could split a word (vi**ag**ra).
    shown: str = ""
    links: int = 0
    post_age_days: float = 0
    trap: str = ""
    origin_known: bool = True
    staff_names: frozenset[str] = field(default_factory=frozenset)

    def texts(self) -> tuple[str, ...]:
        # The texts that WordPress searches, and the body without its markup.
        typed = (self.name, self.email, self.url, self.body, self.shown)
        return *typed, self.ip or "", self.user_agent

    @cached_property
    def haystack(self) -> str:
        return word_lines.haystack(self.texts())


def first_decision(facts: Facts, rules: Rules) -> tuple[str, list[tuple[str, str]]]:
    """Returns `pending` or `spam`, never more: every reader's comment waits for a person.

    Each reason comes with a detail: the matched word, network or name, or the number of links.
    """
    blocking = list(blocking_reasons(facts, rules))
    reasons = [*blocking, *holding_reasons(facts, rules)]
    return ("spam" if blocking else "pending"), [(str(code), detail) for code, detail in reasons]


def blocking_reasons(facts: Facts, rules: Rules) -> Iterator[tuple[Reason, str]]:
    if facts.trap:
        yield Reason.TRAP, facts.trap[:100]
    if line := matching_line(rules.block_words, facts):
        yield Reason.WORDS, line
    if network := matching_network(rules.networks, facts.ip):
        yield Reason.NETWORK, network
    if rules.blocks_author(facts.email):
        yield Reason.AUTHOR, normalized(facts.email)


def holding_reasons(facts: Facts, rules: Rules) -> Iterator[tuple[Reason, str]]:
    if rules.link_limit and facts.links >= rules.link_limit:
        yield Reason.LINKS, str(facts.links)
    if line := matching_line(rules.hold_words, facts):
        yield Reason.WORDS, line
    if rules.hold_after_days and facts.post_age_days > rules.hold_after_days:
        yield Reason.AGE, str(int(facts.post_age_days))
    if resembles_any(facts.name, facts.staff_names):
        yield Reason.STAFF_NAME, facts.name.strip()
    if not facts.origin_known:
        yield Reason.NO_ORIGIN, ""


def matching_line(lines: tuple[str, ...], facts: Facts) -> str:
    return next(word_lines.matching_lines(lines, facts.haystack), "")


def resembles_any(name: str, names: Iterable[str]) -> bool:
    looks = looks_of(name)
    return any(looks & looks_of(other) for other in names)


def matching_network(networks: Iterable[str], ip: str | None) -> str:
    if not ip:
        return ""
    address = ipaddress.ip_address(ip)
    lines, sizes = _by_network(tuple(networks))
    around = (
        ipaddress.ip_network((address, bits), strict=False) for bits in sizes[address.version]
    )
    return next((lines[network] for network in around if network in lines), "")


def blocking_network(networks: Sequence[str], ip: str | None, network: str) -> str:
    """Returns the line that blocks a comment; `ip` may be deleted, then only its network is
    known."""
    if ip:
        return matching_network(networks, ip)
    return network if network and network in networks else ""


@lru_cache(maxsize=8)
def _by_network(lines: tuple[str, ...]) -> tuple[dict, dict[int, list[int]]]:
    # By network and prefix length, so that thousands of lines cost no time.
    by_network: dict[ipaddress.IPv4Network | ipaddress.IPv6Network, str] = {}
    for line in lines:
        # A line that was never validated blocks nobody.
        with suppress(ValueError):
            by_network.setdefault(ipaddress.ip_network(line, strict=False), line)
    sizes = {
        version: {n.prefixlen for n in by_network if n.version == version} for version in (4, 6)
    }
    return by_network, {version: sorted(bits) for version, bits in sizes.items()}


def network_of(ip: str | None) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; "" for an unknown address."""
    if not ip:
        return ""
    bits = 24 if ipaddress.ip_address(ip).version == 4 else 48
    return str(ipaddress.ip_network(f"{ip}/{bits}", strict=False))


def without_address(reasons: list, ip: str) -> list:
    """Replaces the detail by the network where it is the IP address, or nearly."""
    return [
        [
            code,
            network_of(ip)
            if code in REASONS_WITH_ADDRESS and _is_narrower_than_network(detail, ip)
            else detail,
        ]
        for code, detail in reasons
    ]


def _is_narrower_than_network(detail: str, ip: str) -> bool:
    with suppress(ValueError):
        around, whole = (
            ipaddress.ip_network(detail.strip(word_lines.STAR), strict=False),
            ipaddress.ip_network(network_of(ip)),
        )
        return ipaddress.ip_address(ip) in around and around.prefixlen > whole.prefixlen
    return False


def feedback_for_move(old: str, new: str) -> str:
    """Returns the feedback for Akismet after a person's move: "", ham or spam."""
    if new == "spam":
        return "spam"
    return "ham" if old == "spam" and new in ("approved", "pending") else ""


def missing_feedback(believed: str, status: str) -> str:
    """Returns the feedback that Akismet still needs, given its own verdict and the status."""
    if status == "spam":
        return "spam" if believed != "spam" else ""
    return "ham" if believed == "spam" and status in ("approved", "pending") else ""
