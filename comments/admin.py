from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect

from blog.admin.base import StrictAdmin
from comments.models import Comment
from comments.models.querysets import may_decide_any


@admin.register(Comment)
class CommentAdmin(StrictAdmin):
    """The admin's entry "Comments" leads to the queue, and each comment to its history there."""

    def get_queryset(self, request):
        return super().get_queryset(request).decidable_by(request.user)

    def has_add_permission(self, request):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def has_view_permission(self, request, obj=None):
        return may_decide_any(request.user)

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        return redirect("queue")

    def change_view(self, request, object_id, *args, **kwargs):
        comment = self.get_object(request, object_id)
        if comment is None:
            raise Http404
        return redirect("history", comment.public_id)
