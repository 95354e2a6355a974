"""Writes our Markdown for blocks of HTML, as from_html.py judges it."""

import re
from html import escape

from blog.text.html_tree import Element, Nodes, html_of
from blog.text.simplify_html import is_shown, runs

DEEPEST_LIST = 8
SMALL_PICTURE = 64  # pixels; its size is kept, since it stands in a line of text
MOST_PARAGRAPHS_OF_A_PULL_QUOTE = 8

LINES = {"align-left": ":--", "align-center": ":-:", "align-right": "--:"}

SPACE = " \t\n\r\f\xa0"
LINE_BREAK = re.compile(r"(?<![ \t\n\r\f\v]) *[\t\n\r\f\v][ \t\n\r\f\v]*")
# Where a mark would be read, in a text without line breaks.
LIGHT = re.compile(
    r"\\(?=[\\`*_{}\[\]()>#+\-.!|<&]|$)|`|(?<!\s)\*|\*(?!\s)|(?<!\w)_|_(?!\w)|\[(?=\^)|\](?=[(\[:])"
    r"|!$|\{(?=decorative)"
)
CAREFUL = re.compile(r"[\\`*_\[\]{}!|]")
ENTITY = re.compile(r"&(?=#?\w+;)")
TAG_OR_LINK = re.compile(r"<(?=[a-zA-Z/!?])")
# Marks that begin a block at the start of a line, and the place of the sign to escape.
STARTS = re.compile(
    r"(?:[-+*>](?=\s|$)|#{1,6}(?=\s)|>|\d{1,9}(?=[.)](?:\s|$))|(?P<entity>:(?=\s|::|$)|~~~|\||Table:))"
)
RULE = re.compile(r"([-_*])(?: *\1){2,} *$|[-:| ]+$")
NOTE = re.compile(r"fn-\d+$")
AUTOLINK = re.compile(r"https?://[^\s<>*_`\\]+")


class NotInMarkdown(Exception):
    """Our Markdown has no way to write this; its block stays HTML."""


def is_figure(element: Element) -> bool:
    """One picture, perhaps with a caption."""
    pictures = [child for child in element.elements() if child.name == "img"]
    blocks = [child for child in element.elements() if not child.is_inline]
    return len(pictures) == 1 and [block.name for block in blocks] == ["figcaption"]


def is_notes(element: Element) -> bool:
    """Footnotes, as our own renderer writes them."""
    return element.attributes.get("class") == "footnote"


def block_of(run: Element | Nodes) -> Element:
    return run if isinstance(run, Element) else Element("p", {}, run)


