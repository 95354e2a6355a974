"""Filters of the queue: the search text, an author, a post, a reason."""

import ipaddress
import re
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from blog.search.query import phrases
from comments.queue.hold_reasons import REASONS, held_by
from comments.rules.holding import network_of
from comments.rules.parse import number

MOST_TYPED = 200
# A wider network is searched as a list of the networks that rows store.
MOST_NETWORKS = 256
# Tabs in the full-text index.
INDEXED = ("pending", "approved")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# The first three numbers of an IPv4 address, which name its network.
BEGUN = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})\.?\*?")


@dataclass(frozen=True)
class Filters:
    q: str = ""
    reason: str = ""
    post: int | None = None
    author: str = ""
    is_cut: bool = False

    @classmethod
    def parse(cls, given) -> "Filters":
        typed, reason = clean(given.get("q", "")), given.get("reason")
        return cls(
            q=typed[:MOST_TYPED].strip(),
            reason=reason if reason in REASONS else "",
            post=number(given.get("post", "")),
            author=clean(given.get("author", ""))[:254],
            is_cut=len(typed) > MOST_TYPED,
        )

    def __bool__(self):
        return bool(self.q or self.reason or self.author or self.post is not None)

    # `q` is exactly one of these: email, networks, part (of an e-mail address), words.

    @cached_property
    def email(self) -> str:
        return self.q if EMAIL.fullmatch(self.q) else ""

    @cached_property
    def networks(self) -> list[str]:
        """Networks as rows store them; [""] if the typed one is too wide."""
        begun = BEGUN.fullmatch(self.q)
        try:
            network = ipaddress.ip_network(f"{begun[1]}.0/24" if begun else self.q, strict=False)
        except ValueError:
            return []
        kept = 24 if network.version == 4 else 48
        if network.prefixlen >= kept:
            return [network_of(str(network.network_address))]
        count = 2 ** (kept - network.prefixlen)
        found = network.subnets(new_prefix=kept) if count <= MOST_NETWORKS else ()
        return [str(part) for part in found] or [""]

    @property
    def is_too_wide(self) -> bool:
        return self.networks == [""]

    @cached_property
    def part(self) -> str:
        is_one = "@" in self.q and " " not in self.q
        return self.q if is_one and not self.email else ""

    @cached_property
    def words(self) -> str:
        return "" if self.email or self.networks or self.part else self.q

    def uses_index_of_words(self, tab: str) -> bool:
        return tab in INDEXED and bool(phrases(self.words))

    def conditions(self, tab: str) -> tuple[Q, Q]:
        """Return a condition that an index serves in the order of a page, and one to check on
        each row that the first leaves."""
        served, looked = self._served(), self._looked()
        if self.uses_index_of_words(tab):
            return Q(), all_of(served + looked)
        return all_of(served[:1]), all_of(served[1:] + looked + contained(self.words))

    @property
    def condition(self) -> Q:
        # Without an index, for rows that are few already.
        return all_of(self._served() + self._looked() + contained(self.words))

    def _served(self) -> list[Q]:
        served = [by_email(email) for email in (self.author, self.email) if email]
        served += [Q(network=one) for one in self.networks if len(self.networks) == 1 and one]
        return served + ([Q(post=self.post)] if self.post is not None else [])

    def _looked(self) -> list[Q]:
        looked = [held_by(self.reason)] if self.reason else []
        if len(self.networks) > 1:
            looked.append(Q(network__in=self.networks))
        if self.is_too_wide:
            looked.append(Q(pk__in=()))
        if self.part:
            looked.append(Q(author_email__icontains=self.part))
        return looked


NO_FILTERS = Filters()


def clean(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def all_of(conditions: list[Q]) -> Q:
    found = Q()
    for condition in conditions:
        found &= condition
    return found


def by_email(email: str) -> Q:
    # See also CommentQuerySet.by_email.
    return Q(Exact(Lower("author_email"), Lower(Value(email))))


def contained(typed: str) -> list[Q]:
    columns = ("author_name", "author_url", "body")
    found = []
    for part in typed.replace('"', " ").split() or [typed] * bool(typed):
        either = Q()
        for column in columns:
            either |= Q(**{f"{column}__icontains": part})
        found.append(either)
    return found
