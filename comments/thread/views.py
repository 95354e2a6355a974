from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone

from blog.feeds import views as feeds
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


def feed_of_post(request: Request, path: str) -> HttpResponse:
    post = posts.visible_post(path)
    return _feed(request, post.comments.all(), post.title, post.path)


def feed(request: Request) -> HttpResponse:
    return _feed(request, Comment.objects.all(), request.site.name, "/")


def _feed(request: Request, comments, title, path: str) -> HttpResponse:
    result = feeds.make(request, title, path)
    public = comments.public(timezone.now()).select_related("post")
    for comment in public.order_by("-submitted_at", "-pk")[: feeds.NEWEST]:
        result.add_item(
            title=markup.for_xml(f"{isolated(comment.author_name)}: {comment.post.title}"),
            link=comment.url,
            description="",
            content=markup.for_xml(markup.for_feed(comment.body_html, comment.post.url)),
            creators=[markup.for_xml(isolated(comment.author_name))],
            unique_id=comment.urn,
            unique_id_is_permalink=False,
            pubdate=comment.submitted_at,
            updateddate=max(
                filter(None, (comment.status_at, comment.edited_at, comment.revised_at))
            ),
        )
    return feeds.answer(request, result)
