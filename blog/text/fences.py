"""Code between fences, in colour where its language is known."""

from html import escape

from markdown.preprocessors import Preprocessor
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_all_lexers, get_lexer_by_name

# Within these limits and languages Pygments takes less than a second, even for hostile code. In
# others (make, nix) one long line of brackets takes minutes.
COLOURED_LETTERS, COLOURED_LINE, LETTERS_OF_A_BLOCK = 20_000, 400, 100
MEASURED = frozenset(
    {"bash", "c", "console", "cpp", "csharp", "css", "diff", "django", "docker", "elixir", "go"}
    | {"haskell", "html", "http", "ini", "java", "javascript", "json", "kotlin", "latex", "lua"}
    | {"nginx", "perl", "php", "postgresql", "powershell", "python", "r", "ruby", "rust", "scala"}
    | {"scss", "sql", "swift", "toml", "typescript", "vim", "xml", "yaml"}
)
LANGUAGES = frozenset(
    alias
    for _, aliases, _, _ in get_all_lexers(plugins=False)
    if MEASURED.intersection(aliases[:1])
    for alias in aliases
)

FENCE = r"(?P<fence>`{3,}(?=[^`]*$)|~{3,}) *(?P<info>.*)$"


def coloured(code: str, language: str) -> str | None:
    """Colour code by the language that the fence names; None for an unknown one. No guessing: it
    is slow and often wrong."""
    if language.lower() not in LANGUAGES or max(map(len, code.split("\n"))) > COLOURED_LINE:
        return None
    lexer = get_lexer_by_name(language, stripnl=False)
    html: str = highlight(code, lexer, HtmlFormatter(cssclass="highlight", wrapcode=True))
    return html


def plain(code: str) -> str:
    return f"<pre><code>{escape(code, quote=False)}</code></pre>"


class Fences(Preprocessor):
    """Code between ``` or ~~~; containers.py finds where it begins and ends."""

    letters = 0

    def _closes(self, line: str, fence: str) -> bool:
        line = line.strip()
        return len(line) >= len(fence) and not line.strip(fence[0])

    def _stashed(self, code: list[str], info: str) -> list[str]:
        html = self.html("\n".join(code).rstrip("\n") + "\n", info.strip())
        return ["", self.md.htmlStash.store(html), "", ""]

    def html(self, code: str, info: str) -> str:
        self.letters += max(len(code), LETTERS_OF_A_BLOCK)
        colours = self.letters <= COLOURED_LETTERS and coloured(code, info.partition(" ")[0])
        return colours or plain(code)
