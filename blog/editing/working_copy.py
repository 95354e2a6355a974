"""The text that somebody types, kept on the server before any button is pressed. It never touches
the post.

A page of the form names itself by a random `tab`, and numbers what it sends: each autosave and each
press of a button. So a late request never replaces a newer text of the same page.

Each page has one row, overwritten in place. The newest of one person is the working copy; those of
their other pages are set aside, and a page that goes on typing takes its row back.
"""

from django.db.models import Q
from django.utils import timezone

from blog.editing.typed import Typed
from blog.models import Post, Revision, User
from blog.models.revision import RevisionQuerySet
from blog.transactions import in_turn

Kind = Revision.Kind


def keep(
    post: Post, by: User, fields: Typed, *, tab: str, seen: int | None, number: int = 0
) -> Revision | None:
    """Within writing(). Return the working copy, or None where this page has sent a newer text.

    Without a number, as of a page without script, the text is the newest.
    """
    _in_turn(post, by)
    if number and _of_page(post, by, tab).filter(number__gte=number).exists():
        return None
    copies = Revision.objects.working_copy(post, by)
    (copies.exclude(tab=tab) if tab else copies).update(kind=Kind.ASIDE)
    return _write(post, by, fields, Kind.WORKING_COPY, tab=tab, seen=seen, number=number)


def suggest(
    post: Post, by: User, fields: Typed, *, tab: str, seen: int | None, number: int = 0
) -> Revision | None:
    """Within writing(). Keep the text of somebody who may not edit the post any more."""
    _in_turn(post, by)
    if number and _of_page(post, by, tab).filter(number__gte=number).exists():
        return None
    return _write(post, by, fields, Kind.SUGGESTION, tab=tab, seen=seen, number=number)


def put_aside(
    post: Post, by: User, fields: Typed, *, tab: str, seen: int | None, number: int = 0
) -> Revision:
    """Within writing(). A person chose another text. This one stays in the revisions, and no page
    takes it back."""
    _in_turn(post, by)
    row = _write(post, by, fields, Kind.ASIDE, tab=tab, seen=seen, number=number)
    discard(row)
    return row


def discard(copy: Revision) -> None:
    Revision.objects.filter(pk=copy.pk).update(kind=Kind.ASIDE, verb="discard")


def forget(post: Post, by: User, *, tab: str, number: int, continues: str = "") -> None:
    """Within writing(). The text of this page is saved; that of another page is not in it, nor
    what this page sent later. It began as the working copy that `continues` names, if any."""
    _in_turn(post, by)
    rows = _of_page(post, by, tab).filter(number__lte=number, verb="")
    rows.filter(Q(kind=Kind.WORKING_COPY) | Q(kind=Kind.ASIDE) & ~Q(tab="")).delete()
    for row in Revision.objects.working_copy(post, by):
        if name_of(row) == continues:
            discard(row)


def name_of(copy: Revision) -> str:
    """Names a working copy as it is now: it gets another number when its page types on."""
    return f"{copy.pk}.{copy.number}"


def base(post: Post, by: User, *, tab: str, seen: int | None, number: int) -> int | None:
    """Return the version that the text of a page began from: `seen`, or the one that this page
    itself made if it never heard so."""
    if seen is None and is_all_there_is(post, by):
        return post.version
    last = post.revisions.saved().first()
    is_own = last and tab and last.tab == tab and last.version == post.version
    return post.version if is_own and last.number < number else seen


def is_all_there_is(post: Post, by: User) -> bool:
    """Was the row made by an autosave of this person, and nothing saved by a button yet?"""
    return post.author_id == by.pk and not post.revisions.saved().exists()


def _write(
    post: Post, by: User, fields: Typed, kind: str, *, tab: str, seen: int | None, number: int
) -> Revision:
    # A row with a verb was put aside by its person, and is not overwritten.
    kinds = (Kind.WORKING_COPY, Kind.ASIDE, kind)
    rows = (
        _of_page(post, by, tab).filter(kind__in=kinds, verb="") if tab else Revision.objects.none()
    )
    row = rows.first() or Revision(post=post, editor=by, tab=tab)
    row.kind, row.fields, row.version, row.number = kind, fields, seen, number
    row.created_at = timezone.now()
    row.save()
    return row


def _of_page(post: Post, by: User, tab: str) -> RevisionQuerySet:
    return Revision.objects.filter(post=post, editor=by, tab=tab)


def _in_turn(post: Post, by: User) -> None:
    in_turn(f"working copy {post.pk} {by.pk}")
