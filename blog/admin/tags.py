from django.contrib import admin
from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin
from blog.models import OldPath, Tag


@admin.register(Tag)
class TagAdmin(WritingAdmin):
    list_display = ("name", "slug", "posts")
    search_fields = ("name",)
    fields = ("name", "slug", "description")

    def get_queryset(self, request):
        return super().get_queryset(request).annotate(posts_count=Count("post"))

    @admin.display(description=_("posts"), ordering="posts_count")
    def posts(self, tag):
        return tag.posts_count


@admin.register(OldPath)
class OldPathAdmin(WritingAdmin):
    list_display = ("path", "post")
    search_fields = ("path",)
    raw_id_fields = ("post",)
