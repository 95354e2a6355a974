from django.contrib import admin

from blog.admin.base import WritingAdmin
from blog.models import OldPath


@admin.register(OldPath)
class OldPathAdmin(WritingAdmin):
    list_display = ("path", "post")
    search_fields = ("path",)
    raw_id_fields = ("post",)
