"""The page of a post before it is saved, and the link for somebody without an account."""

from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _

from blog.admin import post_page
from blog.admin.questions import ANYWAY, KEEP, SAID
from blog.editing import preview_link, sentences, typed
from blog.editing.preview import PostPreview, missing
from blog.models import Post
from blog.sign_in_again import can_show_again
from blog.views import preview


@can_show_again  # it saves nothing anyway
def show(model_admin, request, key):
    """The real page with what is in the form. `key` is the post's uuid, also of a new one."""
    post = _find(model_admin, request, key)
    if request.method != "POST":
        # As when the browser opens its tabs again: what was typed is in the form's own.
        return _to_form(post)
    form = post_page.make_form(model_admin, request, post, _without_questions(request, key))
    form.is_valid()
    problems = missing(form)
    if request.FILES:
        problems.append(("", _("The picture that you have just chosen appears once it is saved.")))
    previewed = PostPreview.of_form(form, timezone.now())
    about_text = sentences.about_text(previewed.body, is_plain=previewed.is_plain)
    problems += [(str(form.fields["body"].label), sentence) for sentence in about_text]
    banner = _("Preview. Nobody but you sees this; nothing is saved.")
    return preview.page(request, previewed, banner, problems)


def link(model_admin, request, key):
    """Makes and revokes the link. The answer to the press is the only page that shows it."""
    post = _find(model_admin, request, key)
    if post is None:
        raise Http404
    if not model_admin.has_change_permission(request, post):
        raise PermissionDenied
    now, address = timezone.now(), ""
    if "_make" in request.POST and preview_link.is_for(post, now):
        address = preview_link.make(post, now)
    elif "_revoke" in request.POST:
        preview_link.revoke(post)
    context = {
        **model_admin.admin_site.each_context(request),
        "title": _("Preview link"),
        "subtitle": str(post),
        "opts": model_admin.opts,
        "original": post,
        "has_view_permission": True,
        "address": address,
        "zone": typed.zone_name(),
        "is_revoked": "_revoke" in request.POST,
        **preview_link.state(post, now),
    }
    return TemplateResponse(request, "admin/preview_link.html", context)


def _find(model_admin, request, key) -> Post | None:
    """Return None for a new post."""
    post = model_admin.get_queryset(request).filter(uuid=key).first()
    if post is None and Post.objects.filter(uuid=key).exists():
        raise Http404
    is_allowed = (
        model_admin.has_view_or_change_permission(request, post)
        if post
        else model_admin.has_add_permission(request)
    )
    if not is_allowed:
        raise PermissionDenied
    return post


def _to_form(post: Post | None):
    return redirect("admin:blog_post_change", post.pk) if post else redirect("admin:blog_post_add")


def _without_questions(request, key):
    data = request.POST.copy()
    data["_uuid"] = str(key)
    data.setlist(SAID, [KEEP, ANYWAY])
    return data
