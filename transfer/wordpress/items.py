"""Reads exports of WordPress (WXR) as a stream of items, as they stand in the file.

    bytes ─▶ pieces.cut ─▶ elements.parse ─▶ Item or Lost

Nothing is interpreted here. An item's `end` is the place from where reading goes on after a stop.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import BinaryIO

from transfer.wordpress import pieces
from transfer.wordpress.elements import Element, Unreadable, decoded, parse, prefixes, tree
from transfer.wordpress.flaws import Flaw, Loss, Refusal
from transfer.wordpress.pieces import Between, ForbiddenDeclaration, Piece

LONGEST_HEAD = 1 << 20
COMPRESSED = (b"\x1f\x8b", b"PK\x03\x04", b"BZh", b"\xfd7zXZ", b"\x28\xb5\x2f\xfd")
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE, b"<\0", b"\0<")
DECLARED_ENCODING = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([\w.:-]{1,40})["']""")
ROOT = re.compile(rb"<rss\b[^>]{0,10000}>", re.IGNORECASE)
VERSION = re.compile(r"\d+\.\d+")
NUMBER = re.compile(r"\d{1,18}")
TITLE = re.compile(
    rb"<title>\s*(?:<!\[CDATA\[(?P<cdata>.{0,300}?)(?:\]\]>|$)|(?P<text>[^<]{0,300}))", re.DOTALL
)
ID = re.compile(rb":post_id>\s*(?:<!\[CDATA\[)?(\d{1,18})")
NEXT_ITEM = re.compile(rb"(?<=</item>)(?=\s{0,200}<item[\s>])")


class Refused(ValueError):
    """Nothing of the file is read."""

    def __init__(self, refusal: Refusal):
        super().__init__(refusal)
        self.refusal = refusal


@dataclass(frozen=True)
class Meta:
    key: str
    value: str


@dataclass(frozen=True)
class Author:
    id: int
    login: str
    email: str
    display_name: str
    first_name: str
    last_name: str


@dataclass(frozen=True)
class Term:
    """A category, a tag, or a term of another taxonomy. `parent` is a slug."""

    id: int
    taxonomy: str
    slug: str
    parent: str
    name: str
    description: str
    metas: tuple[Meta, ...] = ()


@dataclass(frozen=True)
class TermOfItem:
    taxonomy: str
    slug: str
    name: str


@dataclass(frozen=True)
class Comment:
    id: int
    author: str
    email: str
    url: str
    ip: str
    date: str
    date_gmt: str
    content: str
    approved: str
    type: str
    parent: int
    user_id: int
    metas: tuple[Meta, ...] = ()


@dataclass(frozen=True)
class Item:
    """One item. What is missing is "" or 0."""

    id: int
    type: str
    status: str
    title: str
    link: str
    guid: str
    creator: str
    published: str
    date: str
    date_gmt: str
    modified: str
    modified_gmt: str
    slug: str
    password: str
    parent: int
    menu_order: str
    is_sticky: bool
    comment_status: str
    attachment_url: str
    content: str
    excerpt: str
    terms: tuple[TermOfItem, ...]
    metas: tuple[Meta, ...]
    comments: tuple[Comment, ...]
    start: int
    end: int
    flaws: frozenset[Flaw] = frozenset()

    @property
    def name(self) -> str:
        return _name(self.title, self.id, self.start)


@dataclass(frozen=True)
class Lost:
    """A piece of the file that could not be read: an item, or an author or a term of the head."""

    kind: str
    name: str
    loss: Loss
    start: int
    end: int


@dataclass(frozen=True)
class Site:
    """The head of an export, or of several of the same site."""

    title: str
    link: str
    description: str
    language: str
    version: str
    base_site_url: str
    base_blog_url: str
    authors: tuple[Author, ...] = ()
    terms: tuple[Term, ...] = ()
    lost: tuple[Lost, ...] = ()
    flaws: frozenset[Flaw] = frozenset()


@dataclass
class Form:
    """How a file is written: its encoding, and the prefixes that it declares."""

    encoding: str = "utf-8"
    prefixes: dict[str, str] = field(default_factory=dict)
    flaws: set[Flaw] = field(default_factory=set)

    @property
    def prefix(self) -> str:
        return next((name for name, usual in self.prefixes.items() if usual == "wp"), "wp")


def read_site(file: BinaryIO) -> Site:
    """Read up to the first item. Raise Refused for what is not an export."""
    form = _form(file)
    head, authors, terms, lost = b"", [], [], []
    try:
        for piece in pieces.cut(file, prefix=form.prefix):
            if isinstance(piece, Between):
                head += piece.data[: LONGEST_HEAD - len(head)]
            elif piece.kind == pieces.ITEM:
                break
            else:
                read = _read_piece(piece, form)
                if isinstance(read, Lost):
                    lost.append(read)
                elif piece.kind == "author":
                    authors.append(_author(read[0]))
                else:
                    terms.append(_term(read[0], piece.kind))
    except ForbiddenDeclaration as error:
        raise Refused(Refusal.DOCTYPE) from error
    site = _site(head, form)
    return replace(site, authors=tuple(authors), terms=tuple(terms), lost=tuple(lost))


