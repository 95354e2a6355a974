"""A moderator changes a comment's text, name or website; the history keeps what it said."""

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.text.characters import isolated
from blog.transactions import writing
from comments import access
from comments.access import StaffRequest, moderators
from comments.models import Comment, Policy
from comments.models.conflict import lost_row
from comments.moderation import one_comment
from comments.moderation.forms import ReviseForm
from comments.moderation.revise import revise
from comments.queue import edited_meanwhile, not_public
from comments.queue.card import Card
from comments.queue.outcome_sentences import lost_words


@moderators
@require_http_methods(["GET", "HEAD", "POST"])
@access.gives_text_back
def edit(request: StaffRequest, public_id: int) -> HttpResponse:
    comment = one_comment.comment_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, comment, ReviseForm.of(comment))
    form, approves = ReviseForm(request.POST), "approve" in request.POST
    if words := _obstacle(comment):
        return _page(request, comment, form, status=409, problem=words)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    if not _revise(request, comment, form.words, approves):
        comment = one_comment.comment_or_404(request, public_id)
        if not _did(request.user, comment, form.words, approves):
            return _page(request, comment, form, status=409, problem=_who_was_faster(comment))
    words, batch = _("The comment by %(name)s is changed."), None
    if approves:
        words, batch = _("The comment by %(name)s is changed and approved."), _approval(comment)
    words %= {"name": isolated(comment.author_name)}
    if approves and not comment.post.is_visible(timezone.now()):
        words = " ".join([words, *not_public.appear_later_words(1, 1)])
    if batch:
        words = f"{words} {_('Undo takes back the approval; the change stays.')}"
    return one_comment.done(request, words, comment, batch=batch)


def _revise(request: StaffRequest, comment: Comment, words: dict, approves: bool) -> bool:
    with writing():
        if not revise(comment, words, by=request.user, seen=one_comment.seen(request)):
            return False
        if approves and comment.status != Comment.Status.APPROVED:
            comment.approve(by=request.user)
    return True


def _approval(comment) -> UUID | None:
    last = comment.decisions.last()
    return last.batch if last.new_status == "approved" else None


def _did(user, comment, words: dict, approves: bool) -> bool:
    """True where the first click of a double click did all that this one asks for."""
    is_same = all(getattr(comment, name) == value for name, value in words.items())
    is_mine = comment.revised_by == user and is_same
    return is_mine and (not approves or comment.status == Comment.Status.APPROVED)


def _who_was_faster(comment) -> str:
    return lost_words(lost_row(comment.public_id, comment))


def _obstacle(comment) -> str:
    return _("Its author withdrew it: nothing of it is left to edit.") if comment.is_over else ""


def _page(
    request: StaffRequest, comment: Comment, form, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    context = {
        "card": Card(comment, Policy.current(request.site_edition)),
        "form": form,
        "problem": problem,
        "obstacle": _obstacle(comment),
        "is_public": comment.status == Comment.Status.APPROVED,
        "seen": one_comment.seen_next(request, comment, status),
        "back": one_comment.back(request),
    }
    if problem:
        seen = {comment.public_id: one_comment.seen(request)}
        (context["card"].changed,) = edited_meanwhile.changes([comment], seen)
    return TemplateResponse(request, "moderation/edit.html", context, status=status)
