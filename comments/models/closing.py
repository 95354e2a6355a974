"""Closes the comments on a post, or one of its threads, to readers."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from blog.cache import versions
from blog.models import Post, Revision
from blog.text.characters import isolated
from blog.transactions import writing
from comments.models.comment import Comment


class Closing(models.Model):
    """Somebody closed the comments on a post or in a thread, or opened them again. This is the
    history; the state is in Post.comments_open and Comment.locked_at."""

    post = models.ForeignKey(Post, models.CASCADE, related_name="closings")
    # The first comment of the thread; null for the whole post.
    thread = models.ForeignKey(Comment, models.CASCADE, null=True, related_name="+")
    opens = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        ordering = ["-pk"]

    def __str__(self):
        return f"{self.post_id}: {self.sentence}"

    @classmethod
    def close(cls, post, thread=None, *, by) -> bool:
        return cls._change(post, thread, opens=False, by=by)

    @classmethod
    def open_again(cls, post, thread=None, *, by) -> bool:
        return cls._change(post, thread, opens=True, by=by)

    @classmethod
    def _change(cls, post, thread, *, opens: bool, by) -> bool:
        with writing() as scopes:
            # The comment form locks the same row while it saves a comment.
            row = Post.objects.select_for_update(no_key=True).get(pk=post.pk)
            now = timezone.now()
            if thread:
                changed = cls._update_thread(thread, opens, now)
            else:
                changed = cls._update_post(row, opens, by)
            if changed:
                cls.objects.create(post=row, thread=thread, opens=opens, by=by, at=now)
                scopes.add(versions.of_post(row.pk))
        return bool(changed)

    @staticmethod
    def _update_post(post, opens: bool, by) -> int:
        # A revision too, because editors read changes in the post's own history.
        changed = Post.objects.filter(pk=post.pk, comments_open=not opens).update(
            comments_open=opens
        )
        if changed:
            post.comments_open = opens
            is_live = post.status == Post.Status.PUBLISHED
            kind = Revision.Kind.PUBLISH if is_live else Revision.Kind.SAVE
            Revision.record(post, by=by, kind=kind)
        return changed

    @staticmethod
    def _update_thread(root, opens: bool, now) -> int:
        rows = Comment.objects.filter(pk=root.pk, root=None, locked_at__isnull=not opens)
        return rows.update(locked_at=None if opens else now)

    @property
    def sentence(self) -> str:
        by = isolated(self.by) if self.by else _("Someone who has left")
        if self.thread is None:
            sentence = _("%(who)s opened comments on this post again")
            sentence = sentence if self.opens else _("%(who)s closed comments on this post")
            return sentence % {"who": by}
        sentence = _("%(who)s allowed replies again in the thread of %(name)s, %(time)s")
        if not self.opens:
            sentence = _("%(who)s ended the thread of %(name)s, %(time)s: no more replies")
        time = date_format(timezone.localtime(self.thread.submitted_at), "j F Y, H:i")
        name = isolated(self.thread.author_name) or "–"
        return sentence % {"who": by, "name": name, "time": time}
