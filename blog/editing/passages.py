from dataclasses import dataclass
from itertools import islice

from blog.editing import inline
from blog.editing.blocks import Kind, blocks
from blog.editing.inline import CODE, IGNORED, Link

# A text with more is no essay; the rest of it is not checked.
MOST_BLOCKS, MOST_LINKS = 10_000, 5_000


@dataclass(frozen=True)
class Passage:
    """A block with the links in it. `prose` has its length; places of both count from `start`."""

    kind: Kind
    text: str
    start: int
    links: list[Link]
    prose: str

    @property
    def plain(self) -> str:
        return self.prose.replace(IGNORED, "").strip()


def passages(text: str) -> list[Passage]:
    """`text` has line feeds as the ends of its lines."""
    defined = inline.references(text)
    found, links = [], 0
    for block in islice(blocks(text), MOST_BLOCKS):
        if block.kind is Kind.CODE:
            shown, own = CODE * len(block.text), []
        else:
            shown = inline.without_code(block.text)
            own = inline.links(shown, defined, most=MOST_LINKS - links)
        links += len(own)
        found.append(Passage(block.kind, block.text, block.start, own, inline.prose(shown, own)))
    return found
