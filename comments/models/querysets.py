"""The named filters over comments, and who may decide on which."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Self

from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q, Value
from django.db.models.functions import Lower
from django.utils import timezone

from blog.models import Post, User
from comments.models.edit import Edit
from comments.models.evidence import Evidence
from comments.models.indexes import Beginning
from comments.models.mail import Mail
from comments.models.report import Report
from comments.models.states import Screened, Status
from comments.models.subscription import Subscription

# Neither asked about nor reported later; what Akismet was sent is dropped (WordPress: 15 days).
GIVE_UP = timedelta(days=15)
# A text that Akismet called spam is spam for so long without a call.
SAME_TEXT = timedelta(hours=24)


class CommentQuerySet(models.QuerySet):
    def public(self, now: datetime) -> Self:
        """Approved, under a visible post. Every public page goes through this filter."""
        return self.filter(status=Status.APPROVED, post__in=Post.objects.visible(now).values("pk"))

    def under_not_public(self, now: datetime) -> Self:
        return self.filter(post__in=Post.objects.not_public(now).values("pk"))

    def by_email(self, email: str, since: datetime | None = None) -> Self:
        # Not `iexact`, which no index serves on PostgreSQL.
        found = self.alias(address=Lower("author_email")).filter(address=Lower(Value(email)))
        if since is None:
            return found
        # All statuses are named because the index has the time behind the status.
        return found.filter(status__in=Status.values, submitted_at__gte=since)

    def with_text(self, digest: str) -> Self:
        found = self.alias(beginning=Beginning("text_digest"))
        found = found.filter(beginning=digest[: Beginning.LENGTH])
        # With `=` SQLite replaces the beginning by a constant and does not use the index.
        return found.filter(text_digest__range=(digest, digest))

    def waiting(self) -> Self:
        """Pending comments that a person can decide: the verdict is in, or the check failed."""
        over = Q(next_check_at=None) | Q(provisional_until__lte=timezone.now())
        final = over & Q(screened=Screened.HAM)
        failed = Q(screened__in=(Screened.UNAVAILABLE, Screened.SKIPPED))
        return self.filter(final | failed, status=Status.PENDING)

    # Who may decide

    def decidable_by(self, user: User | None, *, in_order: bool = False) -> Self:
        """The comments that this person sees in the queue. See also may_decide.

        `in_order`: the right is looked up for each row, so that rows come in their order.
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
        """Those of the public_ids that this person may decide. No query where that is all."""
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
        """By Akismet within SAME_TEXT, and no person has taken it out of spam."""
        since = now - SAME_TEXT
        return self.filter(screened="spam", screened_at__gt=since, status__in=("spam", "trash"))

    def repeats(self, now: datetime) -> Self:
        """Unchecked comments with the text of one that was called spam, also those that are in spam
        for another reason."""
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
        known = self.filter(submission__isnull=False, submitted_at__gt=now - GIVE_UP)
        return known.filter(asked | never)

    # Removal

    def to_remove(self, status: str, before: datetime) -> Self:
        """In this status since before that time, evidence apart. The condition on `submitted_at`
        lets the index of the queue bound the search."""
        lies = self.filter(status=status, status_at__lt=before, submitted_at__lt=before)
        return lies.filter(kept_because="")

    def with_replies(self) -> Self:
        return self.filter(Exists(self.model.objects.filter(parent=OuterRef("pk"))))

    def without_replies(self) -> Self:
        return self.filter(~Exists(self.model.objects.filter(parent=OuterRef("pk"))))

    def drop_text(self) -> int:
        """Deletes the words of withdrawn comments, evidence apart."""
        texts = self.filter(kept_because="")
        Edit.objects.filter(comment__in=texts).delete()
        return texts.update(body="", body_html="", submission=None, held_because=[])

    def empty(self) -> int:
        """Leaves the place in the thread and the Decisions, nothing else."""
        for model in (Edit, Evidence, Report, Subscription, Mail):
            model.objects.filter(comment__in=self).delete()
        Mail.objects.filter(kind=Mail.Kind.REPLY, comment__parent__in=self).delete()
        nothing = ("author_name", "author_email", "author_url", "body", "body_html", "check_error")
        nothing += ("guid", "digest", "text_digest", "network", "user_agent", "referrer")
        return self.update(
            **dict.fromkeys(nothing, ""),
            **dict.fromkeys(("ip", "submission", "user", "next_check_at", "reported_at")),
            held_because=[],
            emptied_at=timezone.now(),
        )


def may_decide(user: User | AnonymousUser, post: Post) -> bool:
    if user.has_perm("comments.decide_comment"):
        return True
    return user.has_perm("comments.decide_own") and (
        post.author_id == user.pk or post.bylines.filter(user=user).exists()
    )


def decides_at_all(user: User | AnonymousUser) -> bool:
    return any(map(user.has_perm, ("comments.decide_comment", "comments.decide_own")))
