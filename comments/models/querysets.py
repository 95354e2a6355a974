"""Named filters over comments, and who may decide on which."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from blog.models import Post, User
from blog.transactions import writing
from comments.models import comment_words
from comments.models.edit import Edit
from comments.models.evidence import Evidence
from comments.models.indexes import Beginning
from comments.models.mail import Mail
from comments.models.report import Report
from comments.models.states import Screened, Status
from comments.models.subscription import Subscription

# After this time Akismet is neither asked nor told, and `submission` is deleted (as in WordPress).
GIVE_UP = timedelta(days=15)
# For this time a text that Akismet called spam is spam without another call.
SAME_TEXT = timedelta(hours=24)


class CommentQuerySet(models.QuerySet):
    def public(self, now: datetime) -> Self:
        """Approved, under a visible post. Every public page uses this filter."""
        return self.filter(status=Status.APPROVED, post__in=Post.objects.visible(now).values("pk"))

    def under_not_public(self, now: datetime) -> Self:
        return self.filter(post__in=Post.objects.not_public(now).values("pk"))

    def by_email(self, email: str, since: datetime | None = None) -> Self:
        # Not `iexact`, which no index serves on PostgreSQL.
        rows = self.alias(address=Lower("author_email")).filter(address=Lower(Value(email)))
        if since is None:
            return rows
        # All statuses are listed because the index has the time after the status.
        return rows.filter(status__in=Status.values, submitted_at__gte=since)

    def with_text(self, digest: str) -> Self:
        rows = self.alias(beginning=Beginning("text_digest"))
        rows = rows.filter(beginning=digest[: Beginning.LENGTH])
        # With `=` SQLite replaces the beginning by a constant and does not use the index.
        return rows.filter(text_digest__range=(digest, digest))

    def waiting(self) -> Self:
        """Pending comments that a person can decide: there is a verdict, or the check failed."""
        over = Q(next_check_at=None) | Q(provisional_until__lte=timezone.now())
        final = over & Q(screened=Screened.HAM)
        failed = Q(screened__in=(Screened.UNAVAILABLE, Screened.SKIPPED))
        return self.filter(final | failed, status=Status.PENDING)

    # Rights

    def decidable_by(self, user: User | None, *, in_order: bool = False) -> Self:
        """Filters the comments that this person sees in the queue. See also may_decide.

        `in_order` checks the right for each row, so that rows come in the order of the index.
        """
        if user is None:
            return self
        if user.has_perm("comments.decide_comment"):
            return self.filter(emptied_at=None)
        if user.has_perm("comments.decide_own"):
            own, with_others = user.posts.order_by(), user.posts_with.order_by()
            if in_order:
                mine = Exists(own.filter(pk=OuterRef("post")))
                mine |= Exists(with_others.filter(post=OuterRef("post")))
            else:
                mine = Q(post__in=own.values("pk").union(with_others.values("post")))
            return self.filter(mine, emptied_at=None)
        return self.none()

    def decidable_among(self, ids: Iterable[int], user: User | None) -> Iterable[int]:
        # No query where the person may decide all.
        if user is None or user.has_perm("comments.decide_comment"):
            return ids
        mine = self.decidable_by(user).filter(public_id__in=list(ids))
        return mine.values_list("public_id", flat=True)

    # The check by Akismet

    def to_check(self, now: datetime) -> Self:
        due = self.filter(next_check_at__lte=now, submitted_at__gt=now - GIVE_UP)
        return due.order_by("submitted_at", "pk")

    def unchecked(self) -> Self:
        return self.filter(status="pending", user_is_staff=False, screened__in=self.model.UNCHECKED)

    def called_spam(self, now: datetime) -> Self:
        # No person has taken it out of spam.
        since = now - SAME_TEXT
        return self.filter(screened="spam", screened_at__gt=since, status__in=("spam", "trash"))

    def repeats(self, now: datetime) -> Self:
        # Unchecked comments whose text was called spam elsewhere, also those in spam for another
        # reason.
        same = self.model.objects.called_spam(now).filter(text_digest=OuterRef("text_digest"))
        waiting = self.filter(next_check_at__isnull=False, user_is_staff=False).without_answer()
        unread = waiting.filter(status__in=("pending", "spam")).exclude(decisions__by_a_person=True)
        return unread.filter(Exists(same))

    def without_answer(self) -> Self:
        return self.filter(screened__in=("waiting", "unavailable"))

    def spam_unread(self) -> Self:
        return self.filter(status="spam").exclude(decisions__by_a_person=True)

    def unanswered(self, now: datetime) -> Self:
        asked = Q(screened__in=("waiting", "unavailable"))
        never = Q(screened="skipped", check_error=self.model.NO_KEY)
        sent = self.filter(submission__isnull=False, submitted_at__gt=now - GIVE_UP)
        return sent.filter(asked | never)

    # Removal

    def to_remove(self, status: str, before: datetime) -> Self:
        # The condition on `submitted_at` lets the queue's index bound the search.
        rows = self.filter(status=status, status_at__lt=before, submitted_at__lt=before)
        return rows.filter(kept_because="")

    def with_replies(self) -> Self:
        return self.filter(Exists(self.model.objects.filter(parent=OuterRef("pk"))))

    def without_replies(self) -> Self:
        return self.filter(~Exists(self.model.objects.filter(parent=OuterRef("pk"))))

    def drop_text(self) -> int:
        # Evidence keeps its text after a withdrawal.
        texts = self.filter(kept_because="")
        Edit.objects.filter(comment__in=texts).delete()
        return texts._write({"body": "", "body_html": "", "submission": None, "held_because": []})

    def empty(self) -> int:
        """Deletes all content; keeps the place in the thread and the Decisions."""
        for model in (Edit, Evidence, Report, Subscription, Mail):
            model.objects.filter(comment__in=self).delete()
        Mail.objects.filter(kind=Mail.Kind.REPLY, comment__parent__in=self).delete()
        cleared = ("author_name", "author_email", "author_url", "body", "body_html", "check_error")
        cleared += ("guid", "digest", "text_digest", "network", "user_agent", "referrer")
        changes = dict.fromkeys(cleared, "")
        none = dict.fromkeys(("ip", "submission", "user", "next_check_at", "reported_at"))
        return self._write({**changes, **none, "held_because": [], "emptied_at": timezone.now()})

    def _write(self, changes: dict) -> int:
        """Update columns whose words are in the full-text index."""
        with writing():
            rows = self.model.objects.filter(pk__in=list(self.values_list("pk", flat=True)))
            count = rows.update(**changes)
            comment_words.write(rows)
        return count

    def delete(self):
        with writing():
            pks = list(self.values_list("pk", flat=True))
            deleted = super().delete()
            comment_words.INDEX.remove(pks)
        return deleted

    delete.alters_data = True  # type: ignore[attr-defined]
    delete.queryset_only = True  # type: ignore[attr-defined]


def may_decide(user: User | AnonymousUser, post: Post) -> bool:
    if user.has_perm("comments.decide_comment"):
        return True
    return user.has_perm("comments.decide_own") and (
        post.author_id == user.pk or post.bylines.filter(user=user).exists()
    )


def may_decide_any(user: User | AnonymousUser) -> bool:
    return any(map(user.has_perm, ("comments.decide_comment", "comments.decide_own")))
