"""Sentences about the filters of the queue, and about acting on all that it shows."""

from dataclasses import replace

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from blog.models import Post
from comments.queue.counts import count_text
from comments.queue.filters import MOST_TYPED, Filters
from comments.queue.hold_reasons import REASONS

MOST_POSTS = 5


def narrowing(filters: Filters, page, user, *, is_first: bool, has_head: bool) -> dict:
    """`has_head`: the e-mail address is in the head of the page (author_head.py)."""
    named = replace(filters, author="") if has_head else filters
    return {
        "filters": filters,
        "reasons": REASONS.items(),
        "filter_labels": filter_labels(named, page.comments, user),
        "filter_notes": filter_notes(filters, page.looked_at),
        "posts_named": posts_named(filters.words, user) if is_first else [],
        "looked_at": f"{page.looked_at:,}" if page.looked_at else "",
    }


def filter_labels(filters: Filters, comments, user) -> list[tuple[str, str]]:
    network = filters.networks[0] if len(filters.networks) == 1 else filters.q
    labels = [
        (_("e-mail"), filters.author),
        (_("e-mail"), filters.email if filters.email != filters.author else ""),
        (_("part of an e-mail"), filters.part),
        (_("network"), filters.q if filters.is_too_wide else filters.networks and network),
        (_("words"), filters.words),
        (_("reason"), str(REASONS.get(filters.reason, ""))),
        (_("post"), _title(filters, comments, user)),
    ]
    return [(kind, what) for kind, what in labels if what]


def _title(filters: Filters, comments, user) -> str:
    """Return a number instead of the title of a post that the user may not read."""
    if filters.post is None:
        return ""
    named = comments[0].post if comments else _readable(user).filter(pk=filters.post).first()
    return named.title if named else _("number %(id)d") % {"id": filters.post}


def filter_notes(filters: Filters, looked_at: int) -> list[str]:
    notes = []
    if filters.is_cut:
        sentence = _("Only the first %(n)d characters were searched for.")
        notes.append(sentence % {"n": MOST_TYPED})
    if filters.is_too_wide:
        sentence = _("“%(q)s” is too wide to search for: at most /16, or /40 of IPv6.")
        notes.append(sentence % {"q": filters.q})
    if looked_at:
        sentence = _("%(n)s comments were looked at for this page; there are more to look at.")
        notes.append(sentence % {"n": f"{looked_at:,}"})
    return notes


def posts_named(typed: str, user) -> list[Post]:
    title = typed.replace('"', "").strip()
    if not title:
        return []
    found = _readable(user).filter(title__icontains=title).distinct()
    return list(found.order_by("-pk")[:MOST_POSTS])


def _readable(user):
    own = Q(author=user) | Q(bylines__user=user)
    if user.has_perm("comments.decide_comment"):
        own |= Q(pk__in=Post.objects.visible(timezone.now()).values("pk"))
    return Post.objects.filter(own).only("title")


def act_label(count: int, since, *, is_narrowed: bool) -> str:
    # `since`: only comments sent later were counted.
    sentence = ngettext("Act on %(n)s comment", "Act on all %(n)s comments", count)
    if since:
        sentence = ngettext(
            "Act on the %(n)s that was found so far",
            "Act on the %(n)s that were found so far",
            count,
        )
    elif is_narrowed:
        sentence = ngettext("Act on the %(n)s that matches", "Act on all %(n)s that match", count)
    return sentence % {"n": count_text(count)}
