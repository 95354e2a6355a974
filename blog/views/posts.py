from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.utils import timezone

from blog.middleware import Request
from blog.models import Post
from blog.views.errors import gone

CARDS = 3


def show(request: Request, path: str, **_kwargs: object) -> HttpResponse:
    """`path` is the address of a post or page without the leading slash."""
    now, path = timezone.now(), f"/{path}"
    readable = Post.objects.readable_by(request.user, now)
    post = (
        readable.filter(path=path)
        .with_authors("lead_image", "lead_tag")
        .with_is_corrected()
        .prefetch_related("tags")
        .first()
    )
    if post is None:
        if Post.objects.gone(now).filter(path=path).exists():
            return gone(request)
        raise Http404
    template = f"blog/{post.kind}.html"
    return TemplateResponse(request, template, {"post": post, **neighbours(post, now)})


def neighbours(post, now) -> dict:
    if post.kind == Post.Kind.PAGE:
        return {}
    # A preview's date may be another than the stored one.
    stream = Post.objects.visible(now).exclude(pk=post.pk).stream().for_cards()
    beside = stream.prefetch_related(None)
    return {
        "latest": stream[:CARDS],
        "previous": beside.before(post).first(),
        "next": beside.after(post).reverse().first(),
    }


def visible_post(path: str):
    """Return the post that the public sees at this path, or raise 404."""
    return get_object_or_404(Post.objects.visible(timezone.now()), path=f"/{path}")
