"""Completes the names of tags while somebody types. Answers a script, in JSON."""

from django.http import HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from blog.admin.post_autosave import refused
from blog.models import Tag


@require_GET
def suggest(request: HttpRequest, model_admin) -> JsonResponse:
    if not model_admin.has_change_permission(request) and not model_admin.has_add_permission(
        request
    ):
        return refused(_("Your account may not do this."), status=403)
    found = Tag.objects.suggested(request.GET.get("q", ""))
    return JsonResponse({"tags": [{"name": tag.name, "posts": tag.posts} for tag in found]})
