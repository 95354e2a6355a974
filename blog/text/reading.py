"""Reads HTML as a reader does, to tell whether two texts are the same for a reader."""

from dataclasses import dataclass, field

from blog.text.html_tree import HEADING, Element
from blog.text.sanitizer import BLOCK_TAGS


@dataclass
class Reading:
    """Two texts are the same for a reader if these are. `marks` are the other elements that have
    a meaning, each with its text."""

    text: str = ""
    links: list[tuple[str, str]] = field(default_factory=list)
    pictures: list[tuple[str, str]] = field(default_factory=list)
    headings: list[tuple[int, str]] = field(default_factory=list)
    marks: list[tuple[str, str]] = field(default_factory=list)

    def is_like(self, other: "Reading") -> bool:
        """But for the marks."""
        return (self.text, self.links, self.pictures, self.headings) == (
            *(other.text, other.links, other.pictures, other.headings),
        )


NO_MARKS = (BLOCK_TAGS | {"a"}) - {
    *("aside", "blockquote", "caption", "dd", "details", "dt", "hr", "li", "pre", "summary"),
    *("td", "th"),
}


def reading(root: Element) -> Reading:
    made = Reading()
    parts: list[str] = []

    def words(start: int) -> str:
        return " ".join("".join(parts[start:]).split())

    def walk(element: Element, within: frozenset[str]) -> None:
        name, start = element.name, len(parts)
        if name == "img":
            alt = " ".join(element.attributes.get("alt", "").split())
            made.pictures.append((element.attributes.get("src", ""), alt))
            return
        role = element.attributes.get("class", "")
        if role == "footnote-backref":
            return
        if is_block := not element.is_inline or name == "br":
            parts.append(" ")
        inside = within | {name}
        for child in element.children:
            if isinstance(child, str):
                parts.append(child)
            else:
                walk(child, inside)
        shown = words(start)
        is_link = name == "a" and "href" in element.attributes and role != "footnote-ref"
        if is_link and "aside" not in within:
            if shown or element.has("img"):
                _add_link(made.links, element.attributes["href"], shown)
        elif HEADING.fullmatch(name):
            if shown or element.has("img"):
                made.headings.append((max(int(name[1]), 2), shown))
        elif name == "pre":
            made.marks.append((name, element.text().strip("\n")))
        elif name not in NO_MARKS and (shown or name == "hr") and "pre" not in within:
            made.marks.append((name, shown))
        if is_block:
            parts.append(" ")

    walk(root, frozenset())
    made.text = words(0)
    return made


def _add_link(links: list[tuple[str, str]], address: str, text: str) -> None:
    # A link around two blocks is a link in each of them.
    if links and links[-1][0] == address:
        text = f"{links.pop()[1]} {text}".strip()
    links.append((address, text))
