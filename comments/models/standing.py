"""How a comment stands, told from its columns alone."""

from datetime import datetime

from django.utils.translation import gettext_lazy

ITS_AUTHOR = gettext_lazy("its author")
UNCHECKED = ("waiting", "unavailable", "skipped")


class Standing:
    @property
    def is_over(self) -> bool:
        """Nobody moves it again, whatever they saw."""
        return bool(self.withdrawn_at or self.emptied_at)

    @property
    def is_unchecked(self) -> bool:
        return self.screened in UNCHECKED and not self.user_is_staff

    # See also LATE_SPAM and REPORTED in comments/models/second_look.py.

    @property
    def has_late_spam(self) -> bool:
        is_spam = self.status == "approved" and self.screened == "spam"
        return is_spam and bool(self.screened_at and self.screened_at > self.status_at)

    @property
    def is_reported(self) -> bool:
        reported = bool(self.reported_at and self.reported_at > self.status_at)
        return self.status == "approved" and reported

    @property
    def asks_again(self) -> bool:
        return self.has_late_spam or self.is_reported

    @property
    def last_edit(self) -> tuple[int | str, datetime] | None:
        """Who changed its words last (a user's id, or words), and when."""
        if self.revised_at:
            return self.revised_by_id or "", self.revised_at
        return (str(ITS_AUTHOR), self.edited_at) if self.edited_at else None

    def was_edited_since(self, decision, by) -> bool:
        """By somebody else: one's own words one knows."""
        edit = self.last_edit
        return bool(edit and edit[1] > decision.created_at and edit[0] != by.pk)

    def would_publish_unread(self, decision, by) -> bool:
        """Where `by` took this Decision back."""
        publishes = decision.old_status == "approved" != self.status
        return publishes and self.was_edited_since(decision, by)
