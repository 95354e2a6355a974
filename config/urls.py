from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from blog.admin import profile
from blog.urls import post_urlpatterns
from blog.views import errors, people
from comments.privacy import delete_post_views
from config.operations import health

handler400 = "blog.views.errors.bad_request"
handler500 = "blog.views.errors.server_error"

urlpatterns = [
    path("healthz", health.process, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/password_change/", admin.site.admin_view(people.OwnPassword.as_view())),
    path("admin/me/", admin.site.admin_view(profile.profile), name="profile"),
    # Django's shortcut tells any member of staff the address of any row; nothing leads to it.
    path("admin/r/<path:row>", errors.not_found),
    # In place of Django's own page, which knows no evidence and counts no comments.
    path(
        "admin/blog/post/<int:pk>/delete/",
        admin.site.admin_view(delete_post_views.delete_for_ever),
        name="delete-post",
    ),
    path("admin/", admin.site.urls),
    path("", include("blog.urls")),
    path("", include("comments.urls")),
    *post_urlpatterns,
]
