from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from blog.urls import of_posts

urlpatterns = [
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
    path("", include("blog.urls")),
    path("", include("comments.urls")),
    *of_posts,
]
