"""An editor's Markdown: Python-Markdown without some surprises, plus pull quotes, figures and
tasks.

Its output is not safe to print; only markup.py calls this module and makes it safe.
"""

import re
from itertools import pairwise
from xml.etree.ElementTree import Element, SubElement

from markdown import Markdown
from markdown.blockprocessors import BlockProcessor, HashHeaderProcessor
from markdown.extensions.abbr import AbbrExtension
from markdown.extensions.def_list import DefListExtension
from markdown.extensions.footnotes import FootnoteExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension, TableProcessor
from markdown.inlinepatterns import (
    DoubleTagInlineProcessor,
    SimpleTagInlineProcessor,
    SubstituteTagInlineProcessor,
)
from markdown.treeprocessors import Treeprocessor
from markdown.util import AtomicString

from blog.text.containers import Containers

# Python-Markdown's own reading of "*" and "_" loses letters ("*:**[*x" shows no x). With these none
# is lost, a mark beside a space is no mark, and each looks no further than to the next mark.
EMPHASIS = (
    DoubleTagInlineProcessor(r"(\*{3})(?!\s)([^*]++)(?<!\s)\1", "em,strong"),
    SimpleTagInlineProcessor(
        r"(\*\*)(?![\s*])((?:[^*]|\*(?!\*)|\*(?=\*\*(?!\*)))++)(?<!\s)\1", "strong"
    ),
    SimpleTagInlineProcessor(
        r"(?<!\w)(__)(?!\s)((?:[^_]|(?<=[^\W_])_(?=[^\W_]))++)(?<!\s)\1(?!\w)", "strong"
    ),
    SimpleTagInlineProcessor(r"(\*)(?!\s)([^*]++)(?<!\s)\1", "em"),
    SimpleTagInlineProcessor(
        r"(?<!\w)(_)(?!\s)((?:[^_]|(?<=[^\W_])_(?=[^\W_]))++)(?<!\s)\1(?!\w)", "em"
    ),
)

TABLES = {"use_align_attribute": True}


def posts(prefix: str) -> Markdown:
    """`prefix` makes the ids of footnotes unique where several posts share a page."""
    notes = Footnotes(BACKLINK_TITLE="↩ {}")
    md = Markdown(
        extensions=[
            notes,
            AbbrExtension(),
            DefListExtension(),
            SaneListExtension(),
            TableExtension(**TABLES),
        ]
    )
    # Pasted texts centre titles with spaces and underline them with dashes.
    md.parser.blockprocessors.deregister("code")
    md.parser.blockprocessors.deregister("setextheader")
    md.parser.blockprocessors.register(SpacedHeading(md.parser), "hashheader", 70)
    md.parser.blockprocessors.register(OneByOne(md.parser), "one-by-one", 72)
    md.parser.blockprocessors.register(PullQuote(md.parser), "pullquote", 95)
    md.parser.blockprocessors.register(Table(md.parser, TABLES), "table", 75)
    md.inlinePatterns.register(SubstituteTagInlineProcessor(r"\\\n", "br"), "backslash-break", 95)
    md.inlinePatterns.deregister("em_strong")
    for place, part in enumerate(EMPHASIS):
        md.inlinePatterns.register(part, f"emphasis-{place}", 60 - place)
    # Python-Markdown's own turns the tabs in code into spaces.
    md.preprocessors.deregister("normalize_whitespace")
    md.preprocessors.register(Containers(md), "containers", 30)
    md.treeprocessors.register(TaskLists(md), "tasks", 30)
    md.treeprocessors.register(DecorativePictures(md), "decorative", 13)
    md.treeprocessors.register(Figures(md), "figures", 12)
    md.treeprocessors.register(TableCaptions(md), "table-captions", 10)
    md.treeprocessors.register(FootnoteIds(md, notes, prefix), "footnote-ids", 11)
    md.treeprocessors.register(AlignmentClasses(md), "alignment", 5)
    return md


class OneByOne(BlockProcessor):
    """Separates headings and rules; Python-Markdown copies the rest of the block for each of
    them."""

    LINE = re.compile(r"^(?:#{1,6} .*|([-_*]) *(?:\1 *){2,})$", re.MULTILINE)

    def test(self, parent: Element, block: str) -> bool:
        return bool("\n" in block and self.LINE.search(block))

    def run(self, parent: Element, blocks: list[str]) -> None:
        parts: list[str] = []
        block, last = blocks[0], 0
        for line in self.LINE.finditer(block):
            parts += [block[last : line.start()].strip("\n"), line.group()]
            last = line.end()
        blocks[:1] = [part for part in [*parts, block[last:].strip("\n")] if part]


class SpacedHeading(HashHeaderProcessor):
    """Requires a space: `#Gaza` is a hashtag, not a heading."""

    RE = re.compile(r"(?:^|\n)(?P<level>#{1,6})[ ]+(?P<header>[^\n]*)(?:\n|$)")

    def run(self, parent: Element, blocks: list[str]) -> None:
        super().run(parent, blocks)
        heading = parent[-1]
        heading.text = re.sub(r"(?:^|\s)#+$", "", heading.text or "")


