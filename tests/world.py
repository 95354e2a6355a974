"""Every address of the site, one row of each kind, and somebody of each role."""

from uuid import uuid4

from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.http import urlsafe_base64_encode

from blog import tasks
from blog.editing import preview_link
from blog.feeds import sitemap
from blog.models import Correction, Image, OldPath, Post, PostBatch, Revision, Role, Site, Tag
from comments import signed_links
from comments.submit import cookies
from tests.factories import make_comment, make_post, make_user, picture

ROLES = ("anonymous", "reader", *(role.value for role in Role), "superuser")


def addresses(resolver=None, space="") -> list[str]:
    """The name of every pattern, and the route itself where it has none."""
    found = []
    for pattern in (resolver or get_resolver()).url_patterns:
        if hasattr(pattern, "url_patterns"):
            inner = f"{space}{pattern.namespace}:" if pattern.namespace else space
            found += addresses(pattern, inner)
        else:
            found.append(f"{space}{pattern.name or pattern.pattern}")
    return found


def file_of(row) -> int:
    """The number of the file of the sitemap; PostgreSQL goes on counting from test to test."""
    return row.pk // sitemap.MOST + 1


class World:
    """One row of each kind, none of which belongs to any of the people who ask."""

    def __init__(self):
        self.site = Site.objects.create(pk=1, accent="#0b6e4f", posts_per_page=1)
        self.people = {role.value: make_user(role) for role in Role}
        self.people["reader"] = make_user()
        self.people["superuser"] = make_user(is_staff=True, is_superuser=True)
        self.user = make_user(Role.AUTHOR)
        self.post = make_post(author=self.user, title="Theirs", tags=["Tram"])
        make_post(author=self.user, title="Another", tags=["Tram"])
        self.preview = self._linked(make_post(author=self.user, status="draft"))
        self.page = make_post(kind="page", title="About us")
        self.comment = make_comment(self.post, status="approved")
        self.batch = make_comment(self.post).trash(by=self.people["Editor"]).batch
        self.tag = Tag.objects.get()
        self.tagmerge = self.tag.merge(Tag.objects.create(name="Tramm"), by=self.user)
        self.postbatch = PostBatch.objects.create(key=uuid4(), by=self.user, act="restore")
        self.image = Image.objects.create(file=picture(), sha256="0")
        for text in ("It was two.", "It was three."):
            self.correction = Correction.objects.record(self.post, text, by=self.user)
        self.revision = Revision.record(self.post, by=self.user, kind=Revision.Kind.SAVE)
        self.oldpath = OldPath.objects.create(path="/2020/01/before/", post=self.post)
        self.dbtaskresult = tasks.send_password_link.enqueue(self.user.pk, "reset").db_result

    @staticmethod
    def _linked(draft) -> list[str]:
        token = preview_link.make(draft, timezone.now()).split("/")[-2]
        return [token[:36], token[37:]]

    def client(self, role: str, **options) -> Client:
        client = Client(**options)
        if role != "anonymous":
            client.force_login(self.people[role])
        return client

    def path(self, name: str) -> str:
        if name in UNNAMED:
            return UNNAMED[name].format(self.post.pk)
        return reverse(name, args=self._args(name))

    def _args(self, name: str) -> list:
        kind, _, verb = name.partition(":")[2].rpartition("_")
        if verb in ("change", "history", "delete") and not name.endswith("password_change"):
            return [getattr(self, kind.rpartition("_")[2]).pk]
        day, path = self.post.published_at, self.post.path[1:]
        uid = urlsafe_base64_encode(str(self.user.pk).encode())
        args = {
            "admin:auth_user_password_change": [self.user.pk],
            "admin:view_on_site": [ContentType.objects.get_for_model(Post).pk, self.post.pk],
            "admin:app_list": ["blog"],
            "admin:blog_post_autosave": [self.post.uuid],
            "admin:blog_post_unsaved": [self.post.uuid],
            "admin:blog_post_preview": [self.post.uuid],
            "admin:blog_post_preview_link": [self.post.uuid],
            "admin:blog_post_compare": [self.post.uuid],
            "admin:blog_post_restore": [self.post.uuid, self.revision.pk],
            "admin:blog_post_name": [self.post.uuid, self.revision.pk],
            "comment": [path, self.comment.public_id],
            "comment-status": [cookies.sign(self.comment)],
            "comment-submit": [path],
            "comments-page": [path, 2],
            "comments-page-one": [path],
            "evidence": [self.comment.public_id],
            "history": [self.comment.public_id],
            "letter": [self.comment.public_id],
            "block-author": [self.comment.public_id],
            "block-network": [self.comment.public_id],
            "closing": [self.post.pk],
            "delete-post": [self.post.pk],
            "mail-choice": ["address", signed_links.to_reader("address", "a@b.c").split("/")[-2]],
            "media": [self.image.file.name],
            "moderator-edit": [self.comment.public_id],
            "moderator-reply": [self.comment.public_id],
            "page": [self.page.path[1:]],
            "password_reset_confirm": [uid, "set-password"],
            "post": [path],
            "preview": self.preview,
            "reply": [path, self.comment.public_id],
            "report": [path, self.comment.public_id],
            "sitemap-posts": [file_of(self.post)],
            "sitemap-tags": [file_of(self.tag)],
            "sitemap-authors": [file_of(self.user)],
            "admin:blog_tagmerge_undo": [self.tagmerge.pk],
            "admin:blog_postbatch_undo": [self.postbatch.pk],
            "tag-feed": [self.tag.slug],
            "theme": [self.site.theme_name],
        }
        lists = {
            "home": [],
            "archive": [],
            "corrections": [],
            "tag": [self.tag.slug],
            "author": [self.user.slug],
            "year": [day.year],
            "month": [day.year, day.month],
        }
        for key, start in lists.items():
            args |= {key: start, f"{key}-page-one": start, f"{key}-page": [*start, 2]}
        feeds = {"author": [self.user.slug], "tag": [self.tag.slug], "post": [path]}
        for key, start in feeds.items():
            args |= {f"{key}-feed{form}": start for form in ("", "-atom", "-json")}
        return args.get(name, [])


UNNAMED = {
    "admin/password_change/": "/admin/password_change/",
    "admin/r/<path:row>": "/admin/r/1/{}/",
    "admin/login/": "/admin/login/",
    "admin:<path:object_id>/": "/admin/blog/post/{}/",
    "admin:(?P<url>.*)$": "/admin/nowhere",
}


def signed_in(user) -> Client:
    client = Client()
    client.force_login(user)
    return client
