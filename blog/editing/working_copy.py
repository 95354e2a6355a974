"""The text that somebody types, kept on the server before any button is pressed: one row for each
post and editor. It never touches the post.

A page of the form names itself by a random `tab` and counts its autosaves, so that a late request
never replaces a newer text. The text of another tab is set aside, not replaced.
"""

from django.utils import timezone

from blog.editing.typed import Typed
from blog.models import Post, Revision, User

WORKING_COPY = Revision.Kind.WORKING_COPY


def keep(
    post: Post, by: User, fields: Typed, *, tab: str, seen: int | None, number: int = 0
) -> Revision | None:
    """Within writing(). Return the working copy, or None where the page's text was saved by a
    button since, or a newer one of the same page is there."""
    if number and post.revisions.saved().filter(editor=by, tab=tab).exists():
        return None
    now = timezone.now()
    row = Revision.objects.working_copy(post, by).select_for_update().first()
    if row and row.tab == tab and 0 < number <= row.number:
        return None
    if row and row.tab != tab and row.fields != fields:
        Revision.set_aside(post, by=by, fields=row.fields, version=row.version)
    begun_at = row.begun_at if row and row.tab == tab else now
    changed = {"fields": fields, "version": seen, "tab": tab, "number": number}
    copy, _created = Revision.objects.update_or_create(
        {**changed, "begun_at": begun_at, "created_at": now},
        post=post,
        editor=by,
        kind=WORKING_COPY,
    )
    return copy


def forget(post: Post, by: User) -> None:
    Revision.objects.working_copy(post, by).delete()


def is_all_there_is(post: Post, by: User) -> bool:
    """Was the row made by an autosave of this person, and nothing saved by a button yet?"""
    return post.author_id == by.pk and not post.revisions.saved().exists()
