"""Jinja filters and functions of comments. The blog's pages need only `comments`."""

from functools import cached_property

from django.conf import settings
from django.http import Http404
from django.template import loader
from django.urls import reverse
from django.utils import timezone
from jinja2 import pass_context

from blog.structured_data import for_script, name_of
from comments.check import akismet
from comments.dates import time_of_day
from comments.models import Comment, Policy, may_decide
from comments.models.querysets import may_decide_any
from comments.queue import counts
from comments.rules.parse import number
from comments.signed_links import user_token
from comments.submit import cookies
from comments.submit.context import is_open
from comments.submit.forms import CommentForm
from comments.thread import initials, search, sentences, tree
from comments.thread.notice import notice


class Comments:
    """The comments of a post with their form, rendered where a template prints it."""

    def __init__(self, request, post):
        self.request, self.post = request, post

    @property
    def count(self) -> int:
        return self._thread.count

    def __html__(self) -> str:
        context = _context(self.request, self.post, self._thread)
        return loader.render_to_string("thread/comments.html", context, self.request)

    @cached_property
    def _thread(self) -> tree.Thread:
        return _thread(self.request, self.post)


@pass_context
def comments(context, post) -> Comments:
    return Comments(context["request"], post)


class CommentsFound:
    """The comments among the results of a search, rendered where a template prints them."""

    def __init__(self, context, query):
        self.context, self.query = context, query

    def __html__(self) -> str:
        found = search.find(self.query, timezone.now())
        values = {name: self.context[name] for name in ("site", "language")}
        values |= {"found": found}
        return loader.render_to_string("thread/found.html", values, self.context["request"])


@pass_context
def comments_found(context, query) -> CommentsFound:
    return CommentsFound(context, query)


def _context(request, post, thread: tree.Thread) -> dict:
    policy = Policy.current(request.site_edition)
    for node in thread.nodes:
        node.notice = "" if node.is_public or not node.is_own else notice(node.comment, policy)
        request.holds_secret = bool(node.notice) or getattr(request, "holds_secret", False)
    user = request.user if request.user.is_authenticated else None
    now = timezone.now()
    is_public = post.is_visible(now)
    return {
        "post": post,
        "thread": thread,
        "saved": _saved(request, post, cookies.waiting_ids(request)),
        "moderates": user is not None and may_decide(user, post),
        "is_public": is_public,
        "is_open": is_public and is_open(post, policy, now),
        "form": CommentForm(initial=cookies.commenter(request), user=user),
    }


def _thread(request, post) -> tree.Thread:
    if getattr(request, "thread", None) is None:
        request.thread = tree.read(
            post,
            page=int(request.resolver_match.kwargs.get("number", 1)),
            own=cookies.waiting_ids(request),
            depth=Policy.current(request.site_edition).depth,
        )
    if request.thread is None:
        raise Http404
    return request.thread


def _saved(request, post, own) -> int | None:
    # Without the cookie the page says that the comment is saved, but does not show its text.
    public_id = number(request.GET.get("c", ""))
    if public_id is None or public_id in own:
        return None
    hidden = Comment.objects.filter(post=post, withdrawn_at=None, emptied_at=None)
    hidden = hidden.filter(public_id=public_id)
    hidden = hidden.exclude(status=Comment.Status.APPROVED)
    return public_id if hidden.exists() else None


def pending_for(request) -> str:
    """Returns the number of comments that wait for this moderator, as text; "" for everybody else.
    Readers have no session: for them it makes no query and does not vary by a cookie."""
    # An error page may be rendered before the middleware has set `user`.
    user = getattr(request, "user", None)
    if user is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return counts.pending_text(user) if may_decide_any(user) else ""


def moderate_link(request, post) -> str:
    """Return the address of the queue with the post's comments; "" without any that this person
    may decide on."""
    if post is None or post.pk is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    user = request.user
    if not may_decide_any(user) or not post.comments.decidable_by(user).exists():
        return ""
    return f"{reverse('queue')}?post={post.pk}"


def comment_count(post, count):
    return for_script(name_of(post) | {"commentCount": count})


FILTERS = {
    "monogram": initials.monogram,
    "time_of_day": time_of_day,
    "tone": initials.tone,
}
GLOBALS = {
    "akismet_is_asked": akismet.is_configured,
    "author_mark": sentences.author,
    "comment_count": comment_count,
    "comments": comments,
    "comments_found": comments_found,
    "moderate_link": moderate_link,
    "pending_for": pending_for,
    "report_link": sentences.report,
    "signed_name": user_token,
    "staff_mark": sentences.staff,
    "status_address": cookies.sign,
}
