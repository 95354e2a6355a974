"""Mails about a post that was submitted or sent back, with the line that its writer or its editor
typed. The line itself is in Post.note and in the revision."""

from django.db.models import Q, QuerySet

from blog import mail, tasks
from blog.models import Revision, Role, User


def queue(revision: Revision, note: str) -> None:
    """Call it within writing(): the mails leave after the commit. User.gets_mail is not asked, it
    is about comments."""
    if not mail.is_configured():
        return
    for user in _concerned(revision).filter(is_active=True).exclude(email=""):
        if user != revision.editor:
            tasks.later(tasks.send_note, revision.pk, user.pk, note)


def _concerned(revision: Revision) -> QuerySet[User]:
    if revision.verb == "send_back":
        return User.objects.filter(pk=revision.post.author_id)
    if revision.verb != "submit":
        return User.objects.none()
    editors = User.objects.filter(groups__name=Role.EDITOR)
    if editors.filter(is_active=True).exists():
        return editors
    administers = Q(groups__name=Role.ADMINISTRATOR) | Q(is_superuser=True)
    return User.objects.filter(administers).distinct()
