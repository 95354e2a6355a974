"""Lists, quotations, notes and code in each other, indented as people indent them."""

import re
from html import unescape
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown import Markdown

from blog.text.containers import Containers
from blog.text.markup import render
from tests.blog.test_everyday_texts import bare
from tests.blog.test_markup_hostile import is_quick

# A text is a tree: words, or a kind with what it holds. Code holds lines, a list holds items.
WORDS = st.integers(0, 99).map(lambda number: f"w{number}")
CODE = st.sampled_from([("x",), ("a", "", "  b"), ("- a", "\tb"), ("> a",), ("1. a", "", "# b")])


def blocks(inner):
    """One or more, of which no two next to each other would become one."""

    def parted(found: list) -> list:
        kept: list = []
        for block in found:
            if not kept or isinstance(block, str) or group(block) != group(kept[-1]):
                kept.append(block)
        return kept

    code = st.tuples(st.just("pre"), CODE)
    return st.lists(st.one_of(WORDS, code, inner), min_size=1, max_size=3).map(parted)


def group(block) -> str:
    return "" if isinstance(block, str) else block[0].replace("ul", "list").replace("ol", "list")


def containers(inside):
    lists = st.tuples(st.sampled_from(["ul", "ol"]), st.lists(inside, min_size=1, max_size=3))
    return st.one_of(lists, st.tuples(st.just("blockquote"), inside))


SIMPLE = blocks(st.nothing())
TREES = blocks(containers(blocks(containers(blocks(containers(SIMPLE))))))


def written(tree: list, width: int, is_loose: bool) -> list[str]:
    """The lines of the tree, with items indented by `width` columns, or as many as they need."""
    lines: list[str] = []
    for before, block in zip([None, *tree], tree, strict=False):
        if before and (is_loose or group(before) == "blockquote" or needs_blank(before, block)):
            lines.append("")
        if isinstance(block, str):
            lines.append(block)
        elif block[0] == "pre":
            lines += ["```", *block[1], "```"]
        elif block[0] == "blockquote":
            lines += [f"> {line}".rstrip() for line in written(block[1], width, is_loose)]
        else:
            lines += items(block, width, is_loose)
    return lines


def needs_blank(before, block) -> bool:
    # Otherwise it would go on with the paragraph before.
    ends_in_words = isinstance(before, str) or before[0] != "pre"
    return ends_in_words and (isinstance(block, str) or block[0] == "blockquote")


def items(block, width: int, is_loose: bool) -> list[str]:
    lines = []
    for number, item in enumerate(block[1], start=1):
        mark = "- " if block[0] == "ul" else f"{number}. "
        first, *others = written(item, width, is_loose)
        lines.append(mark.ljust(width) + first)
        lines += [" " * max(width, len(mark)) + line if line else "" for line in others]
    return lines


class Shape(HTMLParser):
    """Tags and words in order; paragraphs are left out, and code is one piece."""

    KINDS = ("ul", "ol", "li", "blockquote", "pre")

    def __init__(self, html: str):
        super().__init__()
        self.found: list[str] = []
        self.is_code = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.is_code = self.is_code or tag == "pre"
        self.found += [f"<{tag}>"] if tag in self.KINDS else []

    def handle_endtag(self, tag):
        self.is_code = self.is_code and tag != "pre"
        self.found += [f"</{tag}>"] if tag in self.KINDS else []

    def handle_data(self, data):
        self.found += [data] if self.is_code else data.split()


def shape(tree: list) -> list[str]:
    found: list[str] = []
    for block in tree:
        if isinstance(block, str):
            found.append(block)
            continue
        kind, inside = block
        if kind == "pre":
            inner = ["\n".join(inside) + "\n"]
        elif kind == "blockquote":
            inner = shape(inside)
        else:
            inner = [piece for item in inside for piece in ("<li>", *shape(item), "</li>")]
        found += [f"<{kind}>", *inner, f"</{kind}>"]
    return found


@given(TREES, st.sampled_from([2, 3, 4]), st.booleans())
def test_whatever_stands_in_each_other_is_shown_so(tree, width, is_loose):
    text = "\n".join(written(tree, width, is_loose))
    assert Shape(render(text, "").html).found == shape(tree), text


