"""Who may decide on which comments."""

from django.db import models
from django.db.models import Q

from blog.models import Post


class RightsQuerySet(models.QuerySet):
    def decidable_by(self, user):
        """The comments that this person sees in the queue. See also may_decide."""
        if user is None:
            return self
        if user.has_perm("comments.decide_comment"):
            return self.filter(emptied_at=None)
        if user.has_perm("comments.decide_own"):
            own = Post.objects.filter(Q(author=user) | Q(bylines__user=user))
            return self.filter(emptied_at=None, post__in=own.values("pk"))
        return self.none()


def may_decide(user, post) -> bool:
    """See also RightsQuerySet.decidable_by."""
    if user.has_perm("comments.decide_comment"):
        return True
    return user.has_perm("comments.decide_own") and (
        post.author_id == user.pk or post.bylines.filter(user=user).exists()
    )
