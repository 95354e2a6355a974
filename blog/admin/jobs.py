"""Registers the worker's jobs again, with our filters. Only superusers see them."""

from django.contrib import admin
from django_tasks_db.admin import DBTaskResultAdmin
from django_tasks_db.models import DBTaskResult

from blog.admin.base import StrictAdmin

admin.site.unregister(DBTaskResult)


@admin.register(DBTaskResult)
class JobAdmin(StrictAdmin, DBTaskResultAdmin):
    pass
