"""HTML of another site as a tree of the tags that a post may have."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser

from blog.text.sanitizer import INLINE_TAGS, POST_TAGS, tidied

DEEPEST = 100
LONGEST = 4_000_000

# Tags that other sites use in place of ours; the rest of theirs are dropped around their content.
RENAMED = {
    **dict.fromkeys(
        ("address", "article", "center", "fieldset", "footer", "form", "header"), "div"
    ),
    **dict.fromkeys(("hgroup", "legend", "main", "nav", "section", "menu"), "div"),
    **{"acronym": "abbr", "b": "strong", "i": "em", "strike": "del", "s": "del", "tt": "code"},
    "dir": "ul",
}
WITHOUT_MEANING = {"span", "bdi", "colgroup", "col", "wbr"}
INLINE = INLINE_TAGS | {"br", "img"}
VOID = {"br", "col", "hr", "img", "wbr"}
# A browser ends these by itself, so that many without an end are not nested.
ENDED_BY_THE_NEXT = {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
HEADING = re.compile("h[1-6]")
MARKUP = re.compile(r"<[^<>]*>")
SPACES = re.compile(r"[ \t\n\r\f]+")


class TooDeep(ValueError):
    pass


Nodes = list["Element | str"]


@dataclass
class Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)
    holds_blocks: bool = False  # of an inline element

    @property
    def is_inline(self) -> bool:
        return self.name in INLINE

    def elements(self) -> Iterator["Element"]:
        """All elements in it, in their order."""
        for child in self.children:
            if isinstance(child, Element):
                yield child
                yield from child.elements()

    def has(self, *names: str) -> bool:
        return any(element.name in names for element in self.elements())

    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text() for child in self.children)


def parse(html: str, address: Callable[[str], str]) -> Element:
    """Raise TooDeep for what only a hostile page holds."""
    if len(html) > LONGEST or _depth(html) > DEEPEST:
        raise TooDeep
    root = tree(tidied(html, POST_TAGS | RENAMED.keys(), address))
    root.children = _usual(root.children)
    return root


def _usual(children: Nodes, within: frozenset[str] = frozenset()) -> Nodes:
    """Without pictures that have no address, headings in headings, links in links, and links around
    pull quotes, which have none: they repeat a sentence."""
    made: Nodes = []
    for child in children:
        if isinstance(child, str):
            made.append(child)
            continue
        if child.name == "img" and "src" not in child.attributes:
            continue
        kind = "heading" if HEADING.fullmatch(child.name) else child.name
        child.children = _usual(child.children, within | {kind})
        if kind == "heading" and kind in within:
            child.name = "div"
        if kind == "figure":
            child = _captioned_table(child) or child
        is_no_link = kind == "a" and ("a" in within or child.has("aside"))
        made += child.children if is_no_link else [child]
    return made


def _captioned_table(figure: Element) -> Element | None:
    """A table with a caption below it as one with a caption of its own."""
    parts = [child for child in figure.children if isinstance(child, Element)]
    if [part.name for part in parts] != ["table", "figcaption"] or parts[0].has("caption"):
        return None
    table, caption = parts
    table.children.insert(0, Element("caption", {}, caption.children))
    return table


def _depth(html: str) -> int:
    """At least as deep as a browser would nest it."""
    open_tags: dict[str, int] = {}
    depth = deepest = 0
    for tag in ANY_TAG.finditer(html):
        name = tag[2].lower()
        if name in VOID or name in ENDED_BY_THE_NEXT:
            continue
        if not tag[1]:
            open_tags[name] = open_tags.get(name, 0) + 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_tags.get(name, 0):
            open_tags[name] -= 1
            depth -= 1
    return deepest


def tree(html: str) -> Element:
    """Parse balanced HTML, as tidied() and the renderer write it."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Element("div")
        self.path = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        name = RENAMED.get(tag, tag)
        if name in WITHOUT_MEANING:
            return
        if name == "br" and any(element.name == "pre" for element in self.path):
            self.handle_data("\n")
            return
        element = Element(name, {key: value or "" for key, value in attrs})
        if len(self.path) > DEEPEST + 50:
            raise TooDeep
        self.path[-1].children.append(element)
        if not element.is_inline:
            self._note_block()
        if name not in VOID:
            self.path.append(element)

    def _note_block(self) -> None:
        for around in reversed(self.path):
            if not around.is_inline or around.holds_blocks:
                break
            around.holds_blocks = True

    def handle_endtag(self, tag: str) -> None:
        name = RENAMED.get(tag, tag)
        if name not in WITHOUT_MEANING and name not in VOID and self.path[-1].name == name:
            self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def html_of(node: Element | str, *, is_code: bool = False) -> str:
    """On one line: our Markdown would read a line of code in it as Markdown."""
    if isinstance(node, str):
        text = escape(node, quote=False)
        return (
            text.replace("\n", "&#10;").replace("\t", "&#9;") if is_code else SPACES.sub(" ", text)
        )
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in node.attributes.items())
    if node.name in VOID:
        return f"<{node.name}{attributes}>"
    is_code = is_code or node.name == "pre"
    if node.attributes.get("class", "").startswith("footnote-"):
        return escape(node.text(), quote=False)  # the number of a footnote
    inner = "".join(html_of(child, is_code=is_code) for child in node.children)
    return f"<{node.name}{attributes}>{inner}</{node.name}>"


def text_of(html: str) -> str:
    """The text of HTML that is too deep or too long to be read as such."""
    spaced = ANY_TAG.sub(
        lambda tag: tag[0] if tag[2].lower() in INLINE_TAGS else f"\n\n{tag[0]}", html
    )
    return unescape(MARKUP.sub("", spaced))
