"""What is most of a page of the moderation queue, laid out by Jinja: Django's own templates would
take most of the time for its cards and its many words (tests/bench/queue.py)."""

import html
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.urls import get_script_prefix, reverse
from django.utils.translation import get_language, gettext
from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from jinja2.ext import Extension
from jinja2.lexer import Token, TokenStream
from markupsafe import Markup, escape

from blog.characters import isolated

TEMPLATES = settings.BASE_DIR / "templates" / "jinja2"
# Stands for a number in an address.
MARK = 9_180_250_331_000


class Phrases(Extension):
    """`_("…")` is translated when a template is compiled, once for each language. It is our own and
    safe, as in blocktranslate; what `format` puts into it is escaped."""

    def filter_stream(self, stream: TokenStream):
        for token in stream:
            if not (token.test("name:_") and stream.current.type == "lparen"):
                yield token
                continue
            yield next(stream)
            said = stream.expect("string")
            yield Token(said.lineno, "string", gettext(said.value))
            yield Token(said.lineno, "pipe", "|")
            yield Token(said.lineno, "name", "safe")


class Laid(Template):
    """Most of what is put into it is text, of which Jinja would make a Markup each time."""

    @classmethod
    def from_code(cls, environment, code, globals, uptodate=None) -> "Laid":
        made = super().from_code(environment, code, globals, uptodate)
        made.root_render_func.__globals__["escape"] = _as_html
        return made


def _as_html(value) -> str:
    kind = type(value)
    if kind is str:
        return html.escape(value)
    return value if kind is Markup else escape(value)


def _format(text, **values) -> Markup:
    """As Jinja's, which makes an object of each value first."""
    escaped = {name: _as_html(value) for name, value in values.items()}
    return Markup(str(_as_html(text)) % escaped)  # noqa: S704


def render(name: str, context: dict) -> str:
    return _environment(get_language(), get_script_prefix()).get_template(name).render(context)


@cache
def _environment(_language: str, _prefix: str) -> Environment:
    made = Environment(
        loader=FileSystemLoader(TEMPLATES),
        extensions=[Phrases],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    made.template_class = Laid
    made.filters["address"] = _addresses()
    made.filters["format"] = _format
    made.filters["isolated"] = isolated
    return made


def _addresses() -> Callable[..., str]:
    """As Django's `reverse`, which takes longer than it takes to lay out a card."""

    @cache
    def parts(name: str, numbered: bool) -> list[str]:
        return reverse(name, args=[MARK] if numbered else []).split(str(MARK))

    def address(name: str, number: int | None = None) -> str:
        """`number`: of the row."""
        found = parts(name, number is not None)
        return found[0] if number is None else f"{found[0]}{number}{found[1]}"

    return address
