"""The buttons of the post form: who may press which of them when, and what one press writes."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from blog.editing import notes, working_copy
from blog.models import Correction, Post, Revision, Role, User
from blog.models.post import ChangedMeanwhile
from blog.models.tag import TURN
from blog.transactions import in_turn, writing

S = Post.Status
SCHEDULED = "scheduled"

# The name of the button → the verb of the post.
VERBS = {
    "_draft": "save_draft",
    "_review": "submit",
    "_send_back": "send_back",
    "_publish": "publish",
    "_schedule": "publish",
    "_update": "update",
    "_private": "hide",
    "_take_down": "take_down",
    "_trash": "to_trash",
    "_restore": "restore",
}
# These change the status only; whoever presses them is asked nothing about the text.
WITHOUT_QUESTIONS = ("_trash", "_restore", "_take_down")

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

# Name and words.
Buttons = list[tuple[str, "StrOrPromise"]]

BACK_TO_DRAFT = ("_take_down", _("Back to draft"))
TRASH = ("_trash", _("Move to trash"))
PUBLISH, SCHEDULE = ("_publish", _("Publish")), ("_schedule", _("Schedule"))


@dataclass(frozen=True)
class Rights:
    """The rights of one person to one post."""

    edits_all: bool
    publishes: bool
    owns: bool

    @classmethod
    def of(cls, user: User, post: Post | None) -> "Rights":
        edits_all = user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
        # A co-author edits, and neither publishes nor removes somebody else's post.
        owns = edits_all or post is None or post.author_id in (None, user.pk)
        publishes = owns and user.has_perm("blog.publish_post")
        return cls(edits_all, publishes, owns)


def may_edit(user: User, post: Post) -> bool:
    """May a person who has the right to edit posts at all edit this one?"""
    is_trash = post.status == S.TRASH
    if is_trash and not Rights.of(user, post).owns:
        return False
    # Out of the trash it has the status that it had before.
    status = post.status_before_trash or S.DRAFT if is_trash else post.status
    return user.has_perm("blog.publish_post") or status in (S.DRAFT, S.REVIEW)


def state(post: Post | None, now: datetime) -> str:
    if post is None:
        return S.DRAFT
    return SCHEDULED if post.is_scheduled(now) else post.status


def buttons(post: Post | None, user: User, now: datetime) -> Buttons:
    """Return name and words of the buttons, the primary one first."""
    rights = Rights.of(user, post if post and post.pk else None)
    found = _BUTTONS[state(post, now)](rights)
    is_there = post is not None and post.pk and post.status != S.TRASH
    return [*found, TRASH] if rights.owns and is_there else found


def _of_draft(may: Rights) -> Buttons:
    ahead = [PUBLISH, SCHEDULE] if may.publishes else [("_review", _("Submit for review"))]
    return [("_draft", _("Save draft")), *ahead]


def _in_review(may: Rights) -> Buttons:
    ahead = [PUBLISH, SCHEDULE] if may.publishes else []
    back = [("_send_back", _("Send back"))] if may.edits_all else []
    back = back or ([BACK_TO_DRAFT] if may.owns else [])
    return [("_update", _("Save, keep in review")), *ahead, *back]


def _scheduled(may: Rights) -> Buttons:
    return [("_update", _("Update scheduled post")), *([BACK_TO_DRAFT] if may.publishes else [])]


def _published(may: Rights) -> Buttons:
    down = [("_take_down", _("Take down to draft")), ("_private", _("Make private"))]
    return [("_update", _("Update live post")), *(down if may.publishes else [])]


def _private(may: Rights) -> Buttons:
    ahead = [PUBLISH, BACK_TO_DRAFT] if may.publishes else []
    return [("_update", _("Update private post")), *ahead]


def _in_trash(may: Rights) -> Buttons:
    return [("_restore", _("Take out of the trash"))] if may.owns else []


_BUTTONS = {
    S.DRAFT: _of_draft,
    S.REVIEW: _in_review,
    SCHEDULED: _scheduled,
    S.PUBLISHED: _published,
    S.PRIVATE: _private,
    S.TRASH: _in_trash,
}


@dataclass(frozen=True)
class Press:
    """One press of a button: by whom, on which version, from which page."""

    button: str
    by: User
    seen: int | None  # None: the form of a new post
    tab: str = ""
    number: int = 0  # of what this page sent, autosaves included
    continues: str = ""  # a working copy: blog/editing/working_copy.py
    digest: str = ""
    note: str = ""
    waved: str = ""  # what the checklist found and the person published anyway


class PostForm(Protocol):
    """The form in blog/admin/forms.py."""

    cleaned_data: dict

    def save(self, commit: bool) -> Post: ...
    def save_m2m(self) -> None: ...
    def keep_comments_switch(self) -> None: ...
    def save_upload(self) -> None: ...


def save(form: PostForm, press: Press) -> Post:
    """Write a valid form: row, tags, co-authors, revision and cache versions in one transaction.
    The caller has called `form.instance.prepare()`. Raises ChangedMeanwhile, and
    ValidationError if somebody took its web address; nothing is written then."""
    post = form.save(commit=False)
    if post.author_id is None:
        post.author = press.by
    with writing():
        # Before the row of the post: a merge of tags changes posts in this order too.
        in_turn(TURN)
        _claim(post, press)
        # Since the form was checked somebody may have taken the web address.
        in_turn("web addresses")
        post.clean()
        form.keep_comments_switch()
        form.save_upload()
        before = post.status
        getattr(post, VERBS[press.button])(timezone.now())
        if press.note or post.status != before:
            post.note, post.note_by = press.note, press.by if press.note else None
        post.save()
        form.save_m2m()
        post.choose_lead_tag(form.cleaned_data["tags"], form.cleaned_data["label"])
        if form.cleaned_data.get("change") == "correction":
            Correction.objects.record(post, form.cleaned_data["correction"], press.by)
        revision = _record(post, press)
        if post.status != before:
            notes.queue(revision, press.note)
        page = {"tab": press.tab, "continues": press.continues}
        working_copy.forget(post, press.by, number=press.number, **page)
    return post


def _claim(post: Post, press: Press) -> None:
    if post.pk:
        post.claim(press.seen)
        return
    in_turn(f"new post {post.uuid}")
    if Post.objects.filter(uuid=post.uuid).exists():
        raise ChangedMeanwhile


def _record(post: Post, press: Press) -> Revision:
    is_live = post.status == S.PUBLISHED
    kind = Revision.Kind.PUBLISH if is_live else Revision.Kind.SAVE
    about: dict[str, object] = {"verb": VERBS[press.button], "note": press.note or press.waved}
    about |= {"tab": press.tab, "number": press.number, "digest": press.digest}
    autosaves = Revision.objects.working_copy(post, press.by).filter(tab=press.tab)
    if begun_at := autosaves.values_list("begun_at", flat=True).first():
        about["begun_at"] = begun_at
    return Revision.record(post, by=press.by, kind=kind, **about)
