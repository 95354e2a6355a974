"""Markdown of one line: emphasis, code and links. Everything else is text as it was typed.

Only markup.py calls this module and makes its output safe.
"""

from markdown.blockparser import BlockParser
from markdown.blockprocessors import EmptyBlockProcessor, ParagraphProcessor
from markdown.inlinepatterns import (
    BACKTICK_RE,
    ESCAPE_RE,
    LINK_RE,
    BacktickInlineProcessor,
    EscapeInlineProcessor,
    LinkInlineProcessor,
)
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import UnescapeTreeprocessor

from blog.text.comment_markdown import BareLink, Comments, registry
from blog.text.markdown import EMPHASIS


class Line(Comments):
    """Has no tags and entities either: see HIDE_HTML."""

    def build_parser(self) -> "Line":
        self.preprocessors = registry()
        self.parser = BlockParser(self)
        self.parser.blockprocessors = registry(
            EmptyBlockProcessor(self.parser), ParagraphProcessor(self.parser)
        )
        self.inlinePatterns = registry(
            BacktickInlineProcessor(BACKTICK_RE),
            EscapeInlineProcessor(ESCAPE_RE, self),
            LinkInlineProcessor(LINK_RE, self),
            BareLink(self),
            *EMPHASIS,
        )
        self.treeprocessors = registry(InlineTreeprocessor(self), UnescapeTreeprocessor(self))
        self.postprocessors = registry()
        return self

    def convert(self, source: str) -> str:
        html = super().convert(" ".join(source.split()))
        return html.removeprefix("<p>").removesuffix("</p>")
