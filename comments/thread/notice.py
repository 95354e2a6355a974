"""Writes the sentence that tells authors the state of their comment."""

from django.utils import timezone
from django.utils.translation import gettext as _

from comments.dates import clock, day_and_month
from comments.models import Comment
from comments.models.snapshot import without_undone
from comments.rules import retention
from comments.rules.holding import Reason


def notice(comment, policy) -> str:
    status = comment.status
    if comment.withdrawn_at:
        return _("You withdrew this comment.")
    is_post_public = comment.post.is_visible(timezone.now())
    if status == "approved" and not is_post_public:
        return _("Approved by a moderator. It appears when the post is public again.")
    if status == "approved":
        return _("Published. See it in the discussion.")
    if status == "trash" or (status == "spam" and _is_called_spam_by_a_person(comment)):
        return _("A moderator decided not to publish this comment.")
    if status == "spam" and not _is_trapped(comment):
        if comment.kept_because:
            return _("Saved, but our spam filter set it aside. A moderator can still publish it.")
        sentence = _(
            "Saved, but our spam filter set it aside. A moderator can still publish it; "
            "otherwise it is deleted on %(day)s."
        )
        return sentence % {"day": deletion_day(comment, policy)}
    if status == "pending" and _was_published(comment):
        return _("This comment was published and is being looked at again.")
    sentence = _(
        "Saved. A moderator reads every comment before it appears. "
        "Yours has been waiting since %(time)s."
    )
    sentence %= {"time": clock(comment.submitted_at)}
    if is_post_public:
        return sentence
    return f"{sentence} {_('The post is not public at the moment.')}"


def deletion_day(comment, policy) -> str:
    # An overdue comment is deleted when the worker runs, today at the earliest.
    goes_at = max(retention.deletion_time(comment, policy), timezone.now())
    return day_and_month(goes_at)


def _is_trapped(comment) -> bool:
    # A bot that filled in the honeypot reads the ordinary notice and learns nothing.
    return any(code == Reason.TRAP for code, _detail in comment.held_because)


def _is_called_spam_by_a_person(comment) -> bool:
    if comment.status_at == comment.submitted_at:
        return False  # a rule called it spam when it was sent
    decisions = without_undone(comment.decisions.all())
    return next((row.by_a_person for row in decisions if row.new_status == "spam"), False)


def _was_published(comment: Comment) -> bool:
    # Most waiting comments were never decided and need no query.
    is_decided = comment.status_at != comment.submitted_at
    return is_decided and comment.decisions.filter(new_status="approved").exists()
