"""A reader's Markdown: paragraphs, line breaks, emphasis, quotes, code, bullet lists and links.

Anything else is text: each letter, digit, #, @, & and < is shown as typed. Uses few rules of
markdown-it-py and two of our own; only markup.py calls this module and makes its output safe.
"""

import re
import unicodedata
from collections.abc import Sequence
from html import escape
from string import punctuation

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock, list_block
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.emphasis import tokenize
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict

from blog.text.characters import is_blank
from blog.text.web_addresses import ADDRESS, address_in, is_web_address

BLOCKS = ("blockquote", "fence", "list")
INLINE = ("newline", "escape", "backticks", "emphasis")
# `- - -` is a line between two parts of a text, and a lone `-` a dash.
BULLET = re.compile(r"(?!([-*])(?:[ \t]*\1)*[ \t]*$)[-*]")
# The label may hold brackets, but no link of its own.
BRACKET_LINK = re.compile(
    r"""
    \[(?P<label>(?: [^\[\]\\] | \\. | \[(?:[^\[\]\\]|\\.)*+\](?!\() )++)\]
    (?P<typed>\(
        (?P<address>(?:https?://|mailto:) [^\s<>"`()]++ (?:\([^\s<>"`()]*+\)[^\s<>"`()]*+)*+)
        (?:\s+"[^"\n]*+")?
    \))
    """,
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)


def render(text: str) -> str:
    html: str = COMMENT.render(text)
    return html.strip()


def bullets(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Only `-` and `*` make a list: `+` is as often a vote, and `1984.` a year."""
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    return bool(BULLET.match(line)) and list_block(state, start, end, silent)


def bracket_link(state: StateInline, silent: bool) -> bool:
    """Prints `[label](address)` as the link, followed by the address as it was typed."""
    if silent or state.linkLevel or state.src[state.pos] != "[":
        return False
    found = BRACKET_LINK.match(state.src, state.pos, state.posMax)
    if not found or is_blank(found["label"]) or not _leads_somewhere(found["address"]):
        return False
    end = state.posMax
    state.push("link_open", "a", 1).attrs = {"href": found["address"]}
    state.pos, state.posMax = found.span("label")
    state.linkLevel += 1
    state.md.inline.tokenize(state)
    state.linkLevel -= 1
    state.push("link_close", "a", -1)
    state.push("text", "", 0).content = f" {found['typed']}"
    state.pos, state.posMax = found.end(), end
    return True


def _leads_somewhere(address: str) -> bool:
    return address.lower().startswith("mailto:") or is_web_address(address)


def bare_link(state: StateInline, silent: bool) -> bool:
    """Called at each colon. What stands before it is already text, and is taken back."""
    colon = state.pos
    if silent or state.linkLevel or not state.src.startswith("://", colon):
        return False
    starts = (colon - len("https"), colon - len("http"))
    found = next(filter(None, (ADDRESS.match(state.src, max(start, 0)) for start in starts)), None)
    address = address_in(found.group()[: state.posMax - found.start()]) if found else ""
    if not found or not address or not state.pending.endswith(state.src[found.start() : colon]):
        return False
    state.pending = state.pending[: found.start() - colon]
    state.push("link_open", "a", 1).attrs = {"href": address}
    state.push("text", "", 0).content = address
    state.push("link_close", "a", -1)
    state.pos = found.start() + len(address)
    return True


def emphasis(state: StateInline, silent: bool) -> bool:
    """As in CommonMark, where punctuation inside and a letter outside stop a mark; but here only
    ASCII punctuation, and only a letter of a script with spaces: `これは**「重要」**です`."""
    start, older = state.pos, len(state.delimiters)
    if not tokenize(state, silent):
        return False
    before = state.src[start - 1] if start else " "
    after = state.src[state.pos] if state.pos < state.posMax else " "
    left = not after.isspace() and (after not in punctuation or _is_free(before))
    right = not before.isspace() and (before not in punctuation or _is_free(after))
    is_star = state.src[start] == "*"
    for delimiter in state.delimiters[older:]:
        delimiter.open = left and (is_star or not right or _is_punctuation(before))
        delimiter.close = right and (is_star or not left or _is_punctuation(after))
    return True


def _is_free(char: str) -> bool:
    return char.isspace() or _is_punctuation(char) or unicodedata.east_asian_width(char) in "FW"


def _is_punctuation(char: str) -> bool:
    return unicodedata.category(char)[0] in "PS"


class Renderer(RendererHTML):
    """Leaves quotation marks as they are: the sanitizer takes long for each entity."""

    def text(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        return escape(tokens[i].content, quote=False)

    def code_inline(
        self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType
    ) -> str:
        return f"<code>{self.text(tokens, i, options, env)}</code>"

    def fence(self, tokens: Sequence[Token], i: int, options: OptionsDict, env: EnvType) -> str:
        # The info string is shown too, since a reader typed it; comments have no coloured code.
        info = tokens[i].info.strip()
        code = escape(f"{info}\n" if info else "", quote=False) + self.text(tokens, i, options, env)
        return f"<pre><code>{code}</code></pre>\n"


def _parser() -> MarkdownIt:
    parser = MarkdownIt("zero", {"breaks": True, "maxNesting": 20}, renderer_cls=Renderer)
    parser.enable([*BLOCKS, *INLINE])
    parser.block.ruler.at("list", bullets, {"alt": ["paragraph", "reference", "blockquote"]})
    parser.inline.ruler.at("emphasis", emphasis)
    parser.inline.ruler.before("emphasis", "bracket_link", bracket_link)
    parser.inline.ruler.before("emphasis", "bare_link", bare_link)
    # The list of rules is compiled at the first text, which must not be two texts in two threads.
    parser.render("*")
    return parser


COMMENT = _parser()