def read_items(file: BinaryIO, start: int = 0) -> Iterator[Item | Lost | Flaw]:
    """Read the items from `start`, which is 0 or the end of an item. A flaw of the file itself
    comes last."""
    form = _form(file)
    last, is_cut_off = b"", False
    try:
        for piece in pieces.cut(file, start, form.prefix):
            if isinstance(piece, Between):
                last = piece.data
            elif piece.kind == pieces.ITEM:
                is_cut_off = piece.is_cut_off
                yield from _items(piece, form)
    except ForbiddenDeclaration as error:
        raise Refused(Refusal.DOCTYPE) from error
    if b"</channel" not in last and not is_cut_off:
        yield Flaw.CUT_OFF


def as_one_site(sites: Iterable[Site]) -> Site:
    """Join the heads of several files of one site. Raise ValueError with the addresses if they are
    of several."""
    sites = list(sites)
    addresses = {_without_scheme(site.base_blog_url): site.base_blog_url for site in sites}
    if len(addresses) > 1:
        raise ValueError(", ".join(sorted(addresses.values())))
    authors = {author.login: author for site in reversed(sites) for author in site.authors}
    terms = {(term.taxonomy, term.slug): term for site in reversed(sites) for term in site.terms}
    return replace(
        sites[0],
        authors=tuple(authors.values()),
        terms=tuple(terms.values()),
        lost=tuple(lost for site in sites for lost in site.lost),
        flaws=frozenset().union(*(site.flaws for site in sites)),
    )


def _without_scheme(address: str) -> str:
    return re.sub(r"^https?://(?:www\.)?", "", address.strip().lower()).rstrip("/")


# The form of the file.


def _form(file: BinaryIO) -> Form:
    file.seek(0)
    beginning = file.read(LONGEST_HEAD)
    if beginning.startswith(COMPRESSED):
        raise Refused(Refusal.COMPRESSED)
    if beginning.startswith(UTF_16):
        raise Refused(Refusal.UTF_16)
    root = ROOT.search(beginning)
    if not root:
        raise Refused(Refusal.NOT_AN_EXPORT)
    form = Form()
    if declared := DECLARED_ENCODING.search(beginning[: root.start()]):
        _set_encoding(form, declared[1].decode())
    with suppress(Unreadable):
        form.prefixes = prefixes(tree(decoded(root[0], "utf-8")[0], {}, is_whole=False).attributes)
    if "wp" not in form.prefixes.values():
        form.flaws.add(Flaw.NAMESPACE)
    return form


def _set_encoding(form: Form, name: str) -> None:
    try:
        form.encoding = codecs.lookup(name).name
        is_text = isinstance(b"<a>".decode(form.encoding), str) and b"<a>".decode(name) == "<a>"
    except (LookupError, UnicodeError):
        is_text = False
    if not is_text:
        form.encoding = "utf-8"
        form.flaws.add(Flaw.UNKNOWN_ENCODING)


def _site(head: bytes, form: Form) -> Site:
    text, flaws = decoded(head, form.encoding)
    channel = Element("", {})
    with suppress(Unreadable):
        start = re.search("<rss", text, re.IGNORECASE)
        root = tree(text[start.start() if start else 0 :], form.prefixes, is_whole=False)
        channel = next(root.all("channel"), root)
    version = channel.get("wp:wxr_version").strip()
    if not VERSION.fullmatch(version):
        raise Refused(Refusal.VERSION)
    return Site(
        title=channel.get("title"),
        link=channel.get("link").strip(),
        description=channel.get("description"),
        language=channel.get("language").strip(),
        version=version,
        base_site_url=channel.get("wp:base_site_url").strip(),
        base_blog_url=channel.get("wp:base_blog_url").strip() or channel.get("link").strip(),
        flaws=frozenset(form.flaws | flaws),
    )


# Pieces.


def _items(piece: Piece, form: Form) -> Iterator[Item | Lost]:
    # Where the end of CDATA is missing, the next items were taken for its text.
    ends = [] if piece.is_too_large else [end.start() for end in NEXT_ITEM.finditer(piece.data)]
    read = _read_piece(piece, form, mend=not ends)
    if not isinstance(read, Lost) or not ends:
        yield read if isinstance(read, Lost) else _item(*read, piece)
        return
    for start, end in pairwise([0, *ends, len(piece.data)]):
        data = piece.data[start:end].lstrip()
        part = Piece(piece.kind, piece.start + end - len(data), piece.start + end, data)
        is_last = end == len(piece.data)
        part = replace(part, is_cut_off=is_last and piece.is_cut_off)
        again = _read_piece(part, form)
        yield again if isinstance(again, Lost) else _item(*again, part)


