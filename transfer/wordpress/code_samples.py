"""Code in a text of WordPress, put away while the rest is read: brackets in it are brackets.

Code stands in <pre> and <code>, and in the shortcodes of plugins for code.
"""

import re
from collections.abc import Mapping
from html import escape, unescape

ATTRIBUTE = re.compile(
    r"""(?:(?P<name>[\w-]{1,60})\s*=\s*)?
    (?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|[“”″](?P<curly>[^“”″]*)[“”″]|(?P<bare>[^\s"'/]\S*))""",
    re.VERBOSE,
)

# Shortcodes of code. Most plugins have one for each language.
CODE = {"code", "sourcecode", "source", "highlight", "crayon", "geshi", "prettify", "cc"}
LANGUAGES = {
    *("actionscript3", "as3", "bash", "c", "coldfusion", "cpp", "csharp", "css", "delphi", "diff"),
    *("erlang", "fsharp", "go", "groovy", "html", "java", "javafx", "javascript", "js", "jscript"),
    *("latex", "matlab", "objc", "pascal", "perl", "php", "plain", "powershell", "python", "py"),
    *("r", "rails", "rb", "ruby", "scala", "shell", "sql", "vb", "vbnet", "xml", "xhtml", "xslt"),
}
NAMES_OF_CODE = "|".join(sorted(CODE | LANGUAGES, reverse=True))
CODE_OPENING = re.compile(
    rf"""(?<!\[)\[(?P<name>{NAMES_OF_CODE}|cc[belnosw]{{0,5}}(?:_(?P<kind>[a-z]\w{{0,30}}))?)
    (?P<attributes>\s[^\]]{{0,500}})?\]
    |<pre\b[^<>]{{0,500}}\slang=["'](?P<lang>[\w+\#-]{{1,30}})["'][^<>]{{0,500}}>
    |<(?P<tag>pre|code)\b""",
    re.IGNORECASE | re.VERBOSE,
)
EDITORS_TAGS = {"b", "br", "div", "em", "i", "p", "span", "strong"}
ESCAPED = re.compile(r"\[(\[/?[a-zA-Z][^\[\]]{0,300}\])\]")
KEPT = re.compile("\ue003(\\d+)\ue004")


def put_away(text: str) -> tuple[str, list[str]]:
    """Return the text with a sign in place of each piece of code, and the code as HTML."""
    text = re.sub("[\ue003\ue004]", "", text)
    kept: list[str] = []
    pieces, last, place = [], 0, 0
    endless: set[str] = set()
    while opening := CODE_OPENING.search(text, place):
        name = (opening["name"] or "").lower()
        tag = opening["tag"] or ("pre" if opening["lang"] else "")
        closing = f"</{tag.lower()}" if tag else f"[/{name}]"
        end = -1 if closing in endless else find(text, closing, opening.end())
        place = opening.end()
        if end < 0:
            endless.add(closing)
            continue
        pieces += [text[last : opening.start()], f"\ue003{len(kept)}\ue004"]
        last = end + len(closing)
        if opening["tag"]:
            kept.append(ESCAPED.sub(r"\1", text[opening.start() : last]))
        else:
            attributes = read_attributes(opening["attributes"] or "")
            language = opening["kind"] or opening["lang"]
            attributes |= {"lang": language} if language else {}
            kept.append(_code(name or "code", attributes, text[place:end]))
            last = text.find(">", last) + 1 if opening["lang"] else last
        place = last
    return "".join([*pieces, text[last:]]), kept


def put_back(text: str, kept: list[str]) -> str:
    return KEPT.sub(lambda place: kept[int(place[1])], text)


def find(text: str, tag: str, start: int) -> int:
    """Like str.find(), in either case. lower() may change the length of a text."""
    found = re.compile(re.escape(tag), re.IGNORECASE).search(text, start)
    return found.start() if found else -1


def read_attributes(text: str) -> dict[str, str]:
    """Those without a name are numbered."""
    found: dict[str, str] = {}
    for match in ATTRIBUTE.finditer(unescape(text)):
        value = next(
            value for key, value in match.groupdict().items() if key != "name" and value is not None
        )
        found[(match["name"] or str(len(found))).lower()] = value
    return found


def _code(name: str, attributes: Mapping[str, str], inner: str) -> str:
    language = attributes.get("language") or attributes.get("lang") or attributes.get("0") or ""
    language = language if name in CODE or name.startswith("cc") else name
    code = _as_text(inner)
    is_name = re.fullmatch(r"[\w+#-]{1,30}", language)
    kind = f' class="language-{language.lower()}"' if is_name else ""
    return f"\n\n<pre><code{kind}>{code.strip(chr(10))}</code></pre>\n\n"


def _as_text(code: str) -> str:
    """Code as it was typed, or as the visual editor made HTML of it."""
    tags = {tag.lower() for tag in re.findall(r"</?([a-zA-Z]\w*)", code)}
    if not re.search(r"&(?:lt|gt|amp);", code) or not tags <= EDITORS_TAGS:
        return escape(code, quote=False)
    code = re.sub(r"(?:</(?:p|div)>|<br\s*/?>)\n?", "\n", code)
    return re.sub(r"<[^<>]*>", "", code)
