"""Registers the worker's jobs again, with our filters. Only superusers see them."""

from django.conf import settings
from django.contrib import admin
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from blog.admin.base import StrictAdmin

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class JobAdmin(StrictAdmin, DBTaskResultAdmin):
    def has_module_permission(self, request):
        # Listed for developers. The owner of a site is a superuser too, and reads "Task Results".
        return settings.DEBUG and super().has_module_permission(request)
