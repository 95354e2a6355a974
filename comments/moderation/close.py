"""Close comments on a post or in one thread, and open them again."""

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from blog.models import Post
from comments.access import StaffRequest, moderator_required
from comments.models import Closing, Comment, Policy, may_decide
from comments.moderation import one_comment
from comments.rules import admission
from comments.rules.parse import number

SHOWN = 100
# Button: the verb, whether it closes a thread, the notice.
VERBS = {
    "close": (Closing.close, False, gettext_lazy("Comments on this post are closed.")),
    "open": (Closing.open_again, False, gettext_lazy("Comments on this post are open again.")),
    "end": (Closing.close, True, gettext_lazy("No more replies in this thread.")),
    "resume": (Closing.open_again, True, gettext_lazy("Replies in this thread are allowed again.")),
}


@moderator_required
@require_http_methods(["GET", "HEAD", "POST"])
def closing(request: StaffRequest, pk: int) -> HttpResponse:
    post = get_object_or_404(Post.objects.select_related("author"), pk=pk)
    if not may_decide(request.user, post) or not _may_see(request.user, post):
        raise Http404
    fields = request.POST if request.method == "POST" else request.GET
    first = _first_of_thread(request.user, post, fields.get("thread", ""))
    if request.method != "POST":
        return _page(request, post, first)
    known = VERBS.get(request.POST.get("do", ""))
    if known is None or known[1] and first is None:
        return _page(request, post, first, status=422)
    verb, is_of_thread, sentence = known[0], known[1], str(known[2])
    if not verb(post, first if is_of_thread else None, by=request.user):
        sentence = _("%(words)s It was so already.") % {"words": sentence}
    return one_comment.back_with_notice(request, sentence, to=_address(post, first))


def _may_see(user, post) -> bool:
    """Moderators learn no title of a post that is neither public nor commented."""
    now = timezone.now()
    return (
        post.is_visible(now)
        or Post.objects.readable_by(user, now).filter(pk=post.pk).exists()
        or Post.objects.editable_by(user).filter(pk=post.pk).exists()
        or Comment.objects.decidable_by(user).filter(post=post).exists()
    )


def _first_of_thread(user, post, named: str) -> Comment | None:
    """`named`: any comment of the thread; 404 if it is not on this post."""
    if not named:
        return None
    comments = Comment.objects.decidable_by(user).select_related("root")
    comment = get_object_or_404(comments.filter(post=post), public_id=number(named) or 0)
    return comment.root or comment


def _address(post, first) -> str:
    return reverse("closing", args=[post.pk]) + (f"?thread={first.public_id}" if first else "")


def _page(request: StaffRequest, post: Post, first, *, status: int = 200) -> HttpResponse:
    sentence = _("That was not understood. Nothing was changed.") if status != 200 else ""
    policy = Policy.current(request.site_edition)
    history = Closing.objects.filter(post=post).select_related("by", "thread")
    ended = history.filter(thread__locked_at__isnull=False).values("thread")
    context = {
        "post": post,
        "first": first,
        "last": _last(history, None),
        "last_of_thread": _last(history, first) if first else None,
        "is_too_old": _is_too_old(post, policy),
        "days": policy.close_after_days,
        "ended": Comment.objects.filter(pk__in=ended).order_by("pk")[:SHOWN],
        "history": history[:SHOWN],
        "problem": sentence,
        "notice": request.session.pop("queue_notice", None),
    }
    return TemplateResponse(request, "moderation/closing.html", context, status=status)


def _last(history: QuerySet[Closing], thread: Comment | None) -> Closing | None:
    return history.filter(thread=thread).first()


def _is_too_old(post, policy) -> bool:
    if post.published_at is None:
        return False
    return admission.is_too_old(timezone.now() - post.published_at, policy.close_after_days)
