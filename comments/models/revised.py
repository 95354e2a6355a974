"""What a moderator changes in a comment: its text, its name and its website, never its status."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Max
from django.utils import timezone

from blog import edition, markup
from blog.writing import writing
from comments.models.edit import Edit
from comments.models.identifiers import new_identifier
from comments.models.second_look import MOMENT

REVISABLE = ("body", "author_name", "author_url")


class Revised(models.Model):
    # The last edit by a moderator, until its author edits it again.
    revised_at = models.DateTimeField(null=True)
    # Indexed only where it is set, for the day when the account goes.
    revised_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+", db_index=False
    )

    class Meta:
        abstract = True

    def revise(self, words: dict, *, by, seen: int) -> bool:
        """`words` by the names of REVISABLE. False where it is no more what `by` saw.

        Both digests, the submission and what was found at the door stay: they tell what its author
        sent, which Akismet judged and which the author may not send again.
        """
        with writing() as scopes:
            rows = type(self).objects.decidable_by(by).select_for_update(of=("self",))
            row = rows.filter(pk=self.pk, version=seen).first()
            if row is None or row.is_over:
                return False
            if any(getattr(row, name) != words[name] for name in REVISABLE):
                row._take_words(words, by)
                if row.status == row.Status.APPROVED:
                    scopes.update((edition.of_post(row.post_id), edition.COMMENTS))
        self.refresh_from_db(fields=[*REVISABLE, "version", "revised_at", "revised_by"])
        return True

    def _take_words(self, words: dict, by) -> None:
        at = self._time_of_edit()
        Edit.keep(self, at, by=by)
        for name in REVISABLE:
            setattr(self, name, words[name])
        self.body_html = markup.render_comment(self.body)
        self.render_version = markup.RENDER_VERSION
        self.version = new_identifier()
        self.revised_at, self.revised_by = at, by
        made = ("body_html", "render_version", "version", "revised_at", "revised_by")
        self.save(update_fields=[*REVISABLE, *made])

    def _time_of_edit(self) -> datetime:
        """Later than the last decision, also where the clock was set back since. Under its lock."""
        last = self.decisions.aggregate(at=Max("created_at"))["at"]
        return max(timezone.now(), last + MOMENT) if last else timezone.now()