class Table(TableProcessor):
    def _split(self, row: str) -> list[str]:
        # As on GitHub, a pipe is escaped in code too.
        return [cell.replace(r"\|", "|") for cell in super()._split(row)]


class PullQuote(BlockProcessor):
    OPENING = re.compile(r"^::: *pullquote *(?:\n|$)", re.MULTILINE)
    CLOSING = re.compile(r"^::: *(?:\n|$)", re.MULTILINE)
    MOST_PARAGRAPHS = 10

    def test(self, parent: Element, block: str) -> bool:
        return bool(self.OPENING.search(block))

    def run(self, parent: Element, blocks: list[str]) -> bool:
        if not (opening := self.OPENING.search(blocks[0])):
            return False
        inside = [blocks[0][opening.end() :], *blocks[1 : self.MOST_PARAGRAPHS]]
        closings = ((n, self.CLOSING.search(block)) for n, block in enumerate(inside))
        last, closing = next((found for found in closings if found[1]), (0, None))
        if closing is None:
            return False
        self.parser.parseBlocks(parent, [blocks[0][: opening.start()]])
        quote = SubElement(parent, "aside", {"class": "pullquote"})
        self.parser.parseBlocks(quote, [*inside[:last], inside[last][: closing.start()].rstrip()])
        blocks[: last + 1] = [inside[last][closing.end() :]]
        return True


class TaskLists(Treeprocessor):
    """Prints a sign instead of a disabled checkbox, so that screen readers name it."""

    SIGNS = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}

    def run(self, root: Element) -> None:
        for item in root.iter("li"):
            holder = item[0] if len(item) and item[0].tag == "p" else item
            sign = self.SIGNS.get((holder.text or "")[:4])
            if sign:
                holder.text = sign + (holder.text or "")[4:]


class DecorativePictures(Treeprocessor):
    """`![](address){decorative}` is skipped by screen readers. Without the mark a picture with an
    empty description gets the one from its page."""

    MARK = "{decorative}"

    def run(self, root: Element) -> None:
        for img in root.iter("img"):
            if (img.tail or "").startswith(self.MARK):
                img.tail = (img.tail or "").removeprefix(self.MARK)
                img.set("alt", "")
                img.set("role", "presentation")


class Figures(Treeprocessor):
    """Turns a picture with a title that is alone in its paragraph into a figure with a caption."""

    def run(self, root: Element) -> None:
        for p in root.iter("p"):
            alone = len(p) == 1 and not (p.text or "").strip() and not (p[0].tail or "").strip()
            if alone and p[0].tag == "img" and p[0].get("title"):
                p.tag = "figure"
                SubElement(p, "figcaption").text = AtomicString(p[0].attrib.pop("title"))


class TableCaptions(Treeprocessor):
    """Takes a paragraph below a table that begins with "Table: " as its caption, as in Pandoc."""

    MARK = "Table: "

    def run(self, root: Element) -> None:
        for parent in list(root.iter()):
            for table, below in pairwise(list(parent)):
                is_caption = below.tag == "p" and (below.text or "").startswith(self.MARK)
                if table.tag == "table" and is_caption:
                    below.tag = "caption"
                    below.text = (below.text or "").removeprefix(self.MARK)
                    parent.remove(below)
                    table.insert(0, below)


class Footnotes(FootnoteExtension):
    def unique_ref(self, reference: str, found: bool = False) -> str:
        # The original tries every number from the start; this counts.
        # The original tries every number from the start.
        if found:
            self.found_refs[reference] = count = self.found_refs.get(reference, 0) + 1
            if count > 1:
                return reference.replace("fnref", f"fnref{count}", 1)
        return reference


class FootnoteIds(Treeprocessor):
    """Renames `fn:key` to `<prefix>fn-<number>`: keys may hold anything, a number is a valid id."""

    ROLES = {"footnote-ref": "doc-noteref", "footnote-backref": "doc-backlink"}

    def __init__(self, md: Markdown, notes: "Footnotes", prefix: str):
        super().__init__(md)
        self.notes, self.prefix = notes, prefix

    def run(self, root: Element) -> None:
        self.numbers = {key: n for n, key in enumerate(self.notes.footnotes, start=1)}
        for element in root.iter():
            if name := element.get("id"):
                element.set("id", self._renamed(name))
            if role := self.ROLES.get(element.get("class", "")):
                element.set("role", role)
                element.set("href", f"#{self._renamed(element.get('href', '')[1:])}")

    def _renamed(self, name: str) -> str:
        kind, _, key = name.partition(":")
        return f"{self.prefix}{kind}-{self.numbers[key]}"


class AlignmentClasses(Treeprocessor):
    """Sets a class: the Content-Security-Policy allows no style attribute."""

    def run(self, root: Element) -> None:
        for cell in root.iter():
            if cell.tag in ("td", "th") and "align" in cell.attrib:
                cell.set("class", f"align-{cell.attrib.pop('align')}")
