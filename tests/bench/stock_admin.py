"""What Django gives without a line of ours: the changelist of its admin over the same rows."""

from django.contrib.admin import AdminSite, ModelAdmin
from django.urls import path

from comments.models import Comment
from config import urls

site = AdminSite(name="stock")


class StockAdmin(ModelAdmin):
    list_display = ("author_name", "author_email", "post", "status", "submitted_at", "ip")
    search_fields = ("author_name", "author_email", "network", "body")


site.register(Comment, StockAdmin)
urlpatterns = [path("stock/", site.urls), *urls.urlpatterns]
