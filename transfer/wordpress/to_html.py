"""The text of a post of WordPress as plain HTML, for blog/text/from_html.py to read.

    reusable blocks ─▶ shortcodes ─▶ paragraphs (where there are no blocks) ─▶ tags

Text is kept; layout, forms and players are not. Players become links. What is counted in `left` is
for the report.
"""

import json
import re
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape, unescape
from html.parser import HTMLParser

from transfer.wordpress.addresses import is_same_picture
from transfer.wordpress.code_samples import find
from transfer.wordpress.paragraphs import with_paragraphs
from transfer.wordpress.players import page_of
from transfer.wordpress.pull_quotes import with_pull_quotes
from transfer.wordpress.shortcodes import Surroundings, without_shortcodes

BLOCK = re.compile(r"<!--\s+/?wp:")
REUSABLE = re.compile(r'<!--\s+wp:block\s+\{[^}]{0,500}?"ref":\s?(\d{1,18})[^}]{0,500}\}\s*/-->')
BLOCK_NAME = re.compile(r"\s*(/)?wp:([\w/-]+)(.*?)(/)?\s*$", re.DOTALL)
PULL_QUOTE = re.compile(r"(?:^|[\s_-])pull-?quote(?:$|[\s_-])", re.IGNORECASE)
LANGUAGE = re.compile(r"(?:brush:\s*|lang(?:uage)?[-:=]\s*)([\w+#-]{1,30})", re.IGNORECASE)
BACKGROUND = re.compile(
    r"background(?:-image)?\s*:\s*url\(\s*['\"]?([^'\")]{1,2000})", re.IGNORECASE
)
ALIGNED = re.compile(r"text-align[-:]\s*(left|center|right)\b", re.IGNORECASE)
BARE_ADDRESS = re.compile(r"<p>\s*(https?://[^\s<>\"]+)\s*</p>", re.IGNORECASE)
LINKED_PICTURE = re.compile(
    r"""<a\b[^<>]*?\shref=["']([^"'<>]*)["'][^<>]*>\s*(<img src="([^"]*)"[^<>]*>)\s*</a>""",
    re.IGNORECASE,
)
CAPTION = re.compile(r"<figcaption[^<>]*>(.*?)</figcaption>", re.DOTALL)
ADDRESS = re.compile(r"https?://[^\s<>\"]+")
TAG = re.compile(r"<[^<>]*>")
VOID = {"br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"}
TAGS = {"a", "blockquote", "cite", "code", "figure", "form", "li", "noscript", "pre", "sup"} | {
    *("td", "th", "ul"),
}
PLAYERS = {"audio", "iframe", "object", "video"}
ENDS_MARKS = {"p", "li", "h1", "h2", "h3", "h4", "h5", "h6", "td", "th", "blockquote", "pre"}
# Until it was loaded, a picture had another address.
LAZY = ("data-src", "data-lazy-src", "data-original", "data-orig-file")
SOURCES = ("src", "data", "data-src", "data-lazy-src")
REWRITTEN = ("dropped", "embed", "form", "player")  # what stands in them is replaced
LABELS = 300  # a form with more text than this has other text than labels
MOST_EXPANSIONS = 50


@dataclass
class Opened:
    tag: str
    end: str  # what is written for its end
    place: int  # in the output
    kind: str = ""
    link: str = ""  # what is written for a player


def to_html(
    content: str,
    around: Surroundings | None = None,
    reusable: Callable[[int], str] = lambda number: "",
) -> str:
    """`reusable` is the content of a block that several posts share, by its number."""
    around = around or Surroundings()
    content = _with_reusable_blocks(content.replace("\r\n", "\n"), reusable)
    for tag in ("script", "style"):
        content = _without(content, tag)
    has_blocks = bool(BLOCK.search(content))
    content = without_shortcodes(content, around)
    content = content if has_blocks else with_paragraphs(content)
    rewriter = _Rewriter(around)
    rewriter.feed(content)
    rewriter.close()
    html = LINKED_PICTURE.sub(_without_own_link, rewriter.written())
    html, found = with_pull_quotes(html)
    around.pull_quotes += found
    html = BARE_ADDRESS.sub(r'<p><a href="\1">\1</a></p>', html)
    return html + _notes(around)


