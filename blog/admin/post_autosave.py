"""Keeps what somebody types before a button is pressed. Answers a script, in JSON."""

from dataclasses import asdict
from functools import wraps

from django.core.exceptions import ValidationError
from django.http import HttpRequest, JsonResponse
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from blog.admin import post_page
from blog.admin.forms import check_length
from blog.admin.post_page import Page
from blog.admin.post_saving import suggested
from blog.editing import sentences, typed, working_copy
from blog.editing.conflict import Conflict
from blog.editing.typed import Typed
from blog.models import Post, Revision
from blog.transactions import in_turn, writing


def for_staff(model_admin, view):
    """Django's admin_view() would send a script to the login page."""

    @wraps(view)
    def checked(request, **kwargs):
        if not request.user.is_authenticated:
            return refused(_("You are signed out."), status=401)
        if not model_admin.admin_site.has_permission(request):
            return refused(_("Your account may not do this."), status=403)
        return view(request, model_admin, **kwargs)

    return never_cache(checked)


def refused(sentence: str, status: int, **more) -> JsonResponse:
    return JsonResponse({"told": sentence, **more}, status=status)


@require_GET
def token(request: HttpRequest, _model_admin) -> JsonResponse:
    """For a page whose person signed in again in another tab: their token has changed, and scripts
    cannot read its cookie."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return refused(_("Your account may not do this."), status=403)
    return JsonResponse({"token": get_token(request), "user": request.user.pk})


@require_POST
def autosave(request: HttpRequest, model_admin, key) -> JsonResponse:
    if request.POST.get("_user", str(request.user.pk)) != str(request.user.pk):
        return refused(_("Somebody else is signed in here now."), status=403)
    try:
        check_length(request.POST.get("body", ""))
    except ValidationError as error:
        return refused(error.message, status=422)
    post = model_admin.get_queryset(request).filter(uuid=key).first()
    if post is None and Post.objects.filter(uuid=key).exists():
        return refused(_("This post is not yours to edit."), status=404)
    if post is None and not model_admin.has_add_permission(request):
        return refused(_("Your account may not do this."), status=403)
    fields = _typed(model_admin, request, post)
    if post and not model_admin.has_change_permission(request, post):
        return _suggest(request, post, fields)
    return _keep(request, key, post, fields)


def _typed(model_admin, request, post: Post | None) -> Typed:
    form = post_page.make_form(model_admin, request, post, request.POST)
    return typed.from_data(request.POST, form.fields)


def _keep(request, key, post: Post | None, fields: Typed) -> JsonResponse:
    page = asdict(Page.of(request.POST))
    with writing():
        post = post or _untitled(request.user, key)
        # The answer to an earlier request may have been lost: its version counts too.
        page["seen"] = working_copy.base(post, request.user, **page)
        copy = working_copy.keep(post, request.user, fields, **page)
    if copy is None:
        return refused(_("A newer text of this page is kept."), status=409)
    return JsonResponse(_about(post, copy))


def _untitled(user, key) -> Post:
    in_turn(f"new post {key}")
    found = Post.objects.filter(uuid=key).first()
    if found is None:
        found = Post(uuid=key, author=user)
        found.save()
    return found


def _about(post: Post, copy: Revision) -> dict:
    is_lost = copy.version != post.version
    differs = typed.differs(post, copy)
    return {
        "saved": sentences.time(copy.created_at),
        "version": copy.version or "",
        "change": reverse("admin:blog_post_change", args=[post.pk]),
        "copy": copy.pk,
        "unsaved": reverse("admin:blog_post_unsaved", args=[post.uuid]),
        "differs": differs,
        "live": _live_since(post) if differs else None,
        "told": Conflict.of(post, copy.fields, copy.version).who_saved if is_lost else None,
    }


def _live_since(post: Post) -> str | None:
    """Since when readers have the version that they see."""
    if not post.is_visible(timezone.now()):
        return None
    last = post.revisions.saved().first()
    saved_at = last.created_at if last else post.modified_at
    return sentences.time(max(saved_at, post.published_at))


def _suggest(request, post: Post, fields: Typed) -> JsonResponse:
    with writing():
        page = asdict(Page.of(request.POST))
        kept = working_copy.suggest(post, request.user, fields, **page)
    saved = sentences.time(kept.created_at) if kept else None
    return refused(suggested(post), status=403, saved=saved)
