"""A part of a page that stands on it many times is laid out once, and the values put in.

    {% stamp name=card.name pk=card.id per status=comment.status %}
      …{{ name }}… {% url 'history' pk %} {% if status == "spam" %}…{% endif %}
    {% endstamp %}

Inside, only these are known. What stands before `per` may only be printed, as text or as part of an
address; for each combination of what stands behind it the content is laid out anew and kept, so
that may be tested and looped over, but there must be few of them.
"""

import re
from collections.abc import Callable
from html import escape
from operator import attrgetter

from django import template
from django.template.base import Node, Variable, token_kwargs
from django.utils.translation import get_language

register = template.Library()
# Stand in the place of the values; digits, because an address takes nothing else.
MARK = 9_180_250_331_000
MARKED = re.compile(f"({MARK // 1000}[0-9]{{3}})")


@register.tag
def stamp(parser, token):
    bits = token.split_contents()[1:]
    split = bits.index("per") if "per" in bits else len(bits)
    printed, kinds = bits[:split], bits[split + 1 :]
    printed, kinds = token_kwargs(printed, parser), token_kwargs(kinds, parser)
    content = parser.parse(("endstamp",))
    parser.delete_first_token()
    return Stamp(content, printed, kinds)


class Stamp(Node):
    def __init__(self, nodelist, printed: dict, kinds: dict):
        self.nodelist, self.printed, self.kinds = nodelist, printed, kinds
        self.read = _reader(list(printed.values()))
        self.laid_out: dict[tuple, tuple] = {}

    def render(self, context):
        kinds = [expression.resolve(context) for expression in self.kinds.values()]
        key = (get_language(), *kinds)
        if key not in self.laid_out:
            self.laid_out[key] = self._lay_out(context, kinds)
        pieces, places = self.laid_out[key]
        values = self.read(context)
        filled = pieces.copy()
        for place, number in places:
            value = values[number]
            filled[place] = value if hasattr(value, "__html__") else escape(str(value))
        return "".join(filled)

    def _lay_out(self, context, kinds: list) -> tuple[list[str], list[tuple[int, int]]]:
        """The text in pieces, and where in it which of the values belongs."""
        marks = {name: str(MARK + number) for number, name in enumerate(self.printed)}
        known = dict(zip(self.kinds, kinds, strict=True))
        pieces = MARKED.split(self.nodelist.render(context.new(marks | known)))
        return pieces, [(n, int(pieces[n]) - MARK) for n in range(1, len(pieces), 2)]


def _reader(expressions: list) -> Callable[..., list]:
    """What `card.name` gives of an object is fetched straight; Django tries keys and numbers too,
    which makes half of the time that a card takes."""
    paths = [_path(expression) for expression in expressions]
    first = {path[0] for path in paths if path}
    if len(first) != 1:
        return lambda context: [expression.resolve(context) for expression in expressions]
    (source,) = first
    straight = [n for n, path in enumerate(paths) if path]
    others = [(n, expression) for n, expression in enumerate(expressions) if not paths[n]]
    fetch = attrgetter(*(".".join(paths[n][1:]) for n in straight), "__class__")

    def read(context) -> list:
        values = [None] * len(expressions)
        for n, value in zip(straight, fetch(context[source]), strict=False):
            values[n] = value
        for n, expression in others:
            values[n] = expression.resolve(context)
        return values

    return read


def _path(expression) -> tuple[str, ...]:
    """Of `card.name`: ("card", "name")."""
    is_plain = not expression.filters and isinstance(expression.var, Variable)
    lookups = is_plain and expression.var.lookups or ()
    return lookups if len(lookups) > 1 else ()
