"""Every stylesheet, read for what Safari of iOS 12.5 and Chrome 70 do not know.

Where a newer value stands after an older one of the same property, they use the older.
"""

import gzip
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# Ours: below `data/static` a site that was run keeps those of the libraries too.
OURS = ("blog", "comments")
SHEETS = sorted(file for app in OURS for file in (ROOT / app / "static").rglob("*.css"))

UNKNOWN = {
    "a rule": r"@(?:layer|container|scope|property|starting-style|position-try)\b",
    "a selector": r":(?:has|is|where|modal|popover-open|user-invalid|dir)\b(?=\()",
    "media ranges": r"@media[^{]*[<>]",
    "a function": r"\b(?:light-dark|color-mix|oklch|oklab|lch|lab|hwb|min|round|attr)\(",
    "a colour": r"#[0-9a-f]{4}\b(?![0-9a-f])|\brgba?\([^,)]*\s[^,)]*\)",
    "a unit": r"\d(?:dvh|svh|lvh|dvw|cqw|cqi|cqb|rlh|lh|ic|cap)\b",
}
# Known only with an older value before them, in the same block.
NEWER_VALUE = re.compile(r"\b(?:max|clamp)\(|^(?:inline-start|inline-end)$")
NEWER_PROPERTY = re.compile(
    r"aspect-ratio|inset|(?:row-)?gap|accent-color|appearance|translate|rotate|scale"
    r"|(?:margin|padding|border|inset)-(?:inline|block)|inset-.*|border-(?:start|end)-.*"
)


def without_comments(css: str) -> str:
    return re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)


def blocks(css: str) -> list[str]:
    """What stands between the innermost braces."""
    return re.findall(r"\{([^{}]*)\}", css)


def declarations(block: str) -> list[tuple[str, str]]:
    pairs = (line.partition(":") for line in block.split(";") if ":" in line)
    return [(name.strip(), value.strip()) for name, _colon, value in pairs]


def is_nested(css: str) -> bool:
    """A rule within a rule; within @media, @supports and @keyframes it is none."""
    open_rules = []
    for part in re.finditer(r"([^{};]*)([{};])", css):
        if part[2] == "{":
            if open_rules and not open_rules[-1].startswith(("@media", "@supports", "@keyframes")):
                return True
            open_rules.append(part[1].strip())
        elif part[2] == "}":
            open_rules.pop()
    return False


def too_new(css: str) -> list[str]:
    css = without_comments(css)
    found = [f"{what}: {hit[0]}" for what, hit in _hits(css)]
    found += ["a rule within a rule"] if is_nested(css) else []
    for block in blocks(css):
        before = set()
        for name, value in declarations(block):
            if NEWER_VALUE.search(value) and name not in before or NEWER_PROPERTY.fullmatch(name):
                found.append(f"{name}: {value}")
            before.add(name)
    return found


def _hits(css: str):
    for what, pattern in UNKNOWN.items():
        for hit in re.finditer(pattern, css, re.IGNORECASE):
            if not (hit[0] == "attr(" and _in_content(css, hit.start())):
                yield what, hit


def _in_content(css: str, at: int) -> bool:
    """The one place where attr() has always been known."""
    return "content:" in css[:at].rpartition("{")[2].rpartition(";")[2]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.relative_to(ROOT).as_posix())
def test_the_oldest_browsers_know_all_of_it(sheet):
    assert too_new(sheet.read_text()) == []


NEW = [
    "@layer a { p { color: red } }",
    "@container (width > 1px) { p { color: red } }",
    "@media (width >= 40em) { p { color: red } }",
    "p { color: red; & a { color: red } }",
    "p { a { color: red } }",
    "@media print { p { color: red; a:hover { color: red } } }",
    "p:has(a) { color: red }",
    ":is(h1, h2) { color: red }",
    "p :where(a) { color: red }",
    "p { color: light-dark(red, blue) }",
    "p { color: oklch(1 0 0) }",
    "p { color: color-mix(in srgb, red, blue) }",
    "p { color: #ff00cc80 ; background: #f0c8 }",
    "p { color: rgb(0 0 0 / 50%) }",
    "p { display: flex; gap: 1rem }",
    "p { aspect-ratio: 1 }",
    "p { inset: 0 }",
    "p { inset-inline-start: 0 }",
    "p { margin-inline: auto }",
    "p { padding-block: 1px 2px }",
    "p { border-inline: 0 }",
    "p { width: max(1px, 2px) }",
    "p { width: min(1px, 2px) }",
    "p { width: clamp(1px, 2px, 3px) }",
    "p { float: inline-start }",
    "p { height: 100dvh }",
]
OLD = [
    "@media (min-width: 40em) { p { margin-inline-start: 1px; border-inline-start: 0 } }",
    "@supports (display: grid) { p { display: grid; grid-gap: 0 1rem } }",
    "p { box-shadow: inset 0 0 1px red; clip: rect(0 0 0 0) }",
    "p { width: 1px; width: max(1px, 2px) }",
    "p { float: right; float: inline-end }",
    'a::after { content: " (" attr(href) ")" } /* :has(a) */',
    "p { grid-template-columns: minmax(0, 1fr); color: #ff00cc; background: rgba(0, 0, 0, .5) }",
]


@pytest.mark.parametrize("css", NEW)
def test_what_is_too_new_is_found(css):
    assert too_new(css) != []


@pytest.mark.parametrize("css", OLD)
def test_what_is_old_enough_is_left_alone(css):
    assert too_new(css) == []


def test_the_readers_stylesheet_is_small():
    sheet = (ROOT / "blog/static/blog/site.css").read_bytes()
    assert len(gzip.compress(sheet, 9)) <= 4400
