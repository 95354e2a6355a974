"""Find posts and pages: the same for readers and for the list in the admin."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from blog.models import Post, Tag, post_words
from blog.models.post import PostQuerySet
from blog.models.tag import make_key
from blog.search.query import Query

# Only the newest posts with a common word are ranked: all of them would take long.
RANKED = 1_000


@dataclass(frozen=True)
class Found:
    """Keys of posts, the best first. `is_cut`: there are more, which are older."""

    pks: list[int]
    is_cut: bool = False


def find(query: Query, now: datetime) -> Found:
    """Search what the public may see."""
    found = matching(query, Post.objects.visible(now))
    return best_first(query, found.order_by("-published_at", "-pk"))


def matching(query: Query, posts: PostQuerySet) -> PostQuerySet:
    for tag in query.tags:
        posts = posts.filter(pk__in=_with_tag(tag))
    for tag in query.without_tags:
        posts = posts.exclude(pk__in=_with_tag(tag))
    if query.phrases:
        posts = posts.filter(post_words.INDEX.matching(query.phrases))
    for phrase in query.without:
        posts = posts.exclude(post_words.INDEX.matching([phrase]))
    return posts


def best_first(query: Query, posts: PostQuerySet) -> Found:
    """Rank posts that match, given the newest first."""
    pks = list(posts.values_list("pk", flat=True)[: RANKED + 1])
    found, is_cut = pks[:RANKED], len(pks) > RANKED
    if query.phrases:
        found = post_words.INDEX.best_first(query.phrases, found)
    return Found(found, is_cut)


def _with_tag(name: str):
    """Posts with the tag that has or had this name, or this address: tag:climate-change."""
    key = make_key(name)
    former = Q(former_names__key=key) | Q(aliases__slug=name)
    tags = Tag.objects.filter(Q(key=key) | Q(slug=name) | former)
    return Post.objects.filter(tags__in=tags).values("pk")