def _read_piece(piece: Piece, form: Form, *, mend: bool = True) -> tuple[Element, set[Flaw]] | Lost:
    loss = Loss.TOO_LARGE if piece.is_too_large else Loss.CUT_OFF if piece.is_cut_off else None
    if not loss:
        try:
            return parse(piece.data, form.encoding, form.prefixes, mend=mend)
        except Unreadable as error:
            loss = error.loss
    return Lost(piece.kind, _name_in(piece, form), loss, piece.start, piece.end)


def _name_in(piece: Piece, form: Form) -> str:
    title, number = TITLE.search(piece.data), ID.search(piece.data)
    data = title["cdata"] or title["text"] or b"" if title else b""
    text = decoded(data, form.encoding)[0].strip()
    return _name(text, int(number[1]) if number else 0, piece.start)


def _name(title: str, number: int, start: int) -> str:
    title = " ".join(title.split())[:200]
    if title:
        return f"{title} ({number})" if number else title
    return f"({number})" if number else f"(byte {start})"


def _number(text: str) -> int:
    text = text.strip()
    return int(text) if NUMBER.fullmatch(text) else 0


def _metas(element: Element, name: str) -> tuple[Meta, ...]:
    return tuple(
        Meta(meta.get("wp:meta_key"), meta.get("wp:meta_value")) for meta in element.all(name)
    )


def _author(element: Element) -> Author:
    return Author(
        id=_number(element.get("wp:author_id")),
        login=element.get("wp:author_login"),
        email=element.get("wp:author_email").strip(),
        display_name=element.get("wp:author_display_name"),
        first_name=element.get("wp:author_first_name"),
        last_name=element.get("wp:author_last_name"),
    )


TERM_ELEMENTS = {
    "category": ("category_nicename", "category_parent", "cat_name", "category_description"),
    "tag": ("tag_slug", "tag_parent", "tag_name", "tag_description"),
    "term": ("term_slug", "term_parent", "term_name", "term_description"),
}
TAXONOMIES = {"category": "category", "tag": "post_tag"}


def _term(element: Element, kind: str) -> Term:
    slug, parent, name, description = (
        element.get(f"wp:{name}") for name in TERM_ELEMENTS[kind]
    )  # fmt: skip
    taxonomy = TAXONOMIES.get(kind) or element.get("wp:term_taxonomy").strip()
    metas = _metas(element, "wp:termmeta")
    return Term(
        _number(element.get("wp:term_id")), taxonomy, slug, parent, name, description, metas
    )


def _item(element: Element, flaws: set[Flaw], piece: Piece) -> Item:
    return Item(
        id=_number(element.get("wp:post_id")),
        type=element.get("wp:post_type").strip(),
        status=element.get("wp:status").strip(),
        title=element.get("title"),
        link=element.get("link").strip(),
        guid=element.get("guid").strip(),
        creator=element.get("dc:creator"),
        published=element.get("pubDate").strip(),
        date=element.get("wp:post_date").strip(),
        date_gmt=element.get("wp:post_date_gmt").strip(),
        modified=element.get("wp:post_modified").strip(),
        modified_gmt=element.get("wp:post_modified_gmt").strip(),
        slug=element.get("wp:post_name").strip(),
        password=element.get("wp:post_password"),
        parent=_number(element.get("wp:post_parent")),
        menu_order=element.get("wp:menu_order").strip(),
        is_sticky=element.get("wp:is_sticky").strip() == "1",
        comment_status=element.get("wp:comment_status").strip(),
        attachment_url=element.get("wp:attachment_url").strip(),
        content=element.get("content:encoded"),
        excerpt=element.get("excerpt:encoded"),
        terms=tuple(map(_term_of_item, element.all("category"))),
        metas=_metas(element, "wp:postmeta"),
        comments=tuple(map(_comment, element.all("wp:comment"))),
        start=piece.start,
        end=piece.end,
        flaws=frozenset(flaws),
    )


def _term_of_item(element: Element) -> TermOfItem:
    attributes = element.attributes
    return TermOfItem(
        attributes.get("domain", ""), attributes.get("nicename", ""), element.text
    )  # fmt: skip


def _comment(element: Element) -> Comment:
    return Comment(
        id=_number(element.get("wp:comment_id")),
        author=element.get("wp:comment_author"),
        email=element.get("wp:comment_author_email").strip(),
        url=element.get("wp:comment_author_url").strip(),
        ip=element.get("wp:comment_author_IP").strip(),
        date=element.get("wp:comment_date").strip(),
        date_gmt=element.get("wp:comment_date_gmt").strip(),
        content=element.get("wp:comment_content"),
        approved=element.get("wp:comment_approved").strip(),
        type=element.get("wp:comment_type").strip(),
        parent=_number(element.get("wp:comment_parent")),
        user_id=_number(element.get("wp:comment_user_id")),
        metas=_metas(element, "wp:commentmeta"),
    )
