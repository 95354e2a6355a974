"""The one list of what HTML a page may hold, and the one function that enforces it.

bleach is in its last release, so nh3 follows with the same list: each alone would do, and either
can go with one line. Behind both stands the Content-Security-Policy.
"""

import re
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

# What has no rule is dropped. Every id has a hyphen, and so hides no property of `document`.
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
# What nh3 wrote: lower case, double quotes. Attributes may hold "<" and ">".
TAG = re.compile(r'<(/?)([a-z][a-z0-9]*)([^>"]*(?:"[^"]*"[^>"]*)*)>')
# For what stands between a tag's name and its end, read from the start: only so is `src="` within
# another attribute's value no attribute.
ATTRIBUTE = re.compile(r'([\w:-]+)="([^"]*)"')


def sanitize(
    html: str, *, tags: frozenset[str] = POST_TAGS, rel: str | None = None, ours: bool = False
) -> str:
    """Other tags are shown as text, so that nothing typed is lost.

    `ours` says that markup.py wrote every tag around escaped text: bleach, which needs 30 µs for
    each entity, is spared. What bleach or nh3 raises is not caught: saving fails rather than
    publishing what is not clean.
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


def _is_allowed(tag: str, name: str, value: str) -> bool:
    rule = PATTERNS.get((tag, name))
    return bool(rule and rule.fullmatch(value))


def _kept(tag: str, name: str, value: str) -> str | None:
    if (tag, name) != ("a", "rel") and not _is_allowed(tag, name, value):
        return None
    return as_browsers_write(value) if name in ADDRESSES else value


def as_browsers_write(address: str) -> str:
    """It leads where it did; a space and other signs that no address may hold are encoded."""
    host = HOST.match(address)
    end = host.end() if host else 0
    return address[:end] + NOT_IN_ADDRESS.sub(_encoded, address[end:])


def _encoded(sign: re.Match) -> str:
    return "" if sign[0] in "\t\r\n" else quote(sign[0], safe="")


def _with_lazy_picture(tag: re.Match) -> str:
    # nh3 can add these itself, but in another order each time.
    return f'<img loading="lazy" decoding="async"{tag[3]}>' if tag[2] == "img" else tag.group()
