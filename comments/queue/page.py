"""A page of the moderation queue: its tabs, and the rows of one. See also counts.py."""

from dataclasses import dataclass

from django.db.models import Prefetch, Q, prefetch_related_objects
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.models import User
from comments.models import Comment
from comments.models.second_look import LATE_SPAM, REPORTED
from comments.queue.card import VERB_WORDS, VERBS
from comments.queue.filters import NO_FILTERS, Filters
from comments.queue.hits import Hits, among, find, of_ids
from comments.queue.paging import Cursor, Order, Place

PER_PAGE = 20  # WordPress
# How many rows one page checks for a condition without an index, and for words that are common.
LOOKED_AT, WALKED = 10_000, 2_000
# Up to this many comments of an Author in a tab are gathered by post and sorted.
MOST_GATHERED = 1_000

TABS = {
    "pending": gettext_lazy("Pending"),
    "approved": gettext_lazy("Approved"),
    "spam": gettext_lazy("Spam"),
    "trash": gettext_lazy("Trash"),
    "reported": gettext_lazy("Reported"),
    "second-look": gettext_lazy("Second look"),
    "all": gettext_lazy("All"),
}
ALL = "all"
# Tabs of published comments that a person has to look at again.
AGAIN = {"second-look": LATE_SPAM, "reported": REPORTED}
# Comments of any status may be moved there. To approve many at once, choose the tab first.
VERBS_OF_ALL = ("spam", "trash")
# The time when a comment came into the tab, which sorts it. The other tabs: submitted_at.
CAME_AT = {"second-look": "screened_at", "reported": "reported_at"}
# Columns that a card reads, of the comment and its post, and of the comment that it answers. The
# post's text is not among them.
SHOWN: tuple[str, ...] = ("public_id", "version", "status", "status_at", "submitted_at")
SHOWN += ("reported_at", "edited_at")
SHOWN += ("author_name", "author_email", "author_url", "user_is_staff", "ip", "network")
SHOWN += ("body_html", "held_because", "kept_because", "user_agent", "withdrawn_at", "emptied_at")
SHOWN += ("screened", "screened_at", "check_error", "next_check_at", "provisional_until")
SHOWN += ("discarded", "parent_id", "user_id", "revised_at", "revised_by_id")
SHOWN += ("post__title", "post__path", "post__language")
SHOWN += ("post__status", "post__published_at", "post__expires_at")
SHOWN_OF_PARENT = ("author_name", "body", "body_html")


def condition_of(tab: str) -> Q:
    return Q() if tab == ALL else AGAIN.get(tab, Q(status=tab))


def of_tab(tab: str):
    return Comment.objects.filter(condition_of(tab))


def in_tab(tab: str, user):
    return of_tab(tab).decidable_by(user)


def verbs_of_tab(tab: str) -> list[tuple[str, str]]:
    words = VERB_WORDS | ({"approve": _("Keep")} if tab in AGAIN else {})
    verbs = VERBS_OF_ALL if tab == ALL else VERBS["again" if tab in AGAIN else tab]
    return [(verb, str(words[verb])) for verb in verbs]


def sort_of(tab: str, typed: str | None) -> str:
    """All is a list to look something up in, the other tabs are queues."""
    return typed if typed in ("newest", "oldest") else "newest" if tab == ALL else "oldest"


@dataclass(frozen=True)
class Page:
    comments: list
    following: Cursor | None = None
    looked_at: int = 0  # how many rows were checked, if there are more


def read_page(
    tab: str,
    user,
    sort: str,
    after: Cursor | None,
    filters: Filters = NO_FILTERS,
    count: int = MOST_GATHERED + 1,
    hits: Hits | None = None,
) -> Page:
    """Read by key, never by OFFSET. A condition without an index is checked on LOOKED_AT rows a
    page.

    `count`: how many comments of the tab the user may decide. `hits`: of the filters, if the
    caller has them.
    """
    time = CAME_AT.get(tab, "submitted_at")
    order = Order(time, newest=sort == "newest", by_id=tab == ALL)
    start = order.place(after, Comment.objects) if after else None
    hits = hits or find(filters)
    served, looked = filters.conditions
    sees_all = user.has_perm("comments.decide_comment")
    are_few = hits is not None and not hits.is_cut
    rows = in_tab(tab, user) if sees_all or are_few else _own(tab, user, count)
    last, steps = None, LOOKED_AT
    if hits and are_few:
        rows = rows.filter(of_ids(hits.pks))
    elif hits:
        steps = WALKED
        near = order.sort(order.between(rows.filter(served), start)).values_list(time, "pk")
        places = [Place(*row) for row in near[:steps]]
        last = places[-1] if len(places) == steps else None
        rows = rows.filter(of_ids(among(filters, [place.pk for place in places])))
    elif looked:
        last = order.place_of(steps, of_tab(tab).filter(served), start)
    elif served and tab == ALL and sees_all:
        # Its index alone: to sort all comments of an address took their rows.
        near = order.sort(order.between(of_tab(tab).filter(served), start))
        rows = rows.filter(pk__in=near.values("pk")[:steps])
    rows = order.sort(order.between(rows.filter(served, looked), start, last))
    if hits or not sees_all:
        # A subquery: with a join, PostgreSQL starts from all posts.
        rows = order.sort(Comment.objects.filter(pk__in=rows.values("pk")[: PER_PAGE + 1]))
    found = list(rows.select_related("post").only(*SHOWN)[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    _look_up(shown)
    if len(found) > PER_PAGE:
        return Page(shown, order.cursor(shown[-1]))
    stands = Comment.objects.only("public_id", time).filter(pk=last.pk).first() if last else None
    return Page(shown, order.cursor(stands), steps) if stands else Page(shown)


def read_these(public_ids, user) -> list:
    rows = Comment.objects.decidable_by(user).filter(public_id__in=list(public_ids))
    found = list(rows.select_related("post").only("body", *SHOWN).order_by("submitted_at", "pk"))
    _look_up(found)
    return found


def _look_up(comments: list) -> None:
    # Separate queries: with joins PostgreSQL takes twice as long.
    answers = [comment for comment in comments if comment.parent_id]
    parents = Prefetch("parent", Comment.objects.only(*SHOWN_OF_PARENT))
    prefetch_related_objects(answers, parents)
    people = {pk for comment in comments for pk in (comment.user_id, comment.revised_by_id) if pk}
    users = User.objects.only("display_name").in_bulk(people)
    for comment in comments:
        comment.user = users.get(comment.user_id)
        comment.revised_by = users.get(comment.revised_by_id)
    prefetch_related_objects([comment for comment in comments if comment.is_reported], "reports")


def _own(tab: str, user, count: int):
    # An Author decides only under own posts. Few comments are gathered by post; of many the next
    # ones are near in the order of the tab, and gathering them would take longer.
    if count > MOST_GATHERED:
        return of_tab(tab).decidable_by(user, in_order=True)
    gathered = in_tab(tab, user).order_by().values("pk")[:MOST_GATHERED]
    return Comment.objects.filter(pk__in=gathered)
