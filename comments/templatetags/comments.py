from django import template
from django.conf import settings
from django.http import Http404
from django.utils import timezone

from blog.structured_data import for_script, name_of
from comments import counts, monogram, spam, thread, waiting
from comments.facts import is_open
from comments.forms import CommentForm
from comments.models import Comment, Policy, may_decide
from comments.models.querysets import decides_at_all
from comments.notice import notice
from comments.numbers import number

register = template.Library()
register.filter(monogram.monogram)
register.filter(monogram.tone)


@register.inclusion_tag("comments/comments.html", takes_context=True)
def comments(context, post):
    """The comments of a post with their form."""
    request = context["request"]
    policy = Policy.current(request.site_edition)
    own, read = waiting.ids(request), _thread(request, post)
    for node in read.nodes:
        node.notice = "" if node.is_public or not node.is_own else notice(node.comment, policy)
        request.holds_secret = bool(node.notice) or getattr(request, "holds_secret", False)
    user = request.user if request.user.is_authenticated else None
    moderates = user is not None and may_decide(user, post)
    now = timezone.now()
    is_public = post.is_visible(now)
    return {
        "request": request,
        "site": request.site,
        "post": post,
        "thread": read,
        "saved": _saved(request, post, own),
        "moderates": moderates,
        "is_public": is_public,
        "is_open": is_public and is_open(post, policy, now),
        "form": CommentForm(initial=waiting.commenter(request), user=user),
    }


@register.simple_tag(takes_context=True)
def comments_said(context, post) -> int:
    """How many are public, for the head of the post's own page: read once for both."""
    return _thread(context["request"], post).count


def _thread(request, post) -> thread.Thread:
    if getattr(request, "thread", None) is None:
        request.thread = thread.read(
            post,
            page=int(request.resolver_match.kwargs.get("number", 1)),
            own=waiting.ids(request),
            depth=Policy.current(request.site_edition).depth,
        )
    if request.thread is None:
        raise Http404
    return request.thread


@register.simple_tag(takes_context=True)
def pending_for_me(context) -> str:
    """How many comments wait for this person; "" for everybody else. The pages of readers, who
    have no session, neither ask for anything nor vary by a cookie."""
    request = context["request"]
    # A page of an error may come from before anybody asked who it is.
    user = getattr(request, "user", None)
    if user is None or settings.SESSION_COOKIE_NAME not in request.COOKIES:
        return ""
    return counts.pending_words(user) if decides_at_all(user) else ""


def _saved(request, post, own) -> int | None:
    """`?c=` without the cookie: that it is saved, and nothing of what it says."""
    public_id = number(request.GET.get("c", ""))
    if public_id is None or public_id in own:
        return None
    hidden = Comment.objects.filter(post=post, withdrawn_at=None, emptied_at=None)
    hidden = hidden.filter(public_id=public_id)
    hidden = hidden.exclude(status=Comment.Status.APPROVED)
    return public_id if hidden.exists() else None


@register.simple_tag
def comment_count(post, count):
    """Joined by its @id to what the head of the page says of the post."""
    return for_script(name_of(post) | {"commentCount": count})


@register.simple_tag
def status_address(comment) -> str:
    return waiting.sign(comment)


@register.simple_tag
def akismet_is_asked() -> bool:
    return spam.is_configured()
