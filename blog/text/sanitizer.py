"""The list of HTML that a page may hold, and the one function that enforces it.

bleach is in its last release, so nh3 follows with the same list: each alone would do, and either
can be removed by one line. The Content-Security-Policy is a third defence.
"""

import re
from collections.abc import Callable
from urllib.parse import quote

import bleach
import nh3

# No control characters, lone surrogates or non-characters: a feed's XML has no way to write them.
UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")

INLINE_TAGS = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "del", "em", "i", "ins", "kbd", "mark", "q"}
    | {"s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var", "wbr"}
)
BLOCK_TAGS = frozenset(
    {"aside", "blockquote", "br", "details", "div", "figcaption", "figure", "hr", "img", "p", "pre"}
    | {"summary", "dd", "dl", "dt", "li", "ol", "ul", "h1", "h2", "h3", "h4", "h5", "h6"}
    | {"caption", "col", "colgroup", "table", "tbody", "td", "tfoot", "th", "thead", "tr"}
)
POST_TAGS = INLINE_TAGS | BLOCK_TAGS
COMMENT_TAGS = frozenset({"a", "blockquote", "br", "code", "em", "li", "p", "pre", "strong", "ul"})
LINE_TAGS = frozenset({"a", "code", "em", "strong"})
UNREADABLE_TAGS = frozenset(
    {"audio", "canvas", "datalist", "embed", "head", "iframe", "math", "noembed", "noframes"}
    | {"object", "script", "select", "style", "svg", "template", "textarea", "title", "video"}
)

# Attributes without a rule are dropped. Every id has a hyphen, so that none hides a property of
# `document`.
PAGE, WEB = r"(?:https?://|/|#|mailto:|tel:).*", r"(?:https?://|/).*"
NUMBER, ANY = r"\d{1,9}", r".*"
RULES = {
    ("a", "href"): PAGE,
    ("a", "class"): r"footnote-(?:back)?ref",
    ("a", "role"): r"doc-(?:noteref|backlink)",
    ("a", "title"): ANY,
    ("abbr", "title"): ANY,
    ("aside", "class"): r"pullquote",
    ("aside", "aria-hidden"): r"true",
    ("bdo", "dir"): r"ltr|rtl",
    ("blockquote", "cite"): WEB,
    ("div", "class"): r"highlight|footnote",
    ("img", "alt"): ANY,
    ("img", "height"): NUMBER,
    ("img", "role"): r"presentation",
    ("img", "src"): WEB,
    ("img", "title"): ANY,
    ("img", "width"): NUMBER,
    ("li", "id"): r"[\w-]*fn-\d+",
    ("ol", "reversed"): ANY,
    ("ol", "start"): NUMBER,
    ("q", "cite"): WEB,
    ("span", "class"): r"[a-z][a-z0-9]{0,2}",
    ("sup", "id"): r"[\w-]*fnref\d*-\d+",
    ("time", "datetime"): ANY,
    **{(cell, "class"): r"align-(?:left|center|right)" for cell in ("td", "th")},
    **{(cell, f"{way}span"): NUMBER for cell in ("td", "th") for way in ("col", "row")},
    **{(f"h{level}", "id"): r"h-[\w-]+" for level in range(2, 7)},
}
PATTERNS = {place: re.compile(rule, re.IGNORECASE | re.DOTALL) for place, rule in RULES.items()}
ATTRIBUTES = {tag: {name for owner, name in RULES if owner == tag} for tag, _ in RULES}
ADDRESSES = {"href", "src", "cite"}
HOST = re.compile(r"(?:(?:https?:)?//[^/?#]*)?", re.IGNORECASE)
NOT_IN_ADDRESS = re.compile(r'[\s"<>^`{|}[\]]|%(?![0-9A-Fa-f]{2})')
SCHEMES = frozenset({"http", "https", "mailto", "tel"})
LANGUAGE = re.compile(r"language-[\w+#-]{1,30}")
# A tag as nh3 writes it: lower case, double quotes. Attributes may hold "<" and ">".
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)([^>"]*(?:"[^"]*"[^>"]*)*)>')
# For the text between a tag's name and its end, read from the start: otherwise `src="` in another
# attribute's value would match.
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def sanitize(
    html: str, *, tags: frozenset[str] = POST_TAGS, rel: str | None = None, ours: bool = False
) -> str:
    """Show tags that are not allowed as text, so that nothing typed is lost.

    `ours` says that markup.py wrote every tag around escaped text: bleach, which takes 30 µs for
    each entity, is skipped. Errors of bleach or nh3 are not caught: saving fails rather than
    publishing unsafe HTML.
    """
    if not ours:
        html = bleach.clean(html, tags=tags, attributes=_is_allowed, protocols=SCHEMES)
    html = nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags=set(),
        attributes={tag: names for tag, names in ATTRIBUTES.items() if tag in tags},
        attribute_filter=_kept,
        url_schemes=set(SCHEMES),
        link_rel=rel,
    )
    return TAG.sub(_with_lazy_picture, UNPRINTABLE.sub("", html))


def tidied(html: str, tags: frozenset[str], address: Callable[[str], str]) -> str:
    """Balance the HTML of another site, to be read and not to be printed: tags that are not listed
    are dropped, and their content stays but for that of scripts and the like. Each address of
    another page is what `address` makes of it. nh3 takes minutes for tags that are nested a hundred
    thousand deep."""

    def kept(tag: str, name: str, value: str) -> str | None:
        if (tag, name) == ("code", "class"):
            return value if LANGUAGE.fullmatch(value) else None
        if name in ADDRESSES and not value.startswith("#"):
            value = address(value)
        return _kept(tag, name, value)

    html = nh3.clean(
        html,
        tags=set(tags),
        clean_content_tags=set(UNREADABLE_TAGS - tags),
        attributes={**ATTRIBUTES, "code": {"class"}},
        attribute_filter=kept,
        url_schemes=set(SCHEMES),
        link_rel=None,
    )
    return UNPRINTABLE.sub("", html)


def _is_allowed(tag: str, name: str, value: str) -> bool:
    rule = PATTERNS.get((tag, name))
    return bool(rule and rule.fullmatch(value))


def _kept(tag: str, name: str, value: str) -> str | None:
    if (tag, name) != ("a", "rel") and not _is_allowed(tag, name, value):
        return None
    return as_browsers_write(value) if name in ADDRESSES else value


def as_browsers_write(address: str) -> str:
    """Encode spaces and other characters that no address may hold; the target stays the same."""
    host = HOST.match(address)
    end = host.end() if host else 0
    return address[:end] + NOT_IN_ADDRESS.sub(_encoded, address[end:])


def _encoded(sign: re.Match) -> str:
    return "" if sign[0] in "\t\r\n" else quote(sign[0], safe="")


def _with_lazy_picture(tag: re.Match) -> str:
    # nh3 can add these itself, but in another order each time.
    return f'<img loading="lazy" decoding="async"{tag[3]}>' if tag[2] == "img" else tag.group()
