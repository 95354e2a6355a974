"""For the admin's pages and mails, which are in Django's language."""

from django import template

from blog.text import characters

register = template.Library()
register.filter(characters.isolated)
