"""Paragraphs of a text typed in WordPress's classic editor, which stores blank lines and no <p>.

Does what WordPress's wpautop() does before it prints such a text.
"""

import re

from transfer.wordpress.code_samples import find

BLOCKS = (
    r"(?:address|article|aside|blockquote|caption|center|col|colgroup|dd|details|div|dl|dt|fieldset"
    r"|figcaption|figure|footer|form|h[1-6]|header|hr|iframe|legend|li|main|map|math|nav|ol|p|pre"
    r"|section|style|summary|svg|table|tbody|td|tfoot|th|thead|tr|ul)"
)
# Text between their tags forms paragraphs of its own.
HOLDERS = (
    r"(?:article|aside|blockquote|center|details|div|fieldset|footer|form|header|main|section)"
)
VERBATIM = re.compile(r"<(pre|textarea|svg|math|script|style)\b", re.IGNORECASE)
TAG = re.compile(r"<[^<>]*>")
OPENING = re.compile(rf"(?<!\s)\s*(<{BLOCKS}(?=[\s/>]))", re.IGNORECASE)
CLOSING = re.compile(rf"(</{BLOCKS}\s*>|<(?:hr|/?{HOLDERS})(?=[\s/>])[^<>]*>)\s*", re.IGNORECASE)
END_OF_HOLDER = re.compile(rf"(?<!\s)\s*(</{HOLDERS}\s*>)", re.IGNORECASE)
BLOCK_AT_START = re.compile(rf"</?{BLOCKS}(?=[\s/>])", re.IGNORECASE)
BREAK_AT_BLOCK = re.compile(
    rf"(</?{BLOCKS}(?:\s[^<>]*)?>)\s*<br>\s*|<br>\s*(?=</?{BLOCKS}[\s/>])", re.IGNORECASE
)
TWO_BREAKS = re.compile(r"<br\s*/?>\s*<br\s*/?>", re.IGNORECASE)
KEPT = re.compile("\ue001(\\d+)\ue002")


def with_paragraphs(text: str) -> str:
    text, kept = _put_away(re.sub("[\ue001\ue002]", "", text))
    text = TAG.sub(lambda tag: tag[0].replace("\n", " "), text)
    text = TWO_BREAKS.sub("\n\n", text)
    text = OPENING.sub(r"\n\n\1", text)
    text = END_OF_HOLDER.sub(r"\n\n\1", text)
    text = CLOSING.sub(r"\1\n\n", text)
    chunks = (chunk.strip() for chunk in re.split(r"\n\s*\n", text))
    text = "\n".join(_paragraph(chunk) for chunk in chunks if chunk)
    return KEPT.sub(lambda place: kept[int(place[1])], text)


def _paragraph(chunk: str) -> str:
    lines = re.sub(
        r"(?<!<br>)(?<![ \t])[ \t]*\n", "<br>\n", re.sub(r"<br\s*/?>[ \t]*", "<br>", chunk)
    )
    lines = BREAK_AT_BLOCK.sub(r"\1", lines)
    is_block = BLOCK_AT_START.match(chunk) or KEPT.fullmatch(chunk)
    return lines if is_block else f"<p>{lines}</p>"


def _put_away(text: str) -> tuple[str, list[str]]:
    """Put code and the like away, whose lines are not those of a paragraph."""
    kept: list[str] = []
    pieces, last = [], 0
    while opening := VERBATIM.search(text, last):
        end = find(text, f"</{opening[1]}", opening.end())
        end = text.find(">", end) + 1 if end >= 0 else 0
        if not end:
            break
        pieces += [text[last : opening.start()], f"\n\n\ue001{len(kept)}\ue002\n\n"]
        kept.append(text[opening.start() : end])
        last = end
    return "".join([*pieces, text[last:]]), kept
