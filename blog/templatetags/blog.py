"""Filters and tags for the admin and mail, which are in Django's template language."""

from django import template
from django.utils import timezone

from blog.admin import overview
from blog.editing import sentences
from blog.images import renditions
from blog.text import characters

register = template.Library()
register.filter(characters.isolated)
register.filter(renditions.small)
register.filter("time_or_day", sentences.time)


@register.simple_tag(takes_context=True)
def posts_for_me(context) -> overview.Overview | None:
    return overview.posts_of(context["request"].user, timezone.now())


@register.simple_tag(takes_context=True)
def faults_for_me(context) -> list[overview.Fault]:
    request = context["request"]
    return overview.faults_for(request.user, request.site_edition, timezone.now())
