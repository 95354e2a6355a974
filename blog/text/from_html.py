"""HTML of another site as our Markdown.

    HTML ─▶ html_tree.parse ─▶ simplified ─▶ one piece of Markdown for each block ─▶ rendered again

The renderer is the judge: a block that a reader would get differently is written with more marks
escaped, then as HTML, and at the last as bare text. Nothing that has been read gets lost.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial

from blog.text import markup
from blog.text.html_tree import Element, Nodes, TooDeep, html_of, parse, text_of, tree
from blog.text.markdown_writer import NotInMarkdown, Writer, block_of, is_figure, is_notes
from blog.text.post_html import MORE, PostHTML
from blog.text.reading import Reading, reading
from blog.text.simplify_html import code_block, runs, simplified

# Stands for the mark that ends an excerpt by hand, which is a comment in both languages.
EXCERPT = "\ue000"


class TooSlow(Exception):
    """The renderer gave up, as it does for no honest text."""


@dataclass(frozen=True)
class Converted:
    text: str
    blocks: int = 1
    html_blocks: int = 0  # how many stayed HTML
    is_alike: bool = True  # a reader gets the same text, links, pictures and headings


@dataclass
class Piece:
    """A block at the top level, and what was written for it."""

    root: Element
    text: str
    is_html: bool = False


Render = Callable[[str, str], PostHTML]


def from_html(
    html: str,
    address: Callable[[str], str] = lambda address: address,
    render: Render = markup.convert,
) -> Converted:
    """`address` makes the new address of a link or a picture from the old one."""
    html = MORE.sub(f"<p>{EXCERPT}</p>", html.replace(EXCERPT, ""), count=1)
    made = _converted(html, address, render)
    text = re.sub(rf"^{EXCERPT}$", "<!--more-->", made.text, flags=re.MULTILINE)
    return replace(made, text=text.replace(EXCERPT, ""))


def _converted(html: str, address: Callable[[str], str], render: Render) -> Converted:
    try:
        root = parse(html, address)
        blocks = [block_of(run) for run in _flat(simplified(root).children)]
        wanted = reading(root)
    except (TooDeep, RecursionError):
        return Converted(_plain(text_of(html)), is_alike=False)
    shows = cache(partial(_shows, render))
    try:
        notes = [_piece(block) for block in blocks if is_notes(block)]
        pieces = [_piece(block) for block in blocks if not is_notes(block)]
        as_html = [Piece(block, html_of(block), is_html=True) for block in blocks]
        for made in ([*_settled(pieces, notes, shows), *notes], as_html):
            text = _together(made)
            if shows(text).is_like(wanted):
                return Converted(text, len(blocks), sum(piece.is_html for piece in made))
    except TooSlow:
        pass
    return Converted(_plain(text_of(html)), len(blocks), is_alike=False)


def _flat(children: Nodes) -> list[Element | Nodes]:
    """The blocks without the boxes around them."""
    flat: list[Element | Nodes] = []
    for run in runs(children):
        is_box = isinstance(run, Element) and run.name in ("div", "figure")
        if isinstance(run, Element) and is_box and not (is_figure(run) or is_notes(run)):
            flat += _flat(run.children)
        else:
            flat.append(run if isinstance(run, Element) else code_block(run) or run)
    return flat


def _piece(block: Element, *, careful: bool = False) -> Piece:
    try:
        return Piece(block, "\n\n".join(Writer(careful).blocks([block])))
    except NotInMarkdown:
        return Piece(block, html_of(block), is_html=True)


def _settled(
    pieces: list[Piece], notes: list[Piece], shows: Callable[[str], Reading]
) -> list[Piece]:
    """Halve what differs until the blocks are found that do. Each is judged with all footnotes."""
    wanted = reading(Element("div", {}, [piece.root for piece in [*pieces, *notes]]))
    if not pieces or shows(_together([*pieces, *notes])) == wanted:
        return pieces
    if len(pieces) > 1:
        half = len(pieces) // 2
        return [*_settled(pieces[:half], notes, shows), *_settled(pieces[half:], notes, shows)]
    block = pieces[0].root
    piece = Piece(block, html_of(block), is_html=True)
    for better in (_piece(block, careful=True), piece):
        if shows(_together([better, *notes])) == wanted:
            return [better]
    is_enough = shows(_together([piece, *notes])).is_like(wanted)
    return [piece if is_enough else Piece(block, _plain(block.text()))]


def _shows(render: Render, text: str) -> Reading:
    made = render(text, "")
    if made.is_plain:
        raise TooSlow
    return reading(simplified(tree(made.html)))


def _together(pieces: list[Piece]) -> str:
    texts: list[str] = []
    before = ""
    for piece in pieces:
        name = "" if piece.is_html else piece.root.name
        # Two lists would be read as one.
        if name == before and name in ("ul", "ol", "blockquote", "dl"):
            texts.append("<!-- -->")
        texts.append(piece.text)
        before = name
    return "\n\n".join(texts)


def _plain(text: str) -> str:
    paragraphs = (" ".join(paragraph.split()) for paragraph in re.split(r"\n\s*\n", text))
    writer = Writer(careful=True)
    return "\n\n".join(writer.line(writer.escaped(words)) for words in paragraphs if words)
