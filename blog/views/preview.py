"""A post before it is published: its own page below a banner, without comments."""

from uuid import UUID

from django.http import Http404, HttpResponse, HttpResponsePermanentRedirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from blog.editing import preview_link
from blog.editing.preview import PostPreview
from blog.middleware import Request
from blog.models import Post
from blog.views.posts import neighbours


@require_safe
def by_link(request: Request, key: UUID, secret: str) -> HttpResponse:
    now = timezone.now()
    posts = Post.objects.filter(uuid=key).with_authors("lead_image", "lead_tag")
    post = posts.prefetch_related("tags").first()
    if post is None or not preview_link.belongs(post, secret):
        raise Http404
    if post.is_visible(now):
        return _private(HttpResponsePermanentRedirect(post.get_absolute_url()))
    if not (preview_link.is_for(post, now) and preview_link.expires_at(post, now)):
        raise Http404
    return page(request, PostPreview.of_saved(post, now), _("Draft. Not published yet."))


def page(
    request: Request, post: PostPreview, banner: str, missing: list[tuple[str, str]] | None = None
) -> HttpResponse:
    """`missing`: pairs of a label, perhaps "", and a sentence."""
    context = {"post": post, "banner": banner, "missing": missing or []}
    context |= neighbours(post, timezone.now())
    return _private(TemplateResponse(request, "blog/preview.html", context))


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    response["X-Robots-Tag"] = "noindex"
    response["Referrer-Policy"] = "no-referrer"
    return response
