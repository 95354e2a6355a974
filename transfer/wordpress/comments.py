"""HTML of a comment of WordPress as the Markdown of our comments.

That has fewer marks than posts have. What it cannot say is written as text: a table by its words, a
picture by its address. Our own renderer is the judge: every letter must be shown.
"""

import re
from collections.abc import Callable

from blog.text.html_tree import SPACES, Element, Nodes, TooDeep, parse, text_of
from blog.text.markup import render_comment, shown_text
from blog.text.simplify_html import runs, simplified
from transfer.wordpress.paragraphs import with_paragraphs

EDGES = " \t\n\r\f\xa0"
LIGHT = re.compile(
    r"\\(?=[!-/:-@\[-`{-~]|$)|`|(?<!\s)\*|\*(?!\s)|(?<!\w)_|_(?!\w)|\[(?=[^\[\]]*\]\()"
)
CAREFUL = re.compile(r"[\\`*_\[]")
MARK_OF_LINE = re.compile(r">|[-*](?:\s|$)|~~~")
LINKED = re.compile(r"(?:https?://|mailto:)[^\s<>\"`()]+$", re.IGNORECASE)


def to_markdown(content: str, address: Callable[[str], str] = lambda address: address) -> str:
    """`address` makes the new address of a link from the old one."""
    html = with_paragraphs(content.replace("\r\n", "\n").replace("\r", "\n"))
    try:
        root = simplified(parse(html, address))
    except (TooDeep, RecursionError):
        return " ".join(text_of(html).split())
    bare = Writer(None).text_of(root)
    wanted = _letters(bare)
    for escaped in (LIGHT, CAREFUL):
        text = Writer(escaped).text_of(root)
        if _letters(shown_text(render_comment(text))) == wanted:
            return text
    return bare


def _letters(text: str) -> str:
    return "".join(text.split())


class Writer:
    """`escaped` finds the signs to escape. Without it, bare text is written."""

    def __init__(self, escaped: re.Pattern[str] | None):
        self.escaped = escaped

    def text_of(self, root: Element) -> str:
        return "\n\n".join(self._blocks(root.children))

    def _blocks(self, children: Nodes) -> list[str]:
        written = (self._block(run) for run in runs(children))
        return [text for text in written if text]

    def _block(self, run: Element | Nodes) -> str:
        if not isinstance(run, Element):
            return self._lines(run)
        inner = "\n\n".join(self._blocks(run.children))
        if run.name == "pre":
            code = run.text().strip("\n")
            longest = max((len(ticks) for ticks in re.findall("`+", code)), default=0)
            fence = "`" * max(longest + 1, 3)
            return f"{fence}\n{code}\n{fence}" if self.escaped else code
        if run.name == "blockquote":
            return _margined(inner, "> ", "> ") if self.escaped else inner
        if run.name in ("ul", "ol"):
            return self._list(run)
        if run.name == "hr":
            return ""
        return inner

    def _list(self, block: Element) -> str:
        items = [item for item in block.children if isinstance(item, Element)]
        texts = ["\n".join(self._blocks(item.children)) for item in items]
        if block.name == "ol":
            return "\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
        return "\n".join(_margined(text, "- ", "  ") if self.escaped else text for text in texts)

    def _lines(self, nodes: Nodes) -> str:
        text = "".join(map(self._inline, nodes)).strip(f"{EDGES}\v")
        lines = (line.strip(" ") for line in re.sub(r"\v{2,}", "\v\v", text).split("\v"))
        return "\n".join(map(self._line, lines))

    def _line(self, line: str) -> str:
        return f"\\{line}" if self.escaped and MARK_OF_LINE.match(line) else line

    def _inline(self, node: Element | str) -> str:
        if isinstance(node, str):
            text = SPACES.sub(" ", node)
            return self.escaped.sub(r"\\\g<0>", text) if self.escaped else text
        if node.name == "br":
            return "\v"
        if node.name == "img":
            return node.attributes.get("src", "")
        inner = "".join(map(self._inline, node.children))
        bare = inner.strip(f"{EDGES}\v")
        before, _, after = inner.partition(bare) if bare else (inner, "", "")
        return f"{before}{self._marked(node, bare)}{after}"

    def _marked(self, node: Element, inner: str) -> str:
        if node.name == "a":
            return self._link(node, inner)
        mark = {"strong": "**", "em": "*"}.get(node.name, "")
        if node.name == "code" and self.escaped:
            text = " ".join(node.text().split())
            return f"`{text}`" if "`" not in text else inner
        return f"{mark}{inner}{mark}" if mark and self.escaped and "\v" not in inner else inner

    def _link(self, node: Element, label: str) -> str:
        address = node.attributes.get("href", "")
        if not address or not label.strip() or node.text().strip() == address:
            return address or label
        if self.escaped and LINKED.match(address):
            return f"[{label}]({address})"
        return f"{label} ({address})"


def _margined(text: str, first: str, others: str) -> str:
    lines = text.split("\n")
    return "\n".join([f"{first}{lines[0]}", *(f"{others}{line}".rstrip() for line in lines[1:])])
