"""What its author may do with a comment, from the page whose address only the author has."""

from datetime import datetime, timedelta

from django.db import models
from django.utils import timezone

from blog import markup
from blog.tasks import later
from blog.writing import writing
from comments import spam
from comments.models.edit import Edit
from comments.models.identifiers import new_identifier
from comments.moderation import Reason, first_decision

EDITABLE = timedelta(minutes=15)
CHANGED = (
    *("body", "body_html", "render_version", "digest", "text_digest", "edited_at", "version"),
    *("held_because", "submission", "screened", "screened_at", "next_check_at", "check_error"),
    *("failures", "provisional_until", "revised_at", "revised_by"),
)


class Own(models.Model):
    class Meta:
        abstract = True

    @property
    def editable_until(self) -> datetime:
        return self.submitted_at + EDITABLE

    def is_editable(self, now: datetime) -> bool:
        """Whoever was called spam does not get to try other words."""
        waits = self.status == self.Status.PENDING and self.screened != self.Screened.SPAM
        return waits and now < self.editable_until

    def edit(self, facts, rules) -> bool:
        """Another text, looked at again by the rules and by Akismet. The version changes: a
        moderator who read the old one decides nothing. False where it was decided meanwhile."""
        with writing():
            row = type(self).objects.select_for_update(of=("self",)).get(pk=self.pk)
            # Not before the lock: a page that was made while this waited has the old text.
            now = timezone.now()
            if not row.is_editable(now):
                return False
            at = row._time_of_edit()
            Edit.keep(row, at)
            status, reasons = first_decision(facts, rules)
            row._take_text(facts, at)
            row.held_because = [*reasons, (str(Reason.EDITED), "")]
            row.version = new_identifier()
            row._plan_another_check(now)
            row.save(update_fields=CHANGED)
            if status == self.Status.SPAM:
                row.set_aside(reason=reasons[0][0])
        return True

    def _take_text(self, facts, at: datetime) -> None:
        self.body, self.edited_at = facts.body, at
        self.revised_at = self.revised_by = None
        self.body_html = markup.render_comment(facts.body)
        self.render_version = markup.RENDER_VERSION
        self.digest = self.digest_of(self.post_id, self.parent_id, vars(facts))
        self.text_digest = self.text_digest_of(facts.body)

    def _plan_another_check(self, now: datetime) -> None:
        """A verdict about the old text that is still under way counts no more (Check._row)."""
        if not self.submission:
            return
        self.submission = self.submission | {"comment_content": self.body}
        if spam.is_configured():
            self.screened, self.screened_at = self.Screened.WAITING, None
            self.next_check_at, self.check_error = now, ""
            self.failures, self.provisional_until = 0, None
            from comments import tasks

            later(tasks.check_comment, self.pk)
