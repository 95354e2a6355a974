"""Who may decide on which comments."""

from django.db import models
from django.db.models import Exists, OuterRef, Q


class RightsQuerySet(models.QuerySet):
    def decidable_by(self, user, *, in_order=False):
        """The comments that this person sees in the queue. See also may_decide.

        `in_order`: asked of each row in the order of the rows, not gathered by the posts.
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

    def decidable_among(self, ids, user):
        """Of these public_ids; where the person may decide on all, without a look at them."""
        if user is None or user.has_perm("comments.decide_comment"):
            return ids
        mine = self.decidable_by(user).filter(public_id__in=list(ids))
        return mine.values_list("public_id", flat=True)


def may_decide(user, post) -> bool:
    """See also RightsQuerySet.decidable_by."""
    if user.has_perm("comments.decide_comment"):
        return True
    return user.has_perm("comments.decide_own") and (
        post.author_id == user.pk or post.bylines.filter(user=user).exists()
    )


def decides_at_all(user) -> bool:
    """Whether there is a queue for this person, with whatever comments."""
    return any(map(user.has_perm, ("comments.decide_comment", "comments.decide_own")))
