"""Template tags for the admin, which uses Django's template language."""

from django import template

from comments.jinja import pending_for
from comments.queue import overview

register = template.Library()


@register.simple_tag(takes_context=True)
def pending_for_me(context) -> str:
    return pending_for(context["request"])


@register.simple_tag(takes_context=True)
def comments_for_me(context) -> overview.Overview | None:
    return overview.comments_of(context["request"].user)


@register.simple_tag(takes_context=True)
def warnings_for_me(context) -> list[str]:
    return overview.warnings_for(context["request"])
