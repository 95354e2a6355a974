"""Django's admin site; what was typed by somebody who is not signed in any more is kept."""

from functools import update_wrapper

from django.contrib import admin

from blog.sign_in_again import keeps_typed_form


class AdminSite(admin.AdminSite):
    def admin_view(self, view, cacheable=False):
        checked = super().admin_view(view, cacheable)
        return update_wrapper(keeps_typed_form(checked, self.has_permission), view)
