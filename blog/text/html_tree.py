"""HTML of another site as a tree of the tags that a post may have."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from html import escape, unescape
from html.parser import HTMLParser
from itertools import groupby

from blog.text.sanitizer import INLINE_TAGS, POST_TAGS, tidied

DEEPEST = 100
LONGEST = 4_000_000

# What other sites use in place of ours; the others of their tags are dropped around their content.
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
SHOWN = ("hr", "img")
JOINED = ("strong", "em", "code", "del")
VOID = {"br", "col", "hr", "img", "wbr"}
# A browser ends these by itself, so that many without an end are not nested.
ENDED_BY_THE_NEXT = {"dd", "dt", "li", "option", "p", "tbody", "td", "tfoot", "th", "thead", "tr"}
ANY_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
HEADING = re.compile("h[1-6]")
MARKUP = re.compile(r"<[^<>]*>")
SPACING = " \t\n\r\f\xa0"
SPACES = re.compile(r"[ \t\n\r\f]+")


class TooDeep(ValueError):
    pass


Nodes = list["Element | str"]


@dataclass
class Element:
    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: list["Element | str"] = field(default_factory=list)

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
        is_no_link = kind == "a" and ("a" in within or child.has("aside"))
        made += child.children if is_no_link else [child]
    return made


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
    """Of balanced HTML, as tidied() and the renderer write it."""
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
        if name not in VOID:
            self.path.append(element)

    def handle_endtag(self, tag: str) -> None:
        name = RENAMED.get(tag, tag)
        if name not in WITHOUT_MEANING and name not in VOID and self.path[-1].name == name:
            self.path.pop()

    def handle_data(self, data: str) -> None:
        self.path[-1].children.append(data)


def simplified(element: Element) -> Element:
    """The same for a reader, with blocks outside of inline elements, without what is empty."""
    children: Nodes = []
    for child in element.children:
        children += [child] if isinstance(child, str) else _simplified_child(child, element)
    made = Element(element.name, element.attributes, _joined(children))
    if made.name in ("ul", "ol"):
        made.children = _items(made)
        return made
    if not made.is_inline:
        made.children = _with_lists(made.children)
    if made.name == "thead":
        for cell in made.elements():
            cell.name = "th" if cell.name == "td" else cell.name
    return made.name == "p" and code_block(made.children) or made


def code_block(nodes: Nodes) -> Element | None:
    """Several lines of code that were typed as a paragraph."""
    shown = [node for node in nodes if not isinstance(node, str) or node.strip()]
    code = shown[0] if len(shown) == 1 else None
    if not isinstance(code, Element) or code.name != "code":
        return None
    if {element.name for element in code.elements()} != {"br"}:
        return None
    lines = "".join(child if isinstance(child, str) else "\n" for child in code.children)
    text = re.sub(r"\n[ \t]*\n", "\n", lines)
    return Element("pre", {}, [Element("code", code.attributes, [text])])


def _with_lists(children: Nodes) -> Nodes:
    """Put items that stand outside of any list into one."""
    made: Nodes = []
    strays: Element | None = None
    for child in children:
        if isinstance(child, Element) and child.name == "li":
            if strays is None:
                strays = Element("ul")
                made.append(strays)
            strays.children.append(child)
        elif strays is None or not isinstance(child, str) or child.strip():
            strays = None
            made.append(child)
    return made


def _simplified_child(child: Element, parent: Element) -> Nodes:
    is_quiet = child.name == "a" and (parent.name == "aside" or "href" not in child.attributes)
    if is_quiet or (child.name == parent.name and child.name in ("strong", "em")):
        return simplified(Element(parent.name, {}, child.children)).children
    if child.name in VOID:
        return [child]
    child = simplified(child)
    if child.is_inline and not all(map(_is_inline, child.children)):
        return _around_blocks(child)
    is_empty = not child.text().strip() and not child.has("img", "hr")
    if is_empty and child.name not in ("td", "th", "tr"):
        # An empty block parts what stands before it and after it all the same.
        return child.children if child.is_inline else [Element("p")]
    return _without_breaks_at_its_ends(child) if child.is_inline else [child]


def _without_breaks_at_its_ends(inline: Element) -> Nodes:
    """Put them beside it: two breaks in a row are a new paragraph."""
    ends = [place for place, node in enumerate(inline.children) if not _is_break(node)]
    first, last = ends[0], ends[-1] + 1
    before, after = inline.children[:first], inline.children[last:]
    inline.children = inline.children[first:last]
    return [*before, inline, *after]


def _is_break(node: Element | str) -> bool:
    return not node.strip(SPACING) if isinstance(node, str) else node.name == "br"


def _around_blocks(element: Element) -> Nodes:
    """Put an inline element that holds blocks into each of them."""
    made: Nodes = []
    for is_inline, group in groupby(element.children, _is_inline):
        if is_inline:
            made.append(Element(element.name, element.attributes, list(group)))
            continue
        for block in group:
            if isinstance(block, Element) and block.children:
                inner = Element(element.name, element.attributes, block.children)
                block = simplified(Element(block.name, block.attributes, [inner]))
            made.append(block)
    return made


def _is_inline(node: Element | str) -> bool:
    return isinstance(node, str) or node.is_inline


def _items(ul: Element) -> Nodes:
    items: Nodes = []
    for child in ul.children:
        if isinstance(child, Element) and child.name == "li":
            items.append(child)
        elif isinstance(child, Element) or child.strip():
            if not items:
                items.append(Element("li"))
            last = items[-1]
            assert isinstance(last, Element)  # noqa: S101
            last.children.append(child)
    return items


def _joined(children: Nodes) -> Nodes:
    """`<b>a</b><b>b</b>` is one mark."""
    made: Nodes = []
    for is_text, group in groupby(children, lambda child: isinstance(child, str)):
        if is_text:
            made.append("".join(text for text in group if isinstance(text, str)))
            continue
        for child in group:
            last = made[-1] if made else None
            if isinstance(child, str) or isinstance(last, str | None):
                made.append(child)
            elif child.name == last.name and child.name in JOINED:
                last.children += child.children
            else:
                made.append(child)
    return made


def runs(children: Nodes) -> Iterator[Element | Nodes]:
    """The blocks, and what stands between them."""
    run: Nodes = []
    for child in children:
        if isinstance(child, str) or child.is_inline:
            run.append(child)
            continue
        if is_shown(run):
            yield run
        run = []
        if is_shown([child]):
            yield child
    if is_shown(run):
        yield run


def is_shown(nodes: Nodes) -> bool:
    return any(
        node.strip() if isinstance(node, str) else node.name in SHOWN or is_shown(node.children)
        for node in nodes
    )


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
