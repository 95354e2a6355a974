"""Shortcodes: what stands in square brackets in a text of WordPress, for a plugin to replace.

Those of WordPress itself become HTML. Of others the text inside stays, and they are counted. None
is shown to a reader.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape

from transfer.wordpress.code_samples import put_away, put_back, read_attributes

MARK = re.compile(
    r"""(?P<escaped>\[)?\[(?P<end>/)?(?P<name>[a-zA-Z][\w-]{0,60})
    (?P<attributes>(?:[\s/](?:[^\]"'\[]|"[^"]{0,5000}"|'[^']{0,5000}'){0,3000}?)?)\](?(escaped)\])""",
    re.VERBOSE,
)
DEEPEST = 60

FORMS = re.compile(
    r"(?:contact|wpforms|gravityform|ninja_form|formidable|mc4wp|caldera|newsletter)"
)
PLAYERS = {
    *("audio", "video", "embed", "playlist", "youtube", "vimeo", "wpvideo", "videopress", "tweet"),
    *("twitter", "soundcloud", "spotify", "instagram", "facebook", "tiktok", "googlemaps", "ted"),
    *("googlevideo", "dailymotion", "flickr", "slideshare", "vine", "archiveorg", "bandcamp"),
    "presentation",
}
SOURCES = (
    *("src", "url", "mp4", "m4v", "webm", "ogv", "mp3", "m4a", "ogg", "wav", "flv", "wmv"),
    "href",
)
FOOTNOTES = {"footnote", "ref", "efn_note", "mfn", "fn", "sidenote"}
KNOWN = {
    *PLAYERS,
    *("caption", "wp_caption", "gallery", "contact-form", "contact-form-7", "wpforms", "toc"),
    *("gravityform", "mc4wp_form", "woocommerce_cart", "products", "recent-posts", "archives"),
    *("sitemap", "subscribe2", "polldaddy", "poll", "button", "columns", "column", "tabs", "tab"),
    *("accordion", "divider", "spacer", "dropcap", "pullquote", "quote", "blockquote"),
    "display-posts",
}
BUILDERS = re.compile(
    r"(?:vc|et_pb|fusion|av|su|wpb|mk|ux|cs|tatsu|nectar|kc|siteorigin|fl|thrive)_"
)
ADDRESS = re.compile(r"(?:https?:)?//[^\s\"'<>\[\]]+", re.IGNORECASE)
PICTURE = re.compile(r"(?:<a\b[^<>]*>\s*)?<img\b[^<>]*>(?:\s*</a>)?", re.IGNORECASE)


@dataclass(frozen=True)
class Attachment:
    address: str
    alt: str = ""
    caption: str = ""  # HTML


@dataclass
class Surroundings:
    """The facts of the site that a text needs, and those found out about the text."""

    attachments: Callable[[int], Attachment | None] = lambda number: None
    gallery: tuple[int, ...] = ()  # the pictures that were uploaded to the post
    notes: dict[str, str] = field(default_factory=dict)  # footnotes: HTML by name
    left: Counter[str] = field(default_factory=Counter)  # what stays behind
    pull_quotes: list[str] = field(default_factory=list)  # that were typed as quotations


def without_shortcodes(text: str, around: Surroundings) -> str:
    text, kept = put_away(text)
    return put_back(_without_marks(text, around), kept)


def _without_marks(text: str, around: Surroundings) -> str:
    marks = list(MARK.finditer(text))
    closings = Counter(
        mark["name"].lower() for mark in marks if mark["end"] and not mark["escaped"]
    )
    out: list[str] = []
    opened: list[tuple[str, str, int]] = []
    last = 0

    def settle(down_to: int) -> None:
        while len(opened) > down_to:
            name, attributes, place = opened.pop()
            out[place] = _replaced(name, attributes, "", around)

    for mark in marks:
        out.append(text[last : mark.start()])
        last = mark.end()
        name = mark["name"].lower()
        if mark["escaped"]:
            out.append(f"&#91;{mark[0][2:-2]}&#93;")
        elif mark["end"]:
            closings[name] -= 1
            depth = next((n for n, each in reversed([*enumerate(opened)]) if each[0] == name), -1)
            if depth >= 0:
                settle(depth + 1)
                _, attributes, place = opened.pop()
                inner = "".join(out[place:])
                del out[place:]
                out.append(_replaced(name, attributes, inner, around))
            elif not _is_shortcode(name, "", 0):
                out.append(mark[0])
        elif not _is_shortcode(name, mark["attributes"], closings[name]) or (
            _is_bare(mark) and closings[name] <= 0 and not _stands_alone(text, mark)
        ):
            out.append(mark[0])
        elif closings[name] > 0 and len(opened) < DEEPEST:
            opened.append((name, mark["attributes"], len(out)))
            out.append("")
        else:
            out.append(_replaced(name, mark["attributes"], "", around))
    settle(0)
    return "".join([*out, text[last:]])


def _is_shortcode(name: str, attributes: str, closings: int) -> bool:
    """Words in brackets, such as [sic] and [1], are words."""
    return name in KNOWN or "_" in name or closings > 0 or bool(re.search(r"\w=", attributes))


def _is_bare(mark: re.Match[str]) -> bool:
    return mark["name"].lower() not in KNOWN and "=" not in mark["attributes"]


def _stands_alone(text: str, mark: re.Match[str]) -> bool:
    """An index in code, as in $_FILES[tmp_name], does not."""
    before = text[max(mark.start() - 1, 0) : mark.start()]
    after = text[mark.end() : mark.end() + 1]
    return before in " \t\n>]\xa0" and after in " \t\n<[\xa0"


def _replaced(name: str, typed: str, inner: str, around: Surroundings) -> str:
    attributes = read_attributes(typed)
    if name in ("caption", "wp_caption"):
        return _caption(attributes, inner)
    if name == "gallery":
        return _gallery(attributes, around)
    if name in ("quote", "blockquote") and inner:
        return f"\n\n<blockquote>{inner}</blockquote>\n\n"
    if name in PLAYERS:
        return _player(name, attributes, inner, around)
    if name in FOOTNOTES and inner.strip():
        number = f"shortcode-{len(around.notes) + 1}"
        around.notes[number] = inner
        return f'<sup data-fn="{number}" class="fn"></sup>'
    if name in ("pullquote", "pull_quote"):
        return f'\n\n<blockquote class="pullquote">{inner}</blockquote>\n\n'
    if FORMS.match(name):
        around.left["form"] += 1
        return inner
    if name in ("vc_raw_html", "vc_raw_js"):
        around.left[f"[{name}]"] += 1
        return ""  # in a code of its own
    if BUILDERS.match(name):
        around.left["page builder"] += 1
        return f"\n\n{_module(name, attributes, around)}{inner}\n\n"
    around.left[f"[{name}]"] += 1
    return inner


def _caption(attributes: Mapping[str, str], inner: str) -> str:
    picture = PICTURE.search(inner)
    if not picture:
        return inner
    words = attributes.get("caption") or inner[: picture.start()] + inner[picture.end() :]
    return f"\n\n{figure(picture[0], words)}\n\n"


def figure(picture: str, caption: str) -> str:
    below = f"<figcaption>{caption.strip()}</figcaption>" if caption.strip() else ""
    return f"<figure>{picture}{below}</figure>"


def picture(attachment: Attachment) -> str:
    img = f'<img src="{escape(attachment.address)}" alt="{escape(attachment.alt)}">'
    return figure(img, attachment.caption)


def _gallery(attributes: Mapping[str, str], around: Surroundings) -> str:
    listed = attributes.get("ids") or attributes.get("include") or ""
    numbers = [int(number) for number in re.findall(r"\d{1,18}", listed)] or around.gallery
    hidden = set(re.findall(r"\d+", attributes.get("exclude", "")))
    found = [around.attachments(number) for number in numbers if str(number) not in hidden]
    pictures = [picture(attachment) for attachment in found if attachment]
    if len(pictures) < max(len(found), 1):
        around.left["picture of a gallery"] += max(len(found), 1) - len(pictures)
    return "\n\n{}\n\n".format("\n\n".join(pictures))


def _player(name: str, attributes: Mapping[str, str], inner: str, around: Surroundings) -> str:
    values = [attributes[key] for key in SOURCES if key in attributes]
    values += [inner, *(value for key, value in attributes.items() if key.isdecimal())]
    address = next((found[0] for found in map(ADDRESS.search, values) if found), "")
    bare = next((value.lstrip("= ") for value in values if value.strip("= ")), "")
    if not address and re.fullmatch(r"[\w-]{4,40}", bare):
        address = {
            "youtube": f"https://www.youtube.com/watch?v={bare}",
            "vimeo": f"https://vimeo.com/{bare}",
            "wpvideo": f"https://videopress.com/v/{bare}",
            "videopress": f"https://videopress.com/v/{bare}",
        }.get(name, "")
    around.left["player"] += 1
    title = escape(attributes.get("title") or address)
    return f'\n\n<p><a href="{escape(address)}">{title}</a></p>\n\n' if address else ""


def _module(name: str, attributes: Mapping[str, str], around: Surroundings) -> str:
    """The texts that a page builder keeps in its attributes."""
    if re.search(r"(?:row|column|section|inner)$", name):
        return ""
    parts = []
    keys = ("title", "heading", "header", *(("text",) if "heading" in name else ()))
    parts += [f"<h3>{escape(attributes[key])}</h3>" for key in keys if attributes.get(key)][:1]
    for key in ("image", "src", "image_url", "img_src", "portrait_url"):
        value = attributes.get(key, "")
        found = around.attachments(int(value)) if re.fullmatch(r"\d{1,18}", value) else None
        if ADDRESS.match(value) or value.startswith("/"):
            found = Attachment(value, attributes.get("alt", ""))
        parts += [picture(found)] if found else []
    label = attributes.get("button_text") or attributes.get("button_label") or ""
    target = attributes.get("button_url") or attributes.get("button_link") or ""
    parts += [f'<p><a href="{escape(target)}">{escape(label)}</a></p>'] if label and target else []
    return "".join(parts)
