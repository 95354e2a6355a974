"""A reader's Markdown: paragraphs, line breaks, emphasis, quotes, code, bullet lists and links.

Anything else is text: each letter, digit, #, @, & and < is shown as typed. Uses few parts of
Python-Markdown; only markup.py calls this module and makes its output safe.
"""

import re
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockparser import BlockParser
from markdown.blockprocessors import (
    BlockQuoteProcessor,
    EmptyBlockProcessor,
    ListIndentProcessor,
    ParagraphProcessor,
)
from markdown.extensions.sane_lists import SaneUListProcessor
from markdown.inlinepatterns import (
    BACKTICK_RE,
    ESCAPE_RE,
    BacktickInlineProcessor,
    EscapeInlineProcessor,
    InlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.postprocessors import RawHtmlPostprocessor
from markdown.preprocessors import NormalizeWhitespace
from markdown.treeprocessors import InlineProcessor as InlineTreeprocessor
from markdown.treeprocessors import PrettifyTreeprocessor, UnescapeTreeprocessor
from markdown.util import AtomicString, Registry

from blog.text.markdown import EMPHASIS, Fences, plain

# "&" and "<" are replaced by characters that mean nothing to Python-Markdown, so that a comment has
# no tags, entities or automatic links, and each is printed exactly as it was typed.
AMPERSAND, LESS_THAN = "\x0e", "\x0f"
HIDE_HTML = str.maketrans({"&": AMPERSAND, "<": LESS_THAN})
SHOW_HTML = str.maketrans({AMPERSAND: "&amp;", LESS_THAN: "&lt;"})

# A pattern's element with the start and end of its match, or three times None.
Handled = tuple[Element | None, int | None, int | None]
URL_CHARACTER = r'[^\s<>"`\x02\x03\x0f]'
URL = re.compile(rf"(?<![a-z0-9])https?://{URL_CHARACTER}+", re.IGNORECASE)
BRACKET_LINK = (
    r"\[(?P<text>[^\[\]]+)\]"
    r'(?P<typed>\((?P<url>(?:https?://|mailto:)[^\s<>"`()\x02\x03\x0f]+'
    r'(?:\([^\s<>"`()\x02\x03\x0f]*\)[^\s<>"`()\x02\x03\x0f]*)*)'
    r'(?:\s+"[^"\n\x02\x03]*")?\))'
)


class Comments(Markdown):
    def build_parser(self) -> "Comments":
        self.preprocessors = registry(NormalizeWhitespace(self), PlainFences(self))
        self.parser = BlockParser(self)
        self.parser.blockprocessors = registry(
            EmptyBlockProcessor(self.parser),
            ListIndentProcessor(self.parser),
            Bullets(self.parser),
            BlockQuoteProcessor(self.parser),
            ParagraphProcessor(self.parser),
        )
        self.inlinePatterns = registry(
            BacktickInlineProcessor(BACKTICK_RE),
            BracketLink(BRACKET_LINK, self),
            BareLink(self),
            EscapeInlineProcessor(ESCAPE_RE, self),
            SubstituteTagInlineProcessor(r"\n", "br"),
            *EMPHASIS,
        )
        self.treeprocessors = registry(
            InlineTreeprocessor(self), PrettifyTreeprocessor(self), UnescapeTreeprocessor(self)
        )
        self.postprocessors = registry(RawHtmlPostprocessor(self))
        return self

    def convert(self, source: str) -> str:
        html = super().convert(source.translate(HIDE_HTML))
        # Only BracketLink makes a span: a reader's "<" is still hidden here.
        return re.sub("</?span>", "", html).translate(SHOW_HTML)


def registry(*parts: object) -> Registry:
    registry = Registry()
    for place, part in enumerate(parts):
        registry.register(part, str(place), -place)
    return registry


def bare_links(text: str) -> list[str]:
    """Split the text at its addresses: text, address, text, address, text."""
    pieces: list[str] = []
    last = 0
    for match in URL.finditer(text):
        address = _without_trailing_punctuation(match.group())
        if is_web_address(address):
            pieces += [text[last : match.start()], address]
            last = match.start() + len(address)
    return [*pieces, text[last:]]


def is_web_address(address: str) -> bool:
    try:
        return bool(urlsplit(address).hostname)
    except ValueError:
        return False


def _without_trailing_punctuation(address: str) -> str:
    end = len(address)
    unopened = address.count(")") - address.count("(")
    while address[end - 1] in ".,:;!?'*_~]" or (address[end - 1] == ")" and unopened > 0):
        unopened -= address[end - 1] == ")"
        end -= 1
    return address[:end]


class PlainFences(Fences):
    def html(self, code: str, info: str) -> str:
        # The info string is shown too, since a reader typed it; comments have no coloured code.
        return plain(f"{info}\n{code}" if info else code)


class Bullets(SaneUListProcessor):
    # Only `-` and `*` make a list: a line that begins with `+` is as often a vote.

    def __init__(self, parser: BlockParser):
        super().__init__(parser)
        self.RE = re.compile(r"^ {0,3}[*-] +(.*)")
        self.CHILD_RE = re.compile(r"^ {0,3}(([*-])) +(.*)")
        self.INDENT_RE = re.compile(r"^ {4,7}[*-] +.*")


class BracketLink(InlineProcessor):
    """Prints `[text](address)` as the link, followed by the address as it was typed."""

    ANCESTOR_EXCLUDES = ("a",)

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        url = m["url"]
        if not url.lower().startswith("mailto:") and not is_web_address(url):
            return None, None, None
        pair = Element("span")
        link = SubElement(pair, "a", href=url)
        link.text = m["text"]
        link.tail = AtomicString(f" {m['typed']}")
        return pair, *m.span()


class BareLink(InlineProcessor):
    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self, md: Markdown):
        super().__init__(URL.pattern, md)
        self.compiled_re = URL

    def handleMatch(self, m: re.Match[str], data: str) -> Handled:
        before, *found = bare_links(m.group())
        if before or not found:
            return None, None, None
        link = Element("a", href=found[0])
        link.text = AtomicString(found[0])
        return link, m.start(), m.start() + len(found[0])
