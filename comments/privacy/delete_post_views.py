"""The page of an Editor that deletes a post of the trash at once, after a question."""

from django.contrib import admin, messages
from django.contrib.admin.models import DELETION, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from blog.editing.publishing import Rights
from blog.models import Post
from blog.models.post import ChangedMeanwhile
from blog.text.characters import isolated
from blog.transactions import writing
from comments import tasks
from comments.access import StaffRequest
from comments.models import Comment
from comments.privacy import delete_post
from comments.rules.parse import number


@require_http_methods(["GET", "HEAD", "POST"])
def delete_for_ever(request: StaffRequest, pk: int) -> HttpResponse:
    post = Post.objects.filter(pk=pk).first()
    if not Rights.of(request.user, post).edits_all:
        raise PermissionDenied
    if post is None:
        messages.info(request, _("This post is not there any more."))
        return redirect("admin:blog_post_changelist")
    if post.status != Post.Status.TRASH:
        messages.warning(request, _("Nothing was deleted: the post is not in the trash."))
        return redirect("admin:blog_post_change", pk)
    if request.method == "POST" and not delete_post.evidence(post).exists():
        return _delete(request, post)
    return _ask(request, post)


def _ask(request: StaffRequest, post: Post) -> HttpResponse:
    context = {
        **admin.site.each_context(request),
        "title": _("Delete “%(post)s” for ever") % {"post": post},
        "subtitle": None,
        "opts": Post._meta,
        "original": post,
        "sentence": question(Comment.objects.filter(post=post).count()),
        "evidence": delete_post.evidence(post).order_by("pk"),
    }
    return TemplateResponse(request, "admin/delete_post.html", context)


def question(comments: int) -> str:
    if not comments:
        return _("This deletes the post for ever.")
    sentence = ngettext(
        "This deletes the post and its %(n)s comment for ever.",
        "This deletes the post and its %(n)s comments for ever.",
        comments,
    )
    return sentence % {"n": f"{comments:,}"}


def _delete(request: StaffRequest, post: Post) -> HttpResponse:
    name, seen = isolated(post), number(request.POST.get("_version", ""))
    try:
        with writing():
            delete_post.make_due(post, seen or 0)
            _log(request.user, post)
    except ChangedMeanwhile:
        message = _("Nothing was deleted: somebody changed the post after you opened this page.")
        messages.warning(request, message)
        return redirect("delete-post", post.pk)
    if delete_post.delete(post):
        tasks.remove_traces_later()
        messages.success(request, _("“%(post)s” is deleted for ever.") % {"post": name})
    else:
        message = _("“%(post)s” has many comments. It will be gone in some hours.")
        messages.info(request, message % {"post": name})
    return redirect("admin:blog_post_changelist")


def _log(user, post: Post) -> None:
    comments = Comment.objects.filter(post=post).count()
    LogEntry.objects.create(
        user=user,
        content_type=ContentType.objects.get_for_model(Post),
        object_id=str(post.pk),
        object_repr=str(post)[:200],
        action_flag=DELETION,
        change_message=ngettext(
            "Deleted for ever with %(n)s comment.",
            "Deleted for ever with %(n)s comments.",
            comments,
        )
        % {"n": f"{comments:,}"},
    )
