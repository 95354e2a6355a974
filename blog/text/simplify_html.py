"""Takes from the HTML of another site what makes no difference to a reader."""

import re
from collections.abc import Iterator
from itertools import groupby

from blog.text.html_tree import VOID, Element, Nodes

SPACING = " \t\n\r\f\xa0"
JOINED = ("strong", "em", "code", "del")
SHOWN = ("hr", "img")


def simplified(root: Element) -> Element:
    """The same for a reader, with blocks outside of inline elements, without what is empty."""
    return _simplified(Element(root.name, root.attributes, _with_blocks_outside(root.children)))


def _with_blocks_outside(children: Nodes, around: tuple[Element, ...] = ()) -> Nodes:
    """Put the inline elements `around` the children into each block, instead of around it."""
    made: Nodes = []
    for is_inline, group in groupby(children, _is_inline):
        nodes = list(group)
        if is_inline:
            for element in reversed(around if is_shown(nodes) else ()):
                nodes = [Element(element.name, element.attributes, nodes)]
            made += nodes
            continue
        for node in nodes:
            if isinstance(node, str) or node.name in VOID:
                made.append(node)
            elif node.is_inline:
                is_new = all(element.name != node.name for element in around)
                made += _with_blocks_outside(node.children, (*around, node) if is_new else around)
            else:
                inside = _with_blocks_outside(node.children, around)
                made.append(Element(node.name, node.attributes, inside))
    return made


def _is_inline(node: Element | str) -> bool:
    return isinstance(node, str) or (node.is_inline and not node.holds_blocks)


def _simplified(element: Element) -> Element:
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
        return _simplified(Element(parent.name, {}, child.children)).children
    if child.name in VOID:
        return [child]
    child = _simplified(child)
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


def _items(ul: Element) -> Nodes:
    items: Nodes = []
    for child in ul.children:
        if isinstance(child, Element) and child.name == "li":
            items.append(child)
        elif items or isinstance(child, Element) or child.strip():
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