class Writer:
    """Writes Markdown. `careful` escapes each sign that could be one of its marks."""

    def __init__(self, careful: bool):
        self.careful, self.depth = careful, 0

    # Blocks.

    def blocks(self, children: Nodes) -> list[str]:
        made: list[str] = []
        before = ""
        for run in runs(children):
            block = block_of(run)
            if block.name == before and block.name in ("ul", "ol", "blockquote", "dl"):
                raise NotInMarkdown
            made += self._block(block)
            before = block.name
        return made

    def _block(self, block: Element) -> list[str]:
        match block.name:
            case "p" | "figcaption":
                return self._p(block)
            case "div":
                return self._notes(block) if is_notes(block) else self.blocks(block.children)
            case "h1" | "h2" | "h3" | "h4" | "h5" | "h6":
                return [self._heading(block)]
            case "ul" | "ol":
                return [self._list(block)]
            case "blockquote":
                return [_margined(self._inside(block), "> ", "> ")]
            case "hr":
                return ["---"]
            case "pre":
                return [self._pre(block)]
            case "aside":
                return [self._aside(block)]
            case "dl":
                return [self._dl(block)]
            case "figure":
                return self._figure(block)
            case "table":
                return self._table(block)
        raise NotInMarkdown

    def _p(self, block: Element) -> list[str]:
        if any(isinstance(child, Element) and not child.is_inline for child in block.children):
            return self.blocks(block.children)
        paragraphs = [self.paragraph(nodes) for nodes in _between_breaks(block.children)]
        return [paragraph for paragraph in paragraphs if paragraph]

    def _notes(self, block: Element) -> list[str]:
        written: list[str] = []
        for note in block.elements():
            if NOTE.search(note.attributes.get("id", "")) and note.name == "li":
                mark = f"[^{len(written) + 1}]: "
                written.append(_margined(self._inside(note) or [""], mark, "    "))
        return written

    def _figure(self, block: Element) -> list[str]:
        if not is_figure(block):
            return self.blocks(block.children)
        caption = next(child for child in block.elements() if child.name == "figcaption")
        picture = next(child for child in block.elements() if child.name == "img")
        pictures = [child for child in block.children if child is not caption]
        is_bare = not any(node for node in pictures if isinstance(node, str) and node.strip())
        if list(caption.elements()) or not is_bare or block.has("a") or "`" in caption.text():
            raise NotInMarkdown
        return [self._img(picture, title=" ".join(caption.text().split()))]

    def _heading(self, block: Element) -> str:
        level = max(int(block.name[1]), 2)
        text = self.inline(block.children, line_break="<br>").strip(SPACE)
        # A "#" at the end would be read as the end of the heading.
        text = re.sub(r"#$", r"\#", text)
        return f"{'#' * level} {text}"

    def _aside(self, block: Element) -> str:
        paragraphs = self._inside(block)
        if block.attributes.get("class") != "pullquote":
            raise NotInMarkdown
        if not 0 < len(paragraphs) <= MOST_PARAGRAPHS_OF_A_PULL_QUOTE:
            raise NotInMarkdown
        return "\n".join(["::: pullquote", "\n\n".join(paragraphs), ":::"])

    def _pre(self, block: Element) -> str:
        inner = [child for child in block.elements() if child.name != "code"]
        if inner:
            raise NotInMarkdown
        code = next((child for child in block.elements()), Element("code"))
        language = code.attributes.get("class", "").removeprefix("language-")
        text = block.text().strip("\n")
        longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
        fence = "`" * max(longest + 1, 3)
        return f"{fence}{language}\n{text}\n{fence}"

    def _list(self, block: Element) -> str:
        if "reversed" in block.attributes:
            raise NotInMarkdown
        children = [item for item in block.children if isinstance(item, Element)]
        items = [self._inside(item) for item in children]
        if not all(items):
            raise NotInMarkdown
        gap = "\n" if all(map(_is_tight, children)) else "\n\n"
        first = int(block.attributes.get("start") or 1)
        marks = [f"{first + n}. " if block.name == "ol" else "- " for n in range(len(items))]
        pairs = zip(items, marks, strict=True)
        return gap.join(_margined(item, mark, " " * len(mark), gap) for item, mark in pairs)

    def _dl(self, block: Element) -> str:
        lines: list[str] = []
        for child in block.children:
            if isinstance(child, str):
                if child.strip():
                    raise NotInMarkdown
            elif child.name == "dt":
                lines.append(self.paragraph(child.children))
            elif child.name == "dd":
                lines.append(_margined(self._inside(child), ":   ", "    "))
            else:
                raise NotInMarkdown
        return "\n".join(lines)

    def _table(self, block: Element) -> list[str]:
        rows = [element for element in block.elements() if element.name == "tr"]
        cells = [[cell for cell in row.children if isinstance(cell, Element)] for row in rows]
        is_even = len({len(row) for row in cells}) == 1 and bool(cells[0])
        heads = [all(cell.name == "th" for cell in row) for row in cells]
        plain = all(
            child.is_inline or child.name == "p"
            for row in cells
            for cell in row
            for child in cell.elements()
        )
        spans = any(name.endswith("span") for r in cells for c in r for name in c.attributes)
        if not (is_even and plain) or heads != [True] + [False] * (len(rows) - 1) or spans:
            raise NotInMarkdown
        lines = [f"| {' | '.join(self._cell(cell) for cell in row)} |" for row in cells]
        rule = "|".join(LINES.get(cell.attributes.get("class", ""), " --- ") for cell in cells[0])
        captions = [element for element in block.elements() if element.name == "caption"]
        below = [f"Table: {self.inline(caption.children)}" for caption in captions]
        return ["\n".join([lines[0], f"|{rule}|", *lines[1:]]), *below]

    def _cell(self, cell: Element) -> str:
        parts = [
            self.inline(block_of(run).children, line_break="<br>") for run in runs(cell.children)
        ]
        text = "<br>".join(part.strip(SPACE) for part in parts)
        return re.sub(r"(?<!\\)\|", r"\|", text)

    def _inside(self, block: Element) -> list[str]:
        self.depth += 1
        if self.depth > DEEPEST_LIST:
            raise NotInMarkdown
        made = self.blocks(block.children)
        self.depth -= 1
        return made

    # Lines.

    def paragraph(self, nodes: Nodes) -> str:
        lines = self.inline(nodes).strip(f"{SPACE}\v").split("\v")
        return "\\\n".join(self.line(line.strip(" ")) for line in lines)

    def line(self, text: str) -> str:
        """Escape what would begin a list, a heading or the like."""
        if RULE.match(text):
            return f"&#{ord(text[0])};{text[1:]}"
        start = STARTS.match(text)
        if not start:
            return text
        if start["entity"]:
            colon = start.end() - 1 if start[0] == "Table:" else 0
            return f"{text[:colon]}&#{ord(text[colon])};{text[colon + 1 :]}"
        place = start.end() if start[0].isdecimal() else 0
        return f"{text[:place]}\\{text[place:]}"

    def inline(self, nodes: Nodes, line_break: str = "\v") -> str:
        """One line of Markdown, but for breaks."""
        text = ""
        for node in nodes:
            piece = self._inline(node, line_break)
            text += piece.lstrip(" ") if text.endswith(" ") else piece
        return re.sub(r" *\v *", "\v", text)

    def _inline(self, node: Element | str, line_break: str) -> str:
        if isinstance(node, str):
            return self.escaped(LINE_BREAK.sub(" ", node))
        name = node.name
        if not node.is_inline:
            raise NotInMarkdown
        if name == "br":
            return line_break
        if name == "img":
            return self._img(node)
        inner = "".join(self._inline(child, line_break) for child in node.children)
        role = node.attributes.get("class", "") if name == "a" else ""
        if role == "footnote-backref":
            return ""
        if role == "footnote-ref":
            return f"[^{node.text().strip()}]"
        if name == "sup" and inner.startswith("[^"):
            return inner
        bare = inner.strip(f"{SPACE}\v")
        before, _, after = inner.partition(bare) if bare else (inner, "", "")
        if name == "code":
            return before + self._code(node, bare) + after
        if name == "a":
            return before + self._a(node, bare) + after
        mark = {"strong": "**", "em": "*"}.get(name, "")
        if mark and not (self.careful or "\v" in bare):
            return f"{before}{mark}{bare}{mark}{after}"
        attributes = "".join(f' {key}="{escape(value)}"' for key, value in node.attributes.items())
        return f"{before}<{name}{attributes}>{bare}</{name}>{after}"

    def _code(self, node: Element, inner: str) -> str:
        text = " ".join(node.text().split())
        if list(node.elements()) or self.careful:
            return f"<code>{inner}</code>"
        longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
        fence = "`" * (longest + 1)
        padding = " " if longest else ""
        return f"{fence}{padding}{text}{padding}{fence}"

    def _a(self, node: Element, label: str) -> str:
        address = node.attributes["href"]
        is_plain = AUTOLINK.fullmatch(address) and not ENTITY.search(address)
        if node.children == [address] and is_plain:
            return f"<{address}>"
        is_balanced = address.count("(") == address.count(")")
        address = ENTITY.sub("&amp;", address)
        typed = address if is_balanced and "\\" not in address else f"<{address}>"
        title = " ".join(node.attributes.get("title", "").split())
        title = f' "{title}"' if title and not re.search(r"[\"\\`<>&\[\]*_]", title) else ""
        if not node.has("img"):
            label = re.sub(r"(?<!\\)([\[\]])", r"\\\1", label)
        return f"[{label}]({typed}{title})"

    def _img(self, node: Element, title: str = "") -> str:
        address, alt = node.attributes.get("src", ""), node.attributes.get("alt", "")
        if not address:
            return ""
        size = node.attributes.get("width") or node.attributes.get("height") or ""
        if size.isdecimal() and int(size) <= SMALL_PICTURE:
            kept = {name: v for name, v in node.attributes.items() if name != "title"}
            return html_of(Element("img", kept))
        alt = re.sub(r"([\\`\[\]])", r"\\\1", " ".join(alt.split()))
        address = f"<{address}>" if address.count("(") != address.count(")") else address
        caption = f' "{escape(title)}"' if title else ""
        mark = "{decorative}" if node.attributes.get("role") == "presentation" else ""
        return f"![{alt}]({ENTITY.sub('&amp;', address)}{caption}){mark}"

    def escaped(self, text: str) -> str:
        text = ENTITY.sub("&amp;", text)
        text = TAG_OR_LINK.sub("&lt;", text)
        return (CAREFUL if self.careful else LIGHT).sub(r"\\\g<0>", text)


def _between_breaks(nodes: Nodes) -> list[Nodes]:
    """Two breaks in a row end a paragraph."""
    made: list[Nodes] = [[]]
    breaks: Nodes = []
    for node in nodes:
        is_break = isinstance(node, Element) and node.name == "br"
        is_space = isinstance(node, str) and not node.strip(SPACE)
        if is_break or (breaks and is_space):
            breaks.append(node)
            continue
        if sum(isinstance(each, Element) for each in breaks) > 1:
            made.append([])
        else:
            made[-1] += breaks
        breaks = []
        made[-1].append(node)
    return [nodes for nodes in made if is_shown(nodes)]


def _is_tight(item: Element) -> bool:
    """A line of text, perhaps with a list below it."""
    names = [run.name if isinstance(run, Element) else "" for run in runs(item.children)]
    return names in ([""], ["", "ul"], ["", "ol"])


def _margined(blocks: list[str], first: str, others: str, gap: str = "\n\n") -> str:
    lines = gap.join(blocks).split("\n")
    below = [f"{others}{line}".rstrip(" ") if not line else f"{others}{line}" for line in lines[1:]]
    return "\n".join([f"{first}{lines[0]}", *below])