def _with_reusable_blocks(content: str, reusable: Callable[[int], str]) -> str:
    for _level in range(3):
        content, count = REUSABLE.subn(
            lambda block: reusable(int(block[1])), content, count=MOST_EXPANSIONS
        )
        if not count:
            break
    return content


def _without(content: str, tag: str) -> str:
    """Without these elements; what is not closed stays, for nh3 to drop."""
    pieces, last = [], 0
    while (start := find(content, f"<{tag}", last)) >= 0:
        end = find(content, f"</{tag}", start)
        end = content.find(">", end) + 1 if end >= 0 else 0
        if not end:
            break
        pieces.append(content[last:start])
        last = end
    return "".join([*pieces, content[last:]])


def _without_own_link(found: re.Match[str]) -> str:
    """A link from a picture to its own file: the file is shown, and the link is not needed."""
    target, img, source = found.groups()
    if not is_same_picture(unescape(target), unescape(source)):
        return found[0]
    return img.replace(f'src="{source}"', f'src="{target}"')


def _notes(around: Surroundings) -> str:
    if not around.notes:
        return ""
    notes = "".join(
        f'<li id="fn-{number}">{html}</li>' for number, html in enumerate(around.notes.values(), 1)
    )
    return f'<div class="footnote"><hr><ol>{notes}</ol></div>'


def footnotes(meta: str) -> dict[str, str]:
    """Read the meta `footnotes`, where WordPress keeps those of a post with blocks."""
    try:
        notes = json.loads(meta or "[]")
        return {str(note["id"]): str(note["content"]) for note in notes}
    except (ValueError, TypeError, KeyError, RecursionError):
        return {}


