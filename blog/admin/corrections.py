from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin
from blog.models import Correction


@admin.register(Correction)
class CorrectionAdmin(WritingAdmin):
    touches_site = False  # Correction.save() and delete() do
    fields = ("post", "text", "at", "by")
    readonly_fields = ("post", "at", "by")
    list_display = ("text", "post", "at", "author")
    list_select_related = ("post", "by")
    search_fields = ("text", "post__title")
    ordering = ("-at",)

    def has_add_permission(self, request):
        # The form of a live post asks whether the change is a correction.
        return False

    def delete_queryset(self, request, queryset):
        for correction in queryset.select_related("post"):
            correction.delete()

    @admin.display(description=_("by"), ordering="by")
    def author(self, correction):
        return str(correction.by) if correction.by else ""
