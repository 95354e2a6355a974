"""Filters for the admin and mail, which are in Django's template language."""

from django import template

from blog.images import renditions
from blog.text import characters

register = template.Library()
register.filter(characters.isolated)
register.filter(renditions.small)
