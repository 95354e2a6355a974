import taggit.admin  # registers taggit's own Tag, which is unregistered below
from django import forms
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from blog.admin.base import WritingAdmin
from blog.admin.merging import MergingForm
from blog.models import Site
from blog.transactions import writing

admin.site.site_header = "Broadside"
admin.site.site_title = "Broadside"
admin.site.index_title = _("Overview")
admin.site.unregister([Group, taggit.models.Tag])


class OneRowAdmin(WritingAdmin):
    """The admin of a table with one row: its list leads to the form."""

    def has_add_permission(self, request):
        return False

    def has_delete_permission(self, request, obj=None):
        return False

    def changelist_view(self, request, extra_context=None):
        if not self.has_view_permission(request):
            raise PermissionDenied
        with writing():
            self.model.objects.get_or_create(pk=1)
        name = f"admin:{self.opts.app_label}_{self.opts.model_name}_change"
        return redirect(reverse(name, args=[1]))


@admin.register(Site)
class SiteAdmin(OneRowAdmin):
    form = MergingForm
    raw_id_fields = ("logo", "contact_page", "privacy_page")

    def formfield_for_dbfield(self, field, request, **kwargs):
        if field.name == "footer":
            kwargs["widget"] = forms.Textarea(attrs={"rows": 4})
        return super().formfield_for_dbfield(field, request, **kwargs)
