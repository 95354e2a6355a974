"""A reader's Markdown: paragraphs, line breaks, emphasis, quotes, code, bullet lists and links.

All else is text: every letter, digit, #, @, & and < that a reader types is seen by those who read.
Python-Markdown with few of its parts; only markup.py calls this module and makes its output safe.
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

# A reader's "&" and "<" travel through Python-Markdown as characters that mean nothing to it: so no
# tag, entity or automatic link exists in a comment, and each is printed exactly as it was typed.
AMPERSAND, LESS_THAN = "\x0e", "\x0f"
HIDE_HTML = str.maketrans({"&": AMPERSAND, "<": LESS_THAN})
SHOW_HTML = str.maketrans({AMPERSAND: "&amp;", LESS_THAN: "&lt;"})

# What a pattern made of a match, and from where to where; three times None: nothing.
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
    """Paragraphs, line breaks, emphasis, quotes, code, bullet lists, links; all else is text."""

    def build_parser(self) -> "Comments":
        self.preprocessors = _registry(NormalizeWhitespace(self), PlainFences(self))
        self.parser = BlockParser(self)
        self.parser.blockprocessors = _registry(
            EmptyBlockProcessor(self.parser),
            ListIndentProcessor(self.parser),
            Bullets(self.parser),
            BlockQuoteProcessor(self.parser),
            ParagraphProcessor(self.parser),
        )
        self.inlinePatterns = _registry(
            BacktickInlineProcessor(BACKTICK_RE),
            BracketLink(BRACKET_LINK, self),
            BareLink(self),
            EscapeInlineProcessor(ESCAPE_RE, self),
            SubstituteTagInlineProcessor(r"\n", "br"),
            *EMPHASIS,
        )
        self.treeprocessors = _registry(
            InlineTreeprocessor(self), PrettifyTreeprocessor(self), UnescapeTreeprocessor(self)
        )
        self.postprocessors = _registry(RawHtmlPostprocessor(self))
        return self

    def convert(self, source: str) -> str:
        html = super().convert(source.translate(HIDE_HTML))
        # A span is ours alone (BracketLink): a reader's "<" is still hidden here.
        return re.sub("</?span>", "", html).translate(SHOW_HTML)


def _registry(*parts: object) -> Registry:
    registry = Registry()
    for place, part in enumerate(parts):
        registry.register(part, str(place), -place)
    return registry


def bare_links(text: str) -> list[str]:
    """The text cut into pieces, every second one an address: text, address, text, address, text."""
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
        # Somebody wrote that word; a reader's words are shown, and a comment has no colours.
        return plain(f"{info}\n{code}" if info else code)


class Bullets(SaneUListProcessor):
    """Only `-` and `*` make a list: what begins with `+` is as often a vote as an item."""

    def __init__(self, parser: BlockParser):
        super().__init__(parser)
        self.RE = re.compile(r"^ {0,3}[*-] +(.*)")
        self.CHILD_RE = re.compile(r"^ {0,3}(([*-])) +(.*)")
        self.INDENT_RE = re.compile(r"^ {4,7}[*-] +.*")


class BracketLink(InlineProcessor):
    """`[text](address)` is printed as the link and, behind it, the address as it was typed."""

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
