"""Parses one piece of an export. What is not quite XML is mended, and the flaws are named."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import escape
from html.entities import html5
from xml.parsers import expat

from blog.text.markup import for_xml
from transfer.wordpress.flaws import Flaw, Loss

DEEPEST = 50
NAMESPACES = {
    "excerpt": re.compile(r"https?://wordpress\.org/export/[^/]*/excerpt/?"),
    "wp": re.compile(r"https?://wordpress\.org/export/.*"),
    "content": re.compile(r"https?://purl\.org/rss/1\.0/modules/content/?"),
    "dc": re.compile(r"https?://purl\.org/dc/elements/.*"),
}

CDATA, END_OF_CDATA = "<![CDATA[", "]]>"
# How an end of CDATA is written inside of CDATA.
END_IN_CDATA = "]]]]><![CDATA[>"
SECTION = re.compile(r"(<!\[CDATA\[.*?\]\]>)", re.DOTALL)
LEAF = re.compile(r"<((?:(?:wp|content|excerpt|dc):)?[a-z_A-Z]+)(?:\s[^<>]*)?><!\[CDATA\[")
AMPERSAND = re.compile(r"&(?:#(?P<number>[0-9]{1,8}|[xX][0-9a-fA-F]{1,7});|(?P<name>\w{1,40};))?")
XML_ENTITIES = {"amp;", "lt;", "gt;", "quot;", "apos;"}


class Unreadable(ValueError):
    def __init__(self, loss: Loss):
        super().__init__(loss)
        self.loss = loss


@dataclass
class Element:
    """One element of the XML; `parts` holds its text, with that of the elements in it."""

    name: str
    attributes: Mapping[str, str]
    parts: list[str] = field(default_factory=list)
    children: list["Element"] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "".join(self.parts)

    def all(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)

    def get(self, name: str) -> str:
        """The text of the first such element, or ""."""
        return next((child.text for child in self.all(name)), "")


def prefixes(declarations: Mapping[str, str]) -> dict[str, str]:
    """Return the usual prefix for each that the attributes of an element declare."""
    declared = {
        name.partition(":")[2]: address
        for name, address in declarations.items()
        if name.startswith("xmlns:")
    }
    return {
        prefix: next(usual for usual, known in NAMESPACES.items() if known.fullmatch(address))
        for prefix, address in declared.items()
        if any(known.fullmatch(address) for known in NAMESPACES.values())
    }


def parse(
    data: bytes, encoding: str, known: Mapping[str, str], *, mend: bool = True
) -> tuple[Element, set[Flaw]]:
    """Parse a piece; `known` are the prefixes that the head of the file declares."""
    text, flaws = decoded(data, encoding)
    try:
        return tree(text, known), flaws
    except expat.ExpatError as error:
        if not mend:
            raise Unreadable(Loss.BROKEN) from error
    try:
        return tree(_mended(text), known), flaws | {Flaw.MARKUP}
    except expat.ExpatError as error:
        raise Unreadable(Loss.BROKEN) from error


def decoded(data: bytes, encoding: str) -> tuple[str, set[Flaw]]:
    """Any bytes that are UTF-8 are read so, whatever the head of the file says."""
    flaws = set()
    try:
        text = data.decode()
    except UnicodeDecodeError:
        text, is_wrong = _in_other_encoding(data, encoding)
        flaws |= {Flaw.ENCODING} if is_wrong else set()
    clean = for_xml(text)
    flaws |= {Flaw.CONTROL} if clean != text else set()
    return clean, flaws


def _in_other_encoding(data: bytes, encoding: str) -> tuple[str, bool]:
    if encoding != "utf-8":
        try:
            return data.decode(encoding), False
        except UnicodeDecodeError:
            pass
    # A text of UTF-8 with some letters of Windows: each bad byte is one of those.
    text = data.decode("utf-8", "surrogateescape")
    return re.sub("[\udc80-\udcff]", _of_windows, text), True


def _of_windows(escaped: re.Match[str]) -> str:
    byte = bytes([ord(escaped[0]) - 0xDC00])
    return byte.decode("windows-1252", "replace")


def tree(text: str, known: Mapping[str, str], *, is_whole: bool = True) -> Element:
    """Raise ExpatError, or Unreadable if it is nested too deeply. If it is not whole, return what
    stands before the first error."""
    root = Element("", {})
    path, names = [root], dict(known)

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(path) > DEEPEST:
            raise Unreadable(Loss.TOO_DEEP)
        names.update(prefixes(attributes))
        prefix, colon, local = name.partition(":")
        usual = f"{names.get(prefix, prefix)}:{local}" if colon else name
        element = Element(usual, attributes)
        path[-1].children.append(element)
        path.append(element)

    def end(name: str) -> None:
        element = path.pop()
        path[-1].parts += element.parts

    def characters(data: str) -> None:
        path[-1].parts.append(data)

    parser = expat.ParserCreate("utf-8")
    parser.buffer_text, parser.buffer_size = True, 1 << 16
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = characters
    parser.StartDoctypeDeclHandler = _refuse
    parser.EntityDeclHandler = _refuse
    try:
        parser.Parse(text.encode(), is_whole)
    except expat.ExpatError:
        if is_whole:
            raise
    while len(path) > 1:
        end("")
    return root.children[0] if root.children else root


def _refuse(*declaration: object) -> None:
    raise Unreadable(Loss.BROKEN)


def _mended(text: str) -> str:
    parts = SECTION.split(_with_whole_cdata(text))
    parts[::2] = [AMPERSAND.sub(_ampersand, part) for part in parts[::2]]
    return "".join(parts)


def _with_whole_cdata(text: str) -> str:
    """Mend texts that hold the end of CDATA unescaped: each ends where its element does."""
    pieces, last = [], 0
    endless: set[str] = set()
    while opening := LEAF.search(text, last):
        closing = f"{END_OF_CDATA}</{opening[1]}>"
        end = -1 if closing in endless else text.find(closing, opening.end())
        if end < 0:
            endless.add(closing)
            pieces.append(text[last : opening.end()])
            last = opening.end()
            continue
        content = text[opening.end() : end].replace(END_IN_CDATA, END_OF_CDATA)
        pieces += [text[last : opening.end()], content.replace(END_OF_CDATA, END_IN_CDATA)]
        last = end
    return "".join([*pieces, text[last:]])


def _ampersand(found: re.Match[str]) -> str:
    if number := found["number"]:
        code = int(number[1:], 16) if number[0] in "xX" else int(number)
        is_character = code < 0x110000 and not 0xD800 <= code < 0xE000
        return found[0] if is_character and for_xml(chr(code)) else ""
    name = found["name"]
    if name in XML_ENTITIES:
        return found[0]
    return escape(html5[name]) if name in html5 else f"&amp;{name or ''}"