@pytest.mark.parametrize(
    ("text", "html"),
    [
        # A paragraph may stand further left than its mark.
        ("- a\n  - b\nlazy\n- c", "<ul><li>a<ul><li>b lazy</li></ul></li><li>c</li></ul>"),
        ("> a\nlazy\n- b", "<blockquote><p>a lazy</p></blockquote><ul><li>b</li></ul>"),
        # Numbers begin a list right below a line only with 1.
        ("It was in\n1984. Nobody came.", "<p>It was in 1984. Nobody came.</p>"),
        ("- It was in\n  1984. Nobody came.", "<ul><li>It was in 1984. Nobody came.</li></ul>"),
        ("1) a\n2) b", "<ol><li>a</li><li>b</li></ol>"),
        # Two columns are enough for bullets, three for what stands below a number of any length.
        ("1. a\n  - b\n2. c", "<ol><li>a<ul><li>b</li></ul></li><li>c</li></ol>"),
        ("10. a\n   - b", '<ol start="10"><li>a<ul><li>b</li></ul></li></ol>'),
        ("10. a\n\n   b", '<ol start="10"><li><p>a</p><p>b</p></li></ol>'),
        ("-   a\n  - b", "<ul><li>a<ul><li>b</li></ul></li></ul>"),
        ("  - a\n  - b\n- c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        # Ends a list without a blank line.
        ("- a\n# B\nc", "<ul><li>a</li></ul><h2>B</h2><p>c</p>"),
        ("- a\n***\n- b", "<ul><li>a</li></ul><hr><ul><li>b</li></ul>"),
        ("- a\n::: pullquote\nb\n:::", "<ul><li>a</li></ul><aside><p>b</p></aside>"),
        ("::: pullquote\n- a\n:::\nb", "<aside><ul><li>a</li></ul></aside><p>b</p>"),
        ("- a\n<div>b</div>", "<ul><li>a</li></ul><div>b</div>"),
        ("- a\n\n1. b", "<ul><li>a</li></ul><ol><li>b</li></ol>"),
        # An item may be empty, but not the first.
        ("- a\n-\n- b", "<ul><li>a</li><li></li><li>b</li></ul>"),
        ("1. a\n2.\n3. b", "<ol><li>a</li><li></li><li>b</li></ol>"),
        ("- a\n-\n  b\n- c", "<ul><li>a</li><li>b</li><li>c</li></ul>"),
        ("a\n-\nb", "<p>a - b</p>"),
        ("-\n\n  a", "<p>-</p><p>a</p>"),
        # Looks like a list and is none.
        ("a | b\n- | -\n1 | 2", "<td>1</td><td>2</td>"),
        ("- - -", "<hr>"),
        ("- a\n\n  *     *     *\n- b", "<ul><li><p>a</p><hr></li><li><p>b</p></li></ul>"),
        ("-a\n-b\n*c*", "<p>-a -b<em>c</em></p>"),
        # Terms right below each other.
        ("T\n: a\nU\n: b", "<dl><dt>T</dt><dd>a</dd><dt>U</dt><dd>b</dd></dl>"),
        ("- a\n\n  | x |\n  |---|\n  | 1 |", "<table><thead><tr><th>x</th></tr></thead>"),
        # More on the line of a mark.
        ("- - - > a\n      >\n      > b", "<blockquote><p>a</p><p>b</p></blockquote>"),
        ("> a\n> - b\n>   - c\n\nd", "<ul><li>b<ul><li>c</li></ul></li></ul></blockquote><p>d</p>"),
    ],
)
def test_lines_belong_together_by_their_columns(text, html):
    shown = " ".join(bare(render(text, "").html).split())
    assert html in shown or re.sub("</?p>", "", html) in re.sub("</?p>", "", shown)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("```\n\tx\ty\n```", "\tx\ty\n"),
        ("- a\n\n\t```\n\t\tx\ty\n\t```", "\tx\ty\n"),
        ("> ```\n> \tx\n> ```", "\tx\n"),
        ("1. a\n   ```make\n   all:\n   \tx\n   ```", "all:\n\tx\n"),
        ("[^1]: a\n\n    ~~~\n    x\n    ~~~\n\nb[^1]", "x\n"),
        ("T\n:   a\n\n    ```\n      x\n    ```", "  x\n"),
        ("  ```\n    x\n   y\n z\n  ```", "  x\n y\nz\n"),
        ("- ```\n  x\n  ```\n- b", "x\n"),
        ("- a\n  ```\n  x\n- b", "x\n"),
        ("> ```\n> x\n\nb", "x\n"),
        ("```\n<!-- a -->\n- b\n```", "<!-- a -->\n- b\n"),
        # Further left than its fence, as before.
        ("- a\n  ```\nx\n\ny\n  ```\n- b", "x\n\ny\n"),
        ("```\na", "a\n"),
        ("-\tUse `a\tb`\tnow", "a\tb"),
        ("| a |\n|---|\n| `x\ty`\t|", "x\ty"),
    ],
)
def test_code_keeps_its_tabs_and_loses_the_margin_of_its_place(text, code):
    html = bare(render(text, "").html)
    found = re.findall(r"<code>(.*?)</code>", html, re.DOTALL)
    assert [unescape(piece) for piece in found] == [code]
    assert "```" not in html and "~~~" not in html


def test_raw_code_is_left_alone():
    text = "<pre>\n- a\n  - b\n\t> c\n</pre>\n- d"
    assert "<pre>- a\n  - b\n\t&gt; c\n</pre>" in bare(render(text, "").html)


@pytest.mark.parametrize("unit", [" ", "\t", "|", "- ", "> ", "1. ", "  - ", "`", "-"])
@pytest.mark.parametrize("frame", ["{}x", "- a\n{}x", "- {}```\n{}x\n```", "a\n{}`\n- |"])
def test_a_line_of_any_signs_is_read_quickly(unit, frame):
    text = frame.replace("{}", unit * (9_000 // len(unit)))
    assert is_quick(Containers(Markdown()).run, text.split("\n"), limit=0.2)


@pytest.mark.parametrize("mark", ["- ", "1. ", "> ", "- > "])
def test_what_is_nested_too_deeply_is_shown_as_typed(mark):
    rendered = render(mark * 60 + "end", "")
    assert rendered.text.endswith("end") and not rendered.is_plain


def test_a_backslash_ends_a_line_and_escapes_a_pipe():
    assert bare(render("a\\\nb", "").html) == "<p>a<br>b</p>"
    html = render("| a |\n|---|\n| `x\\|y` \\| z |", "").html
    assert "<td><code>x|y</code> | z</td>" in html
