"""An earlier text becomes the post's text again: its content only, so that status, web address and
dates stay as they are."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from blog.editing import typed
from blog.editing.fields import LABELS, is_id
from blog.editing.publishing import Rights
from blog.editing.typed import Typed
from blog.models import Image, Post, PostAuthor, Revision, Tag, User
from blog.models.tag import TURN, check_name, split
from blog.transactions import in_turn, writing

VERB = "restore revision"
# The verb of a suggestion that somebody answered.
TAKEN, PUT_AWAY = "taken", "put away"

CONTENT = tuple(name for name in typed.NAMES if name not in typed.NOT_CONTENT)
COLUMNS = tuple(name for name in CONTENT if name not in ("tags", "co_authors"))
WRITTEN = tuple(name for name in typed.TEXTS if name in COLUMNS and name != "lead_tag")


def content(revision: Revision, post: Post, by: User) -> Typed:
    """Return what restoring this revision would make of the post's content."""
    found = typed.from_post(post)
    found |= typed.from_revision(revision)
    if revision.kind not in Revision.AS_TYPED:
        # With the line ends that it had.
        found["body"] = revision.fields["body"]
    found["lead_image"] = _kept_picture(str(found["lead_image"]))
    found["lead_tag"] = found["lead_tag"] or next(iter(split(str(found["tags"]))), "")
    if not Rights.of(by, post).owns or not by.has_perm("blog.add_postauthor"):
        found["co_authors"] = typed.from_post(post)["co_authors"]
    return {name: found[name] for name in CONTENT}


def lacks_picture(revision: Revision) -> bool:
    """Is the lead picture of that time no longer there?"""
    before = str(typed.from_revision(revision).get("lead_image", ""))
    return bool(before) and not _kept_picture(before)


def apply(values: Typed, post: Post) -> None:
    """Put the values into the post's columns. Raises ValidationError."""
    for name in WRITTEN:
        text = str(values[name])
        setattr(post, name, text if name == "body" else text.strip())
    field = forms.URLField(required=False, assume_scheme="https", max_length=200)
    try:
        post.canonical_url = field.clean(post.canonical_url)
    except ValidationError as error:
        raise ValidationError({"canonical_url": error}) from None
    post.lead_decorative = bool(values["lead_decorative"])
    post.lead_image_id = int(str(values["lead_image"])) if values["lead_image"] else None
    post.lead_tag = next(iter(Tag.objects.known([str(values["lead_tag"])]).values()), None)
    may_be_untitled = post.status == Post.Status.DRAFT and not post.title
    checked = {*COLUMNS} - ({"title"} if may_be_untitled else set())
    post.clean_fields(exclude={field.name for field in post._meta.fields} - checked)
    for tag in split(str(values["tags"])):
        check_name(tag)


def write(values: Typed, post: Post, revision: Revision, *, by: User, seen: int) -> None:
    """After apply() and post.prepare(). Raises ChangedMeanwhile; nothing is written then."""
    with writing():
        in_turn(TURN)
        post.claim(seen)
        _keep_what_stands(post.pk, seen)
        # Somebody may have closed the comments since.
        post.refresh_from_db(fields=["comments_open"])
        post.save()
        tags = split(str(values["tags"]))
        post.tags.set(tags)
        post.choose_lead_tag(tags, str(values["lead_tag"]))
        PostAuthor.objects.replace(post, _people(values, post))
        note = revision.created_at.isoformat()
        Revision.record(post, by=by, kind=Revision.Kind.RESTORE, verb=VERB, note=note)
        _settle(revision, by)


def put_away(suggestion: Revision) -> None:
    with writing():
        Revision.objects.filter(pk=suggestion.pk, verb="").update(verb=PUT_AWAY)


def _keep_what_stands(pk: int, version: int) -> None:
    """Make it a revision, if the post was saved without one, as at the shell."""
    stored = Post.objects.get(pk=pk)
    stored.version = version
    last = stored.revisions.saved().first()
    if last is None or typed.from_revision(last) != typed.from_post(stored):
        Revision.record(stored, by=None, kind=Revision.Kind.SAVE)


def _settle(revision: Revision, by: User) -> None:
    if revision.kind == Revision.Kind.SUGGESTION:
        Revision.objects.filter(pk=revision.pk).update(verb=TAKEN)
    if revision.kind == Revision.Kind.WORKING_COPY and revision.editor_id == by.pk:
        # A newer autosave stays.
        mine = Revision.objects.filter(pk=revision.pk, created_at=revision.created_at)
        mine.delete()


def _people(values: Typed, post: Post) -> list[User]:
    pks = [int(pk) for pk in values["co_authors"] if is_id(pk)]
    found = User.writers(post).in_bulk(pks)
    return [found[pk] for pk in pks if pk in found]


def _kept_picture(pk: str) -> str:
    return pk if is_id(pk) and Image.objects.filter(pk=int(pk)).exists() else ""


def problems(error: ValidationError) -> list[str]:
    """Return sentences that name the field."""
    if not hasattr(error, "error_dict"):
        return [f"{_('Tags')}: {message}" for message in error.messages]
    return [
        f"{LABELS.get(name, name)}: {message}"
        for name, messages in error.message_dict.items()
        for message in messages
    ]
