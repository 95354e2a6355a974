"""Pull quotes that were typed as quotations: they repeat a sentence of the text beside them."""

import re
from html import unescape

QUOTATION = re.compile(
    r"<blockquote\b[^<>]*>((?:(?!</?blockquote\b).)*+)</blockquote\s*>", re.IGNORECASE | re.DOTALL
)
# More than a sentence or two: a list, a picture, a source.
MORE = re.compile(r"<(?:ul|ol|table|pre|img|cite|footer|h\d)\b", re.IGNORECASE)
# A line that is quoted from the code above.
CODE = re.compile(r"[{}<>=$|\\]|\(\)|\);|;$|->|\w\[|::")
TAG = re.compile(r"<[^<>]*>")
FEWEST_WORDS, MOST_WORDS = 4, 80
MOST = 200  # each is looked for in the whole text


def with_pull_quotes(html: str) -> tuple[str, list[str]]:
    """Return the HTML with those as pull quotes, and what they say."""
    whole = _words(html)
    found: list[str] = []

    def marked(quotation: re.Match[str]) -> str:
        words = _words(quotation[1])
        is_short = FEWEST_WORDS <= len(words.split()) <= MOST_WORDS
        if not is_short or MORE.search(quotation[1]) or whole.count(words) < 2:
            return quotation[0]
        text = " ".join(unescape(TAG.sub(" ", quotation[1])).split())
        if CODE.search(text):
            return quotation[0]
        found.append(text)
        return f'<aside class="pullquote">{quotation[1]}</aside>'

    return QUOTATION.sub(marked, html, count=MOST), found


def _words(html: str) -> str:
    words = re.findall(r"[^\W_]+", unescape(TAG.sub(" ", html)).casefold())
    return "".join(f" {word} " for word in words)
