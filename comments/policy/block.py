"""The effect of blocking the author of a comment, or the network that it came from."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import User
from comments.models import Comment, Policy
from comments.models.querysets import CommentQuerySet
from comments.rules import holding, networks
from comments.rules.email import normalized

DAYS = 30
MOST_COUNTED = 10_000
# Prefix lengths offered for an IP address: itself, or the network of a household or an office.
# Wider networks can be added in the Policy.
NARROW = {4: (32, 24), 6: (64, 48)}


@dataclass(frozen=True)
class Hit:
    """Comments of the last 30 days that one line would have sent to Spam."""

    count: int
    published: int
    is_more: bool = False  # there are more than MOST_COUNTED to look at

    @classmethod
    def of(cls, statuses: list[str], *, is_more: bool) -> "Hit":
        return cls(len(statuses), statuses.count(Comment.Status.APPROVED), is_more)

    @property
    def sentence(self) -> str:
        if self.is_more:
            sentence = _(
                "Of more than 10,000 comments of the last 30 days, at least %(n)d would have "
                "gone to Spam."
            )
            return sentence % {"n": self.count}
        if not self.count:
            return _("No comment of the last 30 days was sent from there.")
        sentence = ngettext(
            "%(n)d comment of the last 30 days would have gone to Spam; published: %(m)d.",
            "%(n)d comments of the last 30 days would have gone to Spam; published: %(m)d.",
            self.count,
        )
        return sentence % {"n": self.count, "m": self.published}


def author_obstacle(comment, user) -> str:
    email = normalized(comment.author_email)
    if not email:
        return _("There is no e-mail address with this comment.")
    if email == normalized(user.email):
        return _("This is your own e-mail address.")
    if User.objects.filter(email__iexact=email, is_active=True, is_staff=True).exists():
        return _("This is the e-mail address of somebody who works here.")
    return ""


def author_is_blocked(comment, policy: Policy) -> str:
    is_blocked = policy.rules.blocks_author(normalized(comment.author_email))
    return _("This author is blocked already.") if is_blocked else ""


def author_hit(comment) -> Hit:
    rows = Comment.objects.by_email(comment.author_email, _since())
    found = list(rows.values_list("status", flat=True)[: MOST_COUNTED + 1])
    return Hit.of(found[:MOST_COUNTED], is_more=len(found) > MOST_COUNTED)


def possible_lines(comment) -> list[str]:
    """Lines that can be blocked, narrowest first; only the network once the IP address is
    deleted."""
    if not comment.ip:
        return [comment.network] if comment.network else []
    sizes = NARROW[ipaddress.ip_address(comment.ip).version]
    found = [ipaddress.ip_network(f"{comment.ip}/{bits}", strict=False) for bits in sizes]
    return [str(n.network_address) if n.num_addresses == 1 else str(n) for n in found]


def line_label(line: str) -> str:
    network = ipaddress.ip_network(line)
    if network.num_addresses == 1:
        return _("%(line)s: this IP address alone") % {"line": line}
    if network.version == 4:
        return _("%(line)s: %(n)d IP addresses, also those of neighbours") % {
            "line": line,
            "n": network.num_addresses,
        }
    if network.prefixlen == NARROW[6][0]:
        return _("%(line)s: one line of one household or office") % {"line": line}
    return _("%(line)s: all lines of one customer") % {"line": line}


def network_obstacle(comment, near: list[str]) -> str:
    """`near`: the addresses of the moderator and of this site's proxies."""
    found = possible_lines(comment)
    if not found:
        return _("Its IP address is unknown.")
    if problem := networks.problem(found[0]):
        return problem
    if not offered(comment, near):
        return _("You, or the proxy of this site, have an IP address in this network.")
    return ""


def network_is_blocked(comment, policy: Policy) -> str:
    lines = policy.rules.networks
    is_blocked = holding.blocking_network(lines, comment.ip, comment.network)
    return _("This network is blocked already.") if is_blocked else ""


def offered(comment, near: list[str]) -> list[str]:
    return [
        line
        for line in possible_lines(comment)
        if not _holds(line, near) and not networks.problem(line)
    ]


def _holds(line: str, addresses: list[str]) -> bool:
    return any(ipaddress.ip_address(a) in ipaddress.ip_network(line) for a in addresses)


def network_hits(comment, offers: list[str]) -> dict[str, Hit]:
    """Hits of each line, by one query: all lines lie in the comment's network."""
    rows = Comment.objects.filter(network=comment.network, submitted_at__gte=_since())
    found = list(rows.values_list("ip", "status")[: MOST_COUNTED + 1])
    is_more, found = len(found) > MOST_COUNTED, found[:MOST_COUNTED]
    hits = {}
    for line in offers:
        network = ipaddress.ip_network(line)
        inside = [s for ip, s in found if ip and ipaddress.ip_address(ip) in network]
        inside = inside if comment.ip else [s for _ip, s in found]
        hits[line] = Hit.of(inside, is_more=is_more)
    return hits


def comments_from(comment: Comment, kind: str, user: User) -> CommentQuerySet:
    comments = Comment.objects.decidable_by(user)
    if kind == "author":
        return comments.by_email(comment.author_email)
    return comments.filter(network=comment.network)


def waiting(comment, kind: str, user, before: datetime) -> list[tuple]:
    """Comments that were pending when the page was made: (public_id, version, ip). One edited
    since has version 0, so that it is not decided unseen."""
    waits = comments_from(comment, kind, user).filter(
        status=Comment.Status.PENDING, status_at__lte=before
    )
    rows = waits.filter(submitted_at__lte=before).order_by("-submitted_at", "-pk")
    names = ("public_id", "version", "ip", "edited_at", "revised_at")
    return [
        (public_id, 0 if any(at and at > before for at in edited) else version, ip)
        for public_id, version, ip, *edited in rows.values_list(*names)[:MOST_COUNTED]
    ]


def in_line(rows: list[tuple], comment, line: str) -> dict[int, int]:
    network = ipaddress.ip_network(line)
    is_whole = line == comment.network or not comment.ip
    return {
        public_id: version
        for public_id, version, ip in rows
        if is_whole or ip and ipaddress.ip_address(ip) in network
    }


def waiting_label(counts: list[tuple[str, int]]) -> str:
    if not any(n for _line, n in counts):
        return ""
    if len(counts) > 1:
        each = ", ".join(f"{line}: {n:,}" for line, n in counts)
        return _("Also mark the comments that wait from there as spam (%(each)s)") % {"each": each}
    ((line, n),) = counts
    sentence = ngettext(
        "Also mark the %(n)s waiting comment from %(line)s as spam",
        "Also mark the %(n)s waiting comments from %(line)s as spam",
        n,
    )
    return sentence % {"n": f"{n:,}", "line": line}


def published_text(count: int) -> str:
    if count == MOST_COUNTED:
        return _("10,000 published comments or more")
    sentence = ngettext("%(n)s published comment", "%(n)s published comments", count)
    return sentence % {"n": f"{count:,}"}


def count_published(comment, kind: str, user) -> int:
    approved = comments_from(comment, kind, user).filter(status=Comment.Status.APPROVED)
    return approved.values("pk")[:MOST_COUNTED].count()


def _since():
    return timezone.now() - timedelta(days=DAYS)