class _Rewriter(HTMLParser):
    def __init__(self, around: Surroundings):
        super().__init__(convert_charrefs=False)
        self.around = around
        self.out: list[str] = []
        self.path: list[Opened] = []
        self.kinds: Counter[str] = Counter()
        self.tags: Counter[str] = Counter()
        self.marks: list[bool] = []  # of the open <mark>: whether its text is dropped
        self.dropped_marks = 0
        self.blocks: list[str] = []
        self.open_blocks: Counter[str] = Counter()
        self.dropped_from = -1  # the depth of the block that is not public
        self.numbers = {name: number for number, name in enumerate(around.notes, 1)}

    def written(self) -> str:
        # An element that is never closed holds the rest of the text, which stays.
        for opened in self.path:
            if opened.kind == "player":
                self.out.insert(opened.place, opened.link)
        for opened in reversed(self.path):
            opened.kind = opened.kind if opened.kind in ("note", "pull quote") else ""
            self._end(opened)
        return "".join(self.out)

    def _push(self, opened: Opened) -> None:
        self.path.append(opened)
        self.kinds[opened.kind] += 1
        self.tags[opened.tag] += 1

    def _pop(self) -> None:
        opened = self.path.pop()
        self.kinds[opened.kind] -= 1
        self.tags[opened.tag] -= 1
        self._end(opened)

    @property
    def is_dropping(self) -> bool:
        return self.dropped_from >= 0 or self.dropped_marks > 0

    def _write(self, text: str) -> None:
        if not self.is_dropping:
            self.out.append(text)

    # Text.

    def handle_data(self, data: str) -> None:
        if self.kinds["verse"]:
            lines = (re.sub(r"^[ \t]+", _as_wide, line) for line in data.split("\n"))
            data = "<br>".join(lines)
        self._write(data)

    def handle_entityref(self, name: str) -> None:
        self._write(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self._write(f"&#{name};")

    # Blocks, and what one editor suggested to another.

    def handle_comment(self, data: str) -> None:
        if re.match(r"\s*more\b", data):
            self._write("<!--more-->")
        block = BLOCK_NAME.match(data)
        if not block:
            return
        is_end, name, attributes, is_empty = block.groups()
        if is_end:
            self._end_marks()
            while self.open_blocks[name]:
                last = self.blocks.pop()
                self.open_blocks[last] -= 1
                if last == name:
                    break
            if len(self.blocks) <= self.dropped_from:
                self.dropped_from = -1
        elif not is_empty:
            if "pending-insert" in attributes and self.dropped_from < 0:
                self.dropped_from = len(self.blocks)
                self.around.left["suggestion"] += 1
            self.blocks.append(name)
            self.open_blocks[name] += 1

    def _end_marks(self) -> None:
        self.marks.clear()
        self.dropped_marks = 0

    def _open_mark(self, attributes: Mapping[str, str]) -> bool:
        """Whether the mark is WordPress's own, and not the author's."""
        classes = attributes.get("class", "").split()
        kind = attributes.get("data-suggestion-type", "")
        is_suggestion = any(name.startswith("wp-suggestion") for name in classes) or bool(kind)
        if not is_suggestion and "wp-note" not in classes:
            return False
        is_added = is_suggestion and ("wp-suggestion-add" in classes or kind == "add")
        self.around.left["suggestion"] += is_added
        self.marks.append(is_added)
        self.dropped_marks += is_added
        return True

    # Tags.

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "mark" and self._open_mark(attributes):
            self._push(Opened(tag, "", len(self.out), "note"))
            return
        start = self.get_starttag_text() or ""
        opened = Opened(tag, f"</{tag}>", len(self.out))
        if self.kinds["player"]:
            self._note_source(tag, attributes)
        elif tag in PLAYERS or tag == "embed":
            self.around.left["player"] += 1
            start, opened.end, opened.kind = "", "", "player"
            address = next((attributes[name] for name in SOURCES if attributes.get(name)), "")
            opened.link = _link(address, attributes.get("title", ""))
            if tag == "embed":
                self._write(opened.link)
        elif tag == "img":
            start = self._img(attributes)
        elif tag in TAGS:
            start = getattr(self, f"_{tag}")(attributes, opened, start)
        start = self._with_class(tag, attributes, opened, start)
        self._write(start)
        if opened.kind in REWRITTEN and self.kinds[opened.kind]:
            opened.kind = ""  # the outer one is enough
        if tag not in VOID:
            self._push(opened)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag in PLAYERS:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag in ENDS_MARKS:
            self._end_marks()
        if not self.tags[tag]:
            self._write(f"</{tag}>")
            return
        while self.tags[tag] and self.path[-1].tag != tag:
            self._pop()
        self._pop()

    def _end(self, opened: Opened) -> None:
        if opened.kind == "note":
            if self.marks:
                self.dropped_marks -= self.marks.pop()
            return
        if opened.kind not in REWRITTEN:
            self._write(opened.end)
            return
        inner = "".join(self.out[opened.place :])
        if opened.kind == "form" and len(TAG.sub("", inner)) > LABELS:
            return
        del self.out[opened.place :]
        if opened.kind in ("embed", "player"):
            self._write(_as_link(inner) if opened.kind == "embed" else opened.link)

    def _with_class(
        self, tag: str, attributes: Mapping[str, str], opened: Opened, start: str
    ) -> str:
        classes = attributes.get("class", "")
        if tag in ("figure", "blockquote", "aside", "div") and PULL_QUOTE.search(classes):
            is_nested = bool(self.kinds["pull quote"])
            opened.end, opened.kind = ("", "") if is_nested else ("</aside>", "pull quote")
            return "" if is_nested else '<aside class="pullquote">'
        background = BACKGROUND.search(attributes.get("style", ""))
        if background and "cover" in classes:
            return f'{start}<p><img src="{escape(unescape(background[1]))}" alt=""></p>'
        return start

    def _blockquote(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        if self.kinds["pull quote"]:
            opened.end = ""
            return ""
        return start

    def _cite(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        if self.kinds["pull quote"]:
            opened.end = "</p>"
            return "<p>"
        return start

    def _figure(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        if re.search(r"wp-block-(?:embed|video|audio)", attributes.get("class", "")):
            opened.kind = "embed"
        return start

    def _ul(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        return self._box(opened, start, "blocks-gallery-grid" in attributes.get("class", ""))

    def _li(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        return self._box(opened, start, "blocks-gallery-item" in attributes.get("class", ""))

    def _box(self, opened: Opened, start: str, is_layout: bool) -> str:
        opened.end = "</div>" if is_layout else opened.end
        return "<div>" if is_layout else start

    def _td(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        says = " ".join(attributes.get(name, "") for name in ("class", "style"))
        way = ALIGNED.search(f"{says} text-align:{attributes.get('align', '')}")
        if not way:
            return start
        spans = (f' {n}="{escape(v)}"' for n, v in attributes.items() if n.endswith("span"))
        return f'<{opened.tag} class="align-{way[1].lower()}"{"".join(spans)}>'

    _th = _td

    def _pre(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        classes = attributes.get("class", "")
        if "wp-block-verse" in classes:
            opened.kind, opened.end = "verse", "</p>"
            return "<p>"
        language = LANGUAGE.search(classes) or LANGUAGE.search(f"lang={attributes.get('lang', '')}")
        if language:
            opened.end = "</code></pre>"
            return f'<pre><code class="language-{language[1].lower()}">'
        return start

    def _code(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        language = LANGUAGE.search(attributes.get("class", ""))
        if language or attributes.get("lang"):
            name = language[1] if language else attributes["lang"]
            return f'<code class="language-{escape(name.lower())}">'
        return start

    def _sup(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        number = self.numbers.get(attributes.get("data-fn", ""))
        if not number:
            return start
        # The number that stands in it is dropped at its end.
        note = f'<sup><a class="footnote-ref" href="#fn-{number}">{number}</a></sup>'
        self._write(note)
        opened.kind, opened.place, opened.end = "dropped", len(self.out), ""
        return ""

    def _a(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        # The button beside the link to the same file.
        if "wp-block-file__button" in attributes.get("class", ""):
            opened.kind = "dropped"
        return start

    def _form(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        self.around.left["form"] += 1
        opened.kind = "form"
        return start

    def _noscript(self, attributes: Mapping[str, str], opened: Opened, start: str) -> str:
        opened.kind = "dropped"
        return start

    def _img(self, attributes: dict[str, str]) -> str:
        if re.search(r"wp-smiley|\bemoji\b", attributes.get("class", "")):
            return escape(attributes.get("alt", ""), quote=False)
        source = attributes.get("src", "").strip()
        if not source or source.startswith("data:"):
            source = next((attributes[name] for name in LAZY if attributes.get(name)), source)
        if source.startswith("data:"):
            self.around.left["embedded picture"] += 1
            return ""
        if not source or attributes.get("width") == attributes.get("height") == "1":
            return ""
        kept = {"src": source} | {
            name: attributes[name]
            for name in ("alt", "width", "height", "role")
            if name in attributes
        }
        written = " ".join(f'{name}="{escape(value)}"' for name, value in kept.items())
        return f"<img {written}>"

    def _note_source(self, tag: str, attributes: Mapping[str, str]) -> None:
        """The first address inside of a player that has none itself."""
        player = next(opened for opened in self.path if opened.kind == "player")
        is_movie = tag == "param" and attributes.get("name") in ("movie", "src")
        address = attributes.get("value" if is_movie else "src", "")
        player.link = player.link or _link(address, "")


def _link(address: str, title: str) -> str:
    if not address:
        return ""
    address = page_of(address)
    return f'<p><a href="{escape(address)}">{escape(title.strip() or address)}</a></p>'


def _as_wide(spaces: re.Match[str]) -> str:
    return "\xa0" * len(spaces[0].expandtabs(4))


def _as_link(html: str) -> str:
    """An embedded page or player with a caption: a link that reads as the caption does."""
    caption = CAPTION.search(html)
    rest = html[: caption.start()] + html[caption.end() :] if caption else html
    address = ADDRESS.search(unescape(rest))
    if not address:
        return html
    words = caption[1].strip() if caption else ""
    target = escape(page_of(address[0]))
    if "<a" in words:
        return f'<p><a href="{target}">{target}</a></p><p>{words}</p>'
    titles = [TAG.sub("", part).strip() for part in re.findall(r"<a [^>]*>(.*?)</a>", rest)]
    label = words or next(filter(None, titles), target)
    return f'<p><a href="{target}">{label}</a></p>'
