"""Markdown of one line: emphasis, code and links. Everything else is text as it was typed.

Only markup.py calls this module and makes its output safe.
"""

from markdown_it import MarkdownIt
from markdown_it.rules_inline import StateInline, link

from blog.text.comment_markdown import Renderer, bare_link, emphasis


def render(text: str) -> str:
    html: str = LINE.renderInline(" ".join(text.split()))
    return html


class Line(MarkdownIt):
    """Leaves addresses to the sanitizer."""

    def validateLink(self, url: str) -> bool:
        return True

    def normalizeLink(self, url: str) -> str:
        return url


def link_without_picture(state: StateInline, silent: bool) -> bool:
    is_picture = state.src[state.pos - 1 : state.pos] == "!"
    return not is_picture and link(state, silent)


def _parser() -> Line:
    parser = Line("zero", renderer_cls=Renderer)
    parser.enable(["escape", "backticks", "emphasis", "link"])
    parser.inline.ruler.at("emphasis", emphasis)
    parser.inline.ruler.at("link", link_without_picture)
    parser.inline.ruler.before("emphasis", "bare_link", bare_link)
    # The list of rules is compiled at the first text, which must not be two texts in two threads.
    parser.renderInline("*")
    return parser


LINE = _parser()
