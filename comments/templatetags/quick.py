"""`translate`, `blocktranslate` and `url` for what stands on every card of a page.

Loaded after i18n they take the place of its tags. What they give is the same; but a sentence is
looked up once in each language, and an address once for all numbers. Without that, a page of the
queue spends half of its time on them.
"""

import re

from django import template
from django.template.base import Node, render_value_in_context
from django.template.defaulttags import url as django_url
from django.templatetags import i18n
from django.urls import get_script_prefix, get_urlconf, reverse
from django.utils.html import escape
from django.utils.translation import get_language, gettext

register = template.Library()
# Stands for a number in an address; longer than any that a row has.
MARK = 9_180_250_331_000


@register.tag("translate")
def translate(parser, token):
    node = i18n.do_translate(parser, token)
    expression = node.filter_expression
    is_plain = not (node.noop or node.asvar or node.message_context or expression.filters)
    return Words(node) if is_plain and isinstance(expression.var.literal, str) else node


@register.tag("blocktranslate")
def blocktranslate(parser, token):
    node = i18n.do_block_translate(parser, token)
    return node if node.plural or node.asvar or node.message_context else Sentence(node)


@register.tag("url")
def url(parser, token):
    node = django_url(parser, token)
    name = node.view_name.var
    is_plain = isinstance(name, str) and ":" not in name and not (node.kwargs or node.asvar)
    return Address(node, name) if is_plain else node


class Words(Node):
    def __init__(self, node):
        self.node, self.said = node, {}

    def render(self, context):
        language = get_language()
        if language not in self.said:
            self.said[language] = self.node.render(context)
        return self.said[language]


class Sentence(Node):
    def __init__(self, node):
        self.node, self.said = node, {}

    def render(self, context):
        language = get_language()
        if language not in self.said:
            words, names = self.node.render_token_list(self.node.singular)
            self.said[language] = gettext(words), dict.fromkeys(names)
        words, names = self.said[language]
        given = self.node.extra_context
        if any(name not in given and name not in context for name in names):
            return self.node.render(context)
        found = {
            name: given[name].resolve(context) if name in given else context[name] for name in names
        }
        try:
            return words % {n: render_value_in_context(v, context) for n, v in found.items()}
        except (KeyError, ValueError):
            return self.node.render(context)  # what a translator spoiled


class Address(Node):
    def __init__(self, node, name: str):
        self.node, self.name, self.shapes = node, name, {}

    def render(self, context):
        numbers = [argument.resolve(context) for argument in self.node.args]
        if any(type(number) is not int or not 0 <= number < MARK for number in numbers):
            return self.node.render(context)
        site = get_urlconf(), get_script_prefix()
        if site not in self.shapes:
            marks = [MARK + place for place in range(len(numbers))]
            address = escape(reverse(self.name, args=marks)).replace("%", "%%")
            self.shapes[site] = re.sub("|".join(map(str, marks)) or "(?!)", "%d", address)
        return self.shapes[site] % tuple(numbers)
