"""A moderator's reply, which approves the comment that it answers."""

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
from comments.check.akismet import TRAP
from comments.enqueue import enqueue
from comments.models import Comment, Policy
from comments.models.conflict import lost_row
from comments.models.querysets import CommentQuerySet
from comments.moderation import one_comment
from comments.moderation.forms import ReplyForm
from comments.queue import edited_meanwhile
from comments.queue.card import Card
from comments.queue.outcome_sentences import lost_sentence
from comments.submit.context import Sender, comment_facts, duplicates, is_open
from comments.submit.save import save_comment

# Staff may reply deeper in a thread than readers, as in WordPress.
DEEPEST = 30


@moderator_required
@can_show_again
@require_http_methods(["GET", "HEAD", "POST"])
@access.keeps_typed_text
def reply(request: StaffRequest, public_id: int) -> HttpResponse:
    comment = one_comment.comment_or_404(request, public_id)
    if request.method != "POST":
        return _page(request, comment, ReplyForm())
    form = ReplyForm(request.POST)
    if shown_again(request):
        return _page(request, comment, form)
    if sentence := obstacle(comment):
        return _page(request, comment, form, status=409, problem=sentence)
    if not form.is_valid():
        return _page(request, comment, form, status=422)
    approves = comment.status != Comment.Status.APPROVED
    lost = _publish(request, comment, form.cleaned_data["body"])
    if lost:
        comment = one_comment.comment_or_404(request, public_id)
        return _page(request, comment, form, status=409, problem=lost_sentence(lost))
    sentence = _("Your reply to %(name)s is published.")
    if approves:
        sentence = _("The comment by %(name)s and your reply are published.")
    sentence %= {"name": isolated(comment.author_name)}
    return one_comment.back_with_notice(request, sentence, comment)


def obstacle(comment) -> str:
    if comment.is_over:
        return _("Its author withdrew it, so it cannot be answered.")
    if not comment.post.is_visible(timezone.now()):
        return _("The post is not public, so nobody would see a reply.")
    if comment.depth >= DEEPEST:
        return _("This thread is too deep for another answer.")
    return ""


def _notes(comment, policy) -> list[str]:
    # These limits hold for readers and not for staff, as in WordPress.
    now, notes = timezone.now(), []
    if not is_open(comment.post, policy, now):
        notes.append(_("Comments on this post are closed for readers; yours appears all the same."))
    if (comment.root or comment).locked_at:
        notes.append(_("Readers cannot reply in this thread any more; yours appears all the same."))
    elif comment.depth >= policy.depth - 1:
        notes.append(_("Readers cannot reply at this level; yours appears all the same."))
    return notes


def _publish(request: StaffRequest, comment: Comment, body: str) -> dict | None:
    """Approve and reply in one transaction. Return the lost row if somebody was faster, else
    None."""
    user, sender = request.user, Sender.of(request)
    fields = {"name": str(user), "email": user.email, "url": "", "body": body, TRAP: ""}
    facts = comment_facts(sender, comment.post, fields)
    with writing():
        row = Comment.objects.select_for_update(of=("self",)).filter(pk=comment.pk).first()
        if row is None:
            return lost_row(comment.public_id)
        earlier = duplicates(comment.post, row, fields).filter(user=user)
        if _is_public(row, earlier):
            return None
        if row.version != one_comment.seen(request):
            return lost_row(row.public_id, row)
        if row.status != Comment.Status.APPROVED:
            outcome = Comment.decide({row.public_id: row.version}, "approve", by=user)
            if outcome.lost:
                return outcome.lost[0]
        _reply, due = save_comment(
            comment.post,
            row,
            facts,
            Policy.current(request.site_edition).rules,
            user=user,
            referrer=sender.referrer,
            headers=sender.headers,
            language=request.site.language,
        )
        enqueue(due)
    return None


def _is_public(row: Comment, earlier: CommentQuerySet) -> bool:
    """True if the first click of a double click published both already."""
    approved = Comment.Status.APPROVED
    return row.status == approved and earlier.filter(status=approved).exists()


def _page(
    request: StaffRequest, comment: Comment, form, *, status: int = 200, problem: str = ""
) -> HttpResponse:
    policy = Policy.current(request.site_edition)
    context = {
        "card": Card(comment, policy),
        "form": form,
        "problem": problem,
        "obstacle": obstacle(comment),
        "notes": _notes(comment, policy),
        "approves": comment.status != Comment.Status.APPROVED,
        "seen": one_comment.seen_next(request, comment, status),
        "back": one_comment.back(request),
    }
    if problem:
        seen = {comment.public_id: one_comment.seen(request)}
        (context["card"].changed,) = edited_meanwhile.changes([comment], seen)
    return TemplateResponse(request, "moderation/reply.html", context, status=status)
