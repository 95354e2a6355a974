from django.urls import path, re_path, register_converter

from blog.feeds import sitemap
from blog.feeds import views as feed_views
from blog.views import icon, lists, media, people, posts, preview, robots, search, theme


class Digits:
    def __init__(self, count):
        self.regex = f"[0-9]{{{count}}}"
        self.format = f"%0{count}d"

    def to_python(self, value):
        return int(value)

    def to_url(self, value):
        return self.format % value


register_converter(lambda: Digits(4), "year")
register_converter(lambda: Digits(2), "month")


def paged(route, view, name):
    return [
        path(route, view, name=name),
        path(f"{route}page/1/", lists.page_one, {"view": view}, name=f"{name}-page-one"),
        path(f"{route}page/<int:number>/", view, name=f"{name}-page"),
    ]


def feeds(route, view, name):
    return [
        path(f"{route}{end}", view, {"form": form}, name=f"{name}{form_name}")
        for form_name, end, form in feed_views.FORMS
    ]


urlpatterns = [
    *paged("", lists.home, "home"),
    *paged("tag/<str:slug>/", lists.tag, "tag"),
    *paged("author/<str:slug>/", lists.author, "author"),
    *paged("<year:year>/", lists.year, "year"),
    *paged("<year:year>/<month:month>/", lists.month, "month"),
    path("tags/", lists.tags, name="tags"),
    *paged("archive/", lists.archive, "archive"),
    *paged("corrections/", lists.corrections, "corrections"),
    path("search/", search.search, name="search"),
    # feeds
    *feeds("", feed_views.posts, "feed"),
    *feeds("tag/<str:slug>/", feed_views.tag_feed, "tag-feed"),
    *feeds("author/<str:slug>/", feed_views.author_feed, "author-feed"),
    *feeds("corrections/", feed_views.corrections, "corrections-feed"),
    # what programs ask for
    path("sitemap.xml", sitemap.index, name="sitemap"),
    path("sitemap-lists.xml", sitemap.lists, name="sitemap-lists"),
    *(
        re_path(
            rf"^sitemap-{name}-(?P<number>[1-9][0-9]{{0,8}})\.xml$", view, name=f"sitemap-{name}"
        )
        for name, view in (
            ("posts", sitemap.posts),
            ("tags", sitemap.tags),
            ("authors", sitemap.authors),
        )
    ),
    path("robots.txt", robots.robots, name="robots"),
    # people
    path("login/", people.Login.as_view(), name="login"),
    path("logout/", people.Logout.as_view(), name="logout"),
    path("password/reset/", people.Reset.as_view(), name="password_reset"),
    path("password/reset/sent/", people.ResetSent.as_view(), name="password_reset_done"),
    path(
        "password/<uidb64>/<token>/",
        people.ResetConfirm.as_view(),
        name="password_reset_confirm",
    ),
    path("password/changed/", people.ResetComplete.as_view(), name="password_reset_complete"),
    path("preview/<uuid:key>-<str:secret>/", preview.by_link, name="preview"),
    path("favicon.ico", icon.favicon, name="favicon"),
    path("media/<path:name>", media.media, name="media"),
    re_path(r"^theme-(?P<name>[0-9a-f]{12})\.css$", theme.stylesheet, name="theme"),
]

# They match almost every address, so config/urls.py puts them last.
post_urlpatterns = [
    re_path(r"^(?P<path>\d{4}/\d{2}/[^/]+/)$", posts.show, name="post"),
    re_path(r"^(?P<path>[^/]+/)$", posts.show, name="page"),
]
