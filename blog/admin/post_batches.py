"""The list of changes of many posts, and the page that undoes one."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from blog.admin import many_posts
from blog.admin.base import StrictAdmin
from blog.editing import post_batch_sentences as sentences
from blog.editing import post_batches
from blog.models import PostBatch, Role
from blog.models.post_batch import Act


@admin.register(PostBatch)
class PostBatchAdmin(StrictAdmin):
    """Editors and Administrators see all of them, others their own."""

    list_display = ("what", "number", "by", "when", "state")
    list_display_links = None
    list_select_related = ("by",)
    fields = readonly_fields = ("what", "number", "by", "when", "state")
    actions = None

    def get_queryset(self, request):
        rows = super().get_queryset(request)
        sees_all = request.user.has_role(Role.ADMINISTRATOR, Role.EDITOR)
        return rows if sees_all else rows.filter(by=request.user)

    def has_view_permission(self, request, obj=None):
        return request.user.has_perm("blog.change_post")

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    has_delete_permission = has_change_permission

    @admin.display(description=_("change"), ordering="act")
    def what(self, batch):
        return sentences.described(batch)

    @admin.display(description=_("posts"))
    def number(self, batch):
        return len(batch.before)

    @admin.display(description=_("date"), ordering="at")
    def when(self, batch):
        return _time(batch.at)

    @admin.display(description=_("undo"))
    def state(self, batch):
        if batch.undone_at:
            return gettext("Undone on %(when)s") % {"when": _time(batch.undone_at)}
        address = reverse("admin:blog_postbatch_undo", args=[batch.pk])
        return format_html('<a href="{}">{}</a>', address, gettext("Undo…"))

    def get_urls(self):
        view = self.admin_site.admin_view(self.undo_view)
        return [path("<int:pk>/undo/", view, name="blog_postbatch_undo"), *super().get_urls()]

    def undo_view(self, request, pk: int):
        if not self.has_view_permission(request):
            raise PermissionDenied
        batch = get_object_or_404(self.get_queryset(request).select_related("by"), pk=pk)
        if request.method == "POST":
            _tell(request, batch, post_batches.undo(request.user, batch))
            return redirect("admin:blog_postbatch_changelist")
        found = post_batches.preview_undo(request.user, batch)
        count = len(found.changed)
        context = self.admin_site.each_context(request) | {
            "title": gettext("Undo a change of many posts"),
            "opts": self.opts,
            "done": sentences.done(Act(batch.act), batch.value, len(batch.before)),
            "by": batch.by,
            "when": _time(batch.at),
            "undone": self.state(batch) if batch.undone_at else "",
            "changed": many_posts.named(found),
            "unnamed": max(0, count - many_posts.MOST_NAMED),
            "button": sentences.undo_button(count) if count else "",
            "left": many_posts.left(found, Act(batch.act)),
        }
        return TemplateResponse(request, "admin/undo_post_batch.html", context)


def _tell(request, batch: PostBatch, outcome) -> None:
    if outcome.is_again:
        messages.warning(request, gettext("This was undone already."))
        return
    messages.success(request, sentences.undone(len(outcome.changed)))
    many_posts.tell_left(request, Act(batch.act), outcome)


def _time(moment) -> str:
    return date_format(localtime(moment), "j M Y, H:i")
