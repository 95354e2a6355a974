"""A moderator edits a comment's text, name or website; the history keeps the text before."""

from uuid import UUID

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from blog.sign_in_again import can_show_again, shown_again
from blog.text.characters import isolated
from blog.transactions import writing
from comments import access
from comments.access import StaffRequest, moderator_required
from comments.models import Comment, Policy
from comments.models.conflict import lost_row
from comments.moderation import one_comment
from comments.moderation.forms import ReviseForm
from comments.moderation.revise import revise
from comments.queue import edited_meanwhile, not_public
from comments.queue.card import Card
from comments.queue.outcome_sentences import lost_sentence


@moderator_required
@can_show_again
@require_http_methods(["GET", "HEAD", "POST"])
@access.keeps_typed_text
def edit(request: StaffRequest, public_id: int) -> HttpResponse:
    comment = one_comment.comment_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, comment, ReviseForm.of(comment))
    form, approves = ReviseForm(request.POST), "approve" in request.POST
    if shown_again(request):
        return _page(request, comment, form)
    if sentence := _obstacle(comment):
        return _page(request, comment, form, status=409, problem=sentence)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    if not _revise(request, comment, form.values, approves):
        comment = one_comment.comment_or_404(request, public_id)
        if not _is_done(request.user, comment, form.values, approves):
            return _page(request, comment, form, status=409, problem=_who_was_faster(comment))
    sentence, batch = _("The comment by %(name)s is changed."), None
    if approves:
        sentence, batch = _("The comment by %(name)s is changed and approved."), _approval(comment)
    sentence %= {"name": isolated(comment.author_name)}
    if approves and not comment.post.is_visible(timezone.now()):
        sentence = " ".join([sentence, *not_public.appear_later_sentences(1, 1)])
    if batch:
        sentence = f"{sentence} {_('Undo takes back the approval; the change stays.')}"
    return one_comment.back_with_notice(request, sentence, comment, batch=batch)


def _revise(request: StaffRequest, comment: Comment, values: dict, approves: bool) -> bool:
    with writing():
        if not revise(comment, values, by=request.user, seen=one_comment.seen(request)):
            return False
        if approves and comment.status != Comment.Status.APPROVED:
            comment.approve(by=request.user)
    return True


def _approval(comment) -> UUID | None:
    last = comment.decisions.last()
    return last.batch if last.new_status == "approved" else None


def _is_done(user, comment, values: dict, approves: bool) -> bool:
    """True if the first click of a double click did all of this already."""
    is_same = all(getattr(comment, name) == value for name, value in values.items())
    is_mine = comment.revised_by == user and is_same
    return is_mine and (not approves or comment.status == Comment.Status.APPROVED)


def _who_was_faster(comment) -> str:
    return lost_sentence(lost_row(comment.public_id, comment))


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
