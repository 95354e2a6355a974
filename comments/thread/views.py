from types import ModuleType

from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _

from blog.feeds import views as feeds
from blog.feeds.items import NEWEST, Author, Item
from blog.middleware import Request
from blog.text import markup
from blog.text.characters import isolated
from blog.views import posts
from comments.models import Comment
from comments.thread import tree


def page(request: Request, path: str, number) -> HttpResponse:
    # Page 2 and later; first_page() redirects page 1 to the post.
    return posts.show(request, path)


def first_page(request: Request, path: str) -> HttpResponse:
    posts.visible_post(path)
    return HttpResponseRedirect(f"/{path}", status=301)


def permalink(request: Request, path: str, public_id: int) -> HttpResponse:
    post = posts.visible_post(path)
    comments = Comment.objects.public(timezone.now()).filter(post=post)
    comment = get_object_or_404(comments, public_id=public_id)
    page = tree.page_of(comment, own=[])
    path = post.path + (f"comments/page/{page}/" if page > 1 else "")
    return HttpResponseRedirect(f"{path}#comment-{public_id}")


def feed_of_post(request: Request, form: ModuleType, path: str) -> HttpResponse:
    post = posts.visible_post(path)
    found = _feed_items(post.comments.all())
    key = f"comments of {post.uuid}"
    return feeds.answer(request, form, found, title=post.title, path=post.path, key=key)


def feed(request: Request, form: ModuleType) -> HttpResponse:
    found, name = _feed_items(Comment.objects.all()), request.site.name
    title = _("Comments – %(site)s") % {"site": name}
    return feeds.answer(request, form, found, title=title, path="/", key="comments")


def _feed_items(comments) -> list[Item]:
    public = comments.public(timezone.now()).select_related("post")
    newest = public.order_by("-submitted_at", "-pk")[:NEWEST]
    return [_feed_item(comment) for comment in newest]


def _feed_item(comment: Comment) -> Item:
    name = isolated(comment.author_name)
    times = (comment.submitted_at, comment.status_at, comment.edited_at, comment.revised_at)
    return Item(
        id=comment.urn,
        url=iri_to_uri(comment.url),
        title=f"{name}: {comment.post.title}",
        html=markup.for_feed(comment.body_html, comment.post.url),
        published=comment.submitted_at,
        updated=max(filter(None, times)),
        authors=[Author(name)],
    )
