"""Filters of the queue: the search text, an author, a post, a reason."""

import ipaddress
import re
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Q, Value
from django.db.models.functions import Lower
from django.db.models.lookups import Exact

from blog.full_text.match import Phrase
from blog.search.query import phrases
from blog.text.words import typed_words
from comments.queue.hold_reasons import REASONS, held_by
from comments.rules.holding import network_of
from comments.rules.parse import number

MOST_TYPED = 200
# A wider network is searched as a list of the networks that rows store.
MOST_NETWORKS = 256
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")
# The first three numbers of an IPv4 address, which name its network. Two only with a dot or a star
# behind: without one they are a number.
BEGUN = re.compile(r"(\d{1,3}\.\d{1,3}\.\d{1,3})(?:\.\*?)?|(\d{1,3}\.\d{1,3})\.(?:\*(?:\.\*)?)?")


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
        try:
            network = ipaddress.ip_network(_whole_network(self.q), strict=False)
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

    @cached_property
    def phrases(self) -> list[Phrase]:
        """For the full-text index. An e-mail address is looked for in texts too, as a whole."""
        if self.email:
            found = typed_words(self.email)
            return [Phrase(tuple(found))] if found else []
        return phrases(self.words)

    @property
    def is_in_index(self) -> bool:
        """Return whether hits.py finds what was typed."""
        return bool(self.phrases) or len(self.networks) > 1 or self.is_too_wide

    @property
    def conditions(self) -> tuple[Q, Q]:
        """Return a condition that an index serves in the order of a page, and one to check on
        each row that the first leaves. Words and networks: see hits.py."""
        served = [by_email(self.author)] if self.author else []
        served += [Q(network=one) for one in self.networks if len(self.networks) == 1 and one]
        served += [Q(post=self.post)] if self.post is not None else []
        return all_of(served[:1]), all_of(served[1:] + self._looked())

    def _looked(self) -> list[Q]:
        looked = [held_by(self.reason)] if self.reason else []
        if self.part:
            looked.append(Q(author_email__icontains=self.part))
        if self.email:
            # The index knows it as words side by side, which other addresses may have too.
            looked += [by_email(self.email) | contained(self.email)]
        if self.words and not self.phrases:
            looked += [contained(part) for part in self.words.replace('"', " ").split() or ['"']]
        return looked


NO_FILTERS = Filters()


def _whole_network(typed: str) -> str:
    begun = BEGUN.fullmatch(typed)
    if not begun:
        return typed
    return f"{begun[1]}.0/24" if begun[1] else f"{begun[2]}.0.0/16"


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


def contained(text: str) -> Q:
    found = Q()
    for column in ("author_name", "author_url", "body"):
        found |= Q(**{f"{column}__icontains": text})
    return found
