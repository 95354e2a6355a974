"""Saves an author's edit of their own comment."""

from datetime import datetime

from django.utils import timezone

from blog.text import markup
from blog.transactions import writing
from comments.check import akismet
from comments.models import Comment, Edit
from comments.models.due import Due
from comments.models.identifiers import new_identifier
from comments.rules.holding import Facts, Reason, Rules, first_decision

CHANGED = (
    *("body", "body_html", "render_version", "digest", "text_digest", "edited_at", "version"),
    *("held_because", "submission", "screened", "screened_at", "next_check_at", "check_error"),
    *("failures", "provisional_until", "revised_at", "revised_by"),
)


def edit_text(comment: Comment, facts: Facts, rules: Rules) -> tuple[bool, list[Due]]:
    """Saves a new text, which is checked again by the rules and by Akismet. Returns False if the
    comment can no longer be edited. The caller enqueues what is due.

    The comment gets a new version, so that no moderator decides on a text they have not seen.
    """
    with writing():
        row = Comment.objects.select_for_update(of=("self",)).get(pk=comment.pk)
        # Read after the lock: pages rendered while this waited show the old text.
        now = timezone.now()
        if not row.is_editable(now):
            return False, []
        _set_text(row, facts, Edit.record(row).created_at)
        status, reasons = first_decision(facts, rules)
        row.held_because = [*reasons, (str(Reason.EDITED), "")]
        row.version = new_identifier()
        due = _plan_another_check(row, now)
        row.save(update_fields=CHANGED)
        if status == Comment.Status.SPAM:
            row.set_aside(reason=reasons[0][0])
    return True, due


def _set_text(comment: Comment, facts: Facts, at: datetime) -> None:
    comment.body, comment.edited_at = facts.body, at
    comment.revised_at = comment.revised_by = None
    comment.body_html = markup.render_comment(facts.body)
    comment.render_version = markup.RENDER_VERSION
    comment.digest = Comment.digest_of(comment.post_id, comment.parent_id, vars(facts))
    comment.text_digest = Comment.text_digest_of(facts.body)


def _plan_another_check(comment: Comment, now: datetime) -> list[Due]:
    # A check of the old text that is still running is ignored, because edited_at has changed.
    if not comment.submission:
        return []
    comment.submission = comment.submission | {"comment_content": comment.body}
    if not akismet.is_configured():
        return []
    comment.screened, comment.screened_at = Comment.Screened.WAITING, None
    comment.next_check_at, comment.check_error = now, ""
    comment.failures, comment.provisional_until = 0, None
    return [Due("check", comment.pk)]
