"""Template tags for the admin, which uses Django's template language."""

from django import template

from comments.jinja import pending_for

register = template.Library()


@register.simple_tag(takes_context=True)
def pending_for_me(context) -> str:
    return pending_for(context["request"])
