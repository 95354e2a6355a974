"""Helpers for the pages about one comment of the queue."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from blog.sign_in_again import shown_again
from blog.views import errors
from comments.access import StaffRequest
from comments.models import Comment
from comments.queue.answers import redirect_with_notice
from comments.rules.parse import number


def comment_or_404(request: StaffRequest, public_id: int) -> Comment:
    comments = Comment.objects.decidable_by(request.user)
    related = comments.select_related("post", "parent", "root", "user", "revised_by")
    return get_object_or_404(related, public_id=public_id)


def seen(request: StaffRequest) -> int:
    """The version that the moderator had read; 0 if the form does not say."""
    return number(request.POST.get("seen", "")) or 0


def seen_next(request: StaffRequest, comment: Comment, status: int) -> int:
    """A form with errors shows nothing of changes by others, so it keeps the version seen
    before."""
    return seen(request) if status == 422 or shown_again(request) else comment.version


def back(request: StaffRequest) -> str:
    """The page of the queue from which the moderator came, by the form or the referrer."""
    start = reverse("queue")
    wanted = request.POST.get("next", "") or errors.came_from(request)
    is_ours = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
    return wanted if is_ours and wanted.startswith(start) else start


def back_with_notice(
    request: StaffRequest, sentence: str, comment=None, *, to: str = "", batch=None
) -> HttpResponse:
    """Redirect (303) with a notice. `batch`: undone by its Undo button."""
    notice = {"words": str(sentence), "batch": str(batch or "")}
    return redirect_with_notice(
        request, to or f"{back(request)}#comment-{comment.public_id}", notice
    )
