"""Lays out the form of a post, and the page for those who may only read it."""

import re
import secrets
import uuid
from contextlib import suppress
from dataclasses import dataclass

from django.contrib.admin import helpers
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from blog.admin import post_revisions
from blog.admin.forms import PostForm
from blog.editing import preview_link, publishing, sentences, typed
from blog.editing.fields import shown_fields
from blog.models import Post

WRITING = ("title", "deck", "body")
PANELS = (
    (
        gettext_lazy("Publication"),
        ("change", "correction", "note", "published_at", "comments_open"),
    ),
    (gettext_lazy("Label and tags"), ("tags", "lead_tag")),
    (
        gettext_lazy("Lead picture"),
        ("lead_upload", "lead_image", "lead_alt", "lead_decorative", "lead_caption"),
    ),
    (gettext_lazy("Excerpt"), ("excerpt",)),
    (gettext_lazy("Web address"), ("slug", "canonical_url", "meta_description", "language")),
    (gettext_lazy("People"), ("author", "co_authors")),
    (gettext_lazy("More"), ("kind", "pinned", "expires_at")),
)
NUMBER, VERSION = re.compile("[0-9]{1,9}"), re.compile("[0-9]{1,16}")
# The first ones stand open: most posts need them.
OPEN = 3


def make_form(model_admin, request, post=None, data=None, files=None, *, initial=None):
    form_class = model_admin.get_form(request, post, fields=PostForm.Meta.fields)
    instance = post or Post(author=request.user, uuid=key(data or request.GET) or uuid.uuid4())
    return form_class(data, files, instance=instance, user=request.user, initial=initial)


def key(data) -> uuid.UUID | None:
    """The form of a new post carries its uuid, so that the form sent twice is one post."""
    with suppress(ValueError):
        return uuid.UUID((data or {}).get("_uuid", ""))
    return None


def add_page(model_admin, request):
    """The address carries the uuid too: a browser asks for the page anew when somebody goes back to
    it, and puts what was typed into whatever form it gets."""
    if key(request.GET) is None:
        query = request.GET.copy()
        query["_uuid"] = str(uuid.uuid4())
        return redirect(f"{request.path}?{query.urlencode()}")
    post = model_admin.get_queryset(request).filter(uuid=key(request.GET)).first()
    if post:
        return redirect("admin:blog_post_change", post.pk)
    return form_page(model_admin, request, make_form(model_admin, request))


def new_tab() -> str:
    return secrets.token_hex(8)


@dataclass(frozen=True)
class Page:
    """The hidden fields by which a page of the form is known."""

    tab: str
    number: int
    seen: int | None  # the version that it was made from; None: a new post

    @classmethod
    def of(cls, data) -> "Page":
        number, seen = data.get("_number", ""), data.get("_version", "")
        return cls(
            tab=data.get("_tab", "").replace("\0", "")[:36],
            number=int(number) if NUMBER.fullmatch(number) else 0,
            seen=version_in(seen),
        )


def version_in(sent: str) -> int | None:
    return int(sent) if VERSION.fullmatch(sent) else None


def form_page(model_admin, request, form, *, status: int = 200, **more) -> TemplateResponse:
    """`more` goes to the template: `told` is a sentence above the form."""
    post = form.instance if form.instance.pk else None
    stored = Post.objects.get(pk=post.pk) if post else None
    sent = request.POST if request.method == "POST" else {}
    fieldsets = _fieldsets(form)
    adminform = helpers.AdminForm(form, fieldsets, {}, model_admin=model_admin)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(stored) if stored else _("New post"),
        "subtitle": None,
        "opts": model_admin.opts,
        "media": model_admin.media + adminform.media,
        "adminform": adminform,
        "errors": helpers.AdminErrorList(form, []),
        "original": stored,
        "has_view_permission": True,
        "writing": [each for each in adminform if not each.name],
        "panels": [each for each in adminform if each.name],
        "buttons": publishing.buttons(stored, request.user, timezone.now()),
        "status_words": stored.status_words_with(bool(more.get("unsaved"))) if stored else "",
        # Not that of `stored`: somebody may have saved since the form was filled in.
        "version": form.instance.version if post else "",
        "uuid": form.instance.uuid,
        "tab": sent.get("_tab") or new_tab(),
        "number": sent.get("_number") or 0,
        "continues": sent.get("_continues", ""),
        "zone": typed.zone_name(),
        "page": model_admin.view_on_site(stored) if stored else None,
        **preview_link.state(stored, timezone.now()),
        "about_plain": sentences.shown_plain() if stored and stored.is_plain else "",
        "suggestions": post_revisions.suggestions(stored),
        **more,
    }
    return TemplateResponse(request, "admin/post_form.html", context, status=status)


def read_only(model_admin, request, post, *, told: str = "") -> TemplateResponse:
    context = {
        **model_admin.admin_site.each_context(request),
        "title": str(post),
        "subtitle": None,
        "opts": model_admin.opts,
        "original": post,
        "has_view_permission": True,
        "shown": shown_fields(typed.from_post(post)),
        "status_words": post.status_words,
        "told": told,
        "about_plain": sentences.shown_plain() if post.is_plain else "",
        "page": model_admin.view_on_site(post),
    }
    return TemplateResponse(request, "admin/post_read_only.html", context)


def _fieldsets(form) -> list[tuple]:
    panels = [(None, WRITING, "writing")]
    for place, (title, names) in enumerate(PANELS):
        names = [name for name in names if name in form.fields]
        is_open = place < OPEN or any(name in form.errors for name in names)
        panels.append((title, names, "side" if is_open else "side collapse"))
    return [
        (title, {"fields": names, "classes": classes.split()})
        for title, names, classes in panels
        if names
    ]
