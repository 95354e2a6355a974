"""Cards of comments that were edited while a moderator decided, with the changes."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from comments import dates
from comments.check.situation import situation
from comments.models import Comment, Edit, Heartbeat, Policy
from comments.models.conflict import EDITED
from comments.queue import page
from comments.queue.author_history import author_histories
from comments.queue.card import Card
from comments.queue.history import renamed

MOST = 20


@dataclass(frozen=True)
class Changed:
    """The difference between two versions: the parts of the text that changed, and in `also` other
    changes in words."""

    before: str
    now: str
    also: str = ""

    @classmethod
    def between(cls, edit, comment) -> "Changed":
        return cls(*differing(edit.body, comment.body), also=renamed(edit, comment))


def differing(before: str, now: str) -> tuple[str, str]:
    """Return the words that only one version has; "…" marks equal words left out at an end."""
    old, new = before.split(), now.split()
    shorter = min(len(old), len(new))
    first = next((n for n in range(shorter) if old[n] != new[n]), shorter)
    left = shorter - first
    last = next((n for n in range(left) if old[-1 - n] != new[-1 - n]), left)
    return _part(old, first, last), _part(new, first, last)


def _part(words: list[str], first: int, last: int) -> str:
    part = " ".join(words[first : len(words) - last])
    return f"{'… ' * bool(first)}{part}{' …' * bool(last)}" if part else ""


def versions_seen(lost: list[dict], seen: dict) -> dict[int, int | None]:
    """Map each lost comment that was edited (public_id) to the version that the moderator saw."""
    edited = [row["id"] for row in lost if row.get("did") == EDITED]
    return {public_id: seen.get(public_id) for public_id in edited[:MOST]}


def cards(seen: dict[int, int | None], user, edition) -> list[Card]:
    comments = page.read_these(seen, user) if seen else []
    if not comments:
        return []
    histories = author_histories(comments, names=user.has_perm("comments.decide_comment"))
    policy = Policy.current(edition)
    check = situation(Heartbeat.all_by_name(), policy)
    found_cards = [Card(c, policy, check, histories[c.pk]) for c in comments]
    for card, changed in zip(found_cards, changes(comments, seen), strict=True):
        card.changed = changed
    return found_cards


def as_html(found_cards: list[Card], request) -> dict[int, str]:
    tab = reverse("queue") + "?tab="
    about = {
        "made_at": dates.stamp(timezone.now()),
        **{"alone": False, "bare": False, "picks": True},
    }
    found: dict[int, str] = {}
    for card in found_cards:
        queue_of = tab + card.comment.status
        context = about | {"cards": [card], "here": queue_of, "queue": queue_of}
        found[card.comment.public_id] = render_to_string("queue/cards.html", context, request)
    return found


def changes(comments: list[Comment], seen: Mapping[int, int | None]) -> list[Changed | None]:
    edits = defaultdict(list)
    for edit in Edit.objects.filter(comment__in=comments):
        edits[edit.comment_id].append(edit)
    return [_since(comment, seen.get(comment.public_id), edits[comment.pk]) for comment in comments]


def _since(comment, version: int | None, edits: list[Edit]) -> Changed | None:
    if not edits:
        return None
    first = next((edit for edit in edits if version and edit.old_version == version), edits[-1])
    return Changed.between(first, comment)
