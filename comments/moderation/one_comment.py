"""What the pages about one comment of the queue have in common."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from blog.views import errors
from comments.access import StaffRequest
from comments.models import Comment
from comments.queue.answers import go_on
from comments.rules.parse import number


def comment_or_404(request: StaffRequest, public_id: int) -> Comment:
    comments = Comment.objects.decidable_by(request.user)
    related = comments.select_related("post", "parent", "root", "user", "revised_by")
    return get_object_or_404(related, public_id=public_id)


def seen(request: StaffRequest) -> int:
    """The version that the person had read; 0 where the form does not say."""
    return number(request.POST.get("seen", "")) or 0


def seen_next(request: StaffRequest, comment: Comment, status: int) -> int:
    """A text that comes back for a slip of its own says nothing of what others did meanwhile."""
    return seen(request) if status == 422 else comment.version


def back(request: StaffRequest) -> str:
    """The page of the queue that they came from, by the form or by the browser."""
    start = reverse("queue")
    wanted = request.POST.get("next", "") or errors.came_from(request)
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith(start) else start


def done(
    request: StaffRequest, words: str, comment=None, *, to: str = "", batch=None
) -> HttpResponse:
    """303 to where they came from, where `words` are said. `batch`: what can be undone there."""
    notice = {"words": str(words), "batch": str(batch or "")}
    return go_on(request, to or f"{back(request)}#comment-{comment.public_id}", notice)
