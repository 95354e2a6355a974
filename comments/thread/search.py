"""Comments among the results of the readers’ search: what every reader can read, and no more."""

from dataclasses import dataclass
from datetime import datetime

from blog.search import snippets
from blog.search.query import Query
from blog.text.markup import shown_text
from comments.models import Comment, comment_words

SHOWN = 5
# So many of the newest comments with the words are looked at, whatever their status.
LOOKED_AT = 1_000
# Not the website and the e-mail address, which stand between them.
READABLE = ("title", "text")


@dataclass(frozen=True)
class Found:
    comment: Comment
    name: list[snippets.Piece]
    text: list[snippets.Piece]


def find(query: Query, now: datetime) -> list[Found]:
    """Return the newest approved comments with the words. Nothing where a tag is looked for: a
    comment has none."""
    if not query.phrases or query.tags:
        return []
    newest, _is_cut = comment_words.INDEX.newest(query.phrases, LOOKED_AT, READABLE)
    comments = Comment.objects.public(now).filter(pk__in=newest)
    for phrase in query.without:
        comments = comments.exclude(comment_words.INDEX.matching([phrase], READABLE))
    shown: tuple[str, ...] = ("public_id", "author_name", "body_html", "submitted_at")
    shown += ("post__path", "post__title", "post__language")
    rows = comments.select_related("post").only(*shown).order_by("-submitted_at", "-pk")
    return [_found(comment, query) for comment in rows[:SHOWN]]


def _found(comment: Comment, query: Query) -> Found:
    text = snippets.snippet(shown_text(comment.body_html), query)
    return Found(comment, snippets.whole(comment.author_name, query), text)
