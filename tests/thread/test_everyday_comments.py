"""What readers type every day is shown as they mean it."""

import json
import os
import re
from pathlib import Path

import pytest

from blog.text.markup import render_comment

EVERYDAY = Path(__file__).resolve().parents[3] / "shared/cases/markdown/everyday.json"
ATTRIBUTE = re.compile(r'\s(?!(?:href|src|start)=)[a-z-]+="[^"]*"')


def compact(html: str) -> str:
    """Without what the list of cases does not ask for: white space, most attributes."""
    return re.sub(r">\s+|\s+<", lambda gap: gap.group().strip(), ATTRIBUTE.sub("", html))


def misses(html: str, wanted: list[str]) -> list[str]:
    """`wanted`: pieces of HTML; one that begins with ! must be absent."""
    forms = (html, compact(html), compact(re.sub("</?p>", "", html)))

    def is_there(piece: str) -> bool:
        return piece in html or any(compact(piece) in form for form in forms)

    return [piece for piece in wanted if is_there(piece.removeprefix("!")) == piece.startswith("!")]


def test_the_everyday_texts_of_the_list_are_shown_as_it_says():
    if not EVERYDAY.exists():
        assert not os.environ.get("CI"), f"{EVERYDAY} is missing"
        pytest.skip("the list of texts (../shared/cases) is not here")
    cases = [case for case in json.loads(EVERYDAY.read_text())["texts"] if case["comment"]]
    assert len(cases) > 30
    found = {case["name"]: misses(render_comment(case["text"]), case["comment"]) for case in cases}
    assert {name: missed for name, missed in found.items() if missed} == {}


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("これは**「重要」**です", "これは<strong>「重要」</strong>です"),
        ("**注意！**请看 **注意!**请看", "<strong>注意！</strong>请看 <strong>注意!</strong>请看"),
        ("**🎉**done", "<strong>🎉</strong>done"),
        ("“_mot_” «_mot_» 「_mot_」", "“<em>mot</em>” «<em>mot</em>» 「<em>mot</em>」"),
        ("“**mot**”s", "“<strong>mot</strong>”s"),
        ("a_b_c हिन्दी_b_ e\u0301_b_", "a_b_c हिन्दी_b_ e\u0301_b_"),
        ("2*3*4 and 2 * 3 * 4", "2<em>3</em>4 and 2 * 3 * 4"),
        ("f(*args, **kwargs)", "f(*args, **kwargs)"),
    ],
)
def test_emphasis_works_in_every_script(typed, shown):
    assert render_comment(typed) == f"<p>{shown}</p>"


@pytest.mark.parametrize(
    ("typed", "links"),
    [
        ("[Trams [old]](https://a.example)", {"https://a.example": "Trams [old]"}),
        (r"[a\]b](https://a.example)", {"https://a.example": "a]b"}),
        (
            "[a [b](https://b.example) c](https://a.example)",
            {"https://b.example": "b", "https://a.example": "https://a.example"},
        ),
        ("[*a*\nb](https://a.example)", {"https://a.example": "<em>a</em><br>\nb"}),
        ("[https://a.example](https://b.example)", {"https://b.example": "https://a.example"}),
        ("[ ](https://a.example)", {"https://a.example": "https://a.example"}),
        ("[\u200b\u3164](https://a.example)", {"https://a.example": "https://a.example"}),
        ("[a](https://a.example/(b)", {"https://a.example/(b)": "https://a.example/(b)"}),
        ("`[a](https://a.example)`", {}),
        (r"\[a](ftp://a.example)", {}),
    ],
)
def test_a_link_has_a_text_that_one_can_see_and_holds_no_other(typed, links):
    found = re.findall(r'<a href="([^"]*)"[^>]*>(.*?)</a>', render_comment(typed), re.DOTALL)
    assert dict(found) == links


@pytest.mark.parametrize("line", ["- - -", "* * *", "---", "- -   -\t-", "***", "-", "*", "- -"])
def test_a_line_of_dashes_or_stars_is_no_list(line):
    assert render_comment(line) == f"<p>{line}</p>"
    assert f"<p>{line}</p>" in render_comment(f"a\n\n{line}\n\nb")


def test_code_keeps_its_tabs_and_blank_lines_in_lists_and_quotations():
    html = render_comment("- a\n\n  ```\n  if x:\n  \ty\n\n  z\n  ```\n\n> ```\n> \tx\n> ```")
    assert "<code>if x:\n\ty\n\nz\n</code>" in html and "<code>\tx\n</code>" in html


def test_a_long_text_with_many_marks_is_still_markdown():
    html = render_comment("- **No.** It is a `word` & *this* one\n" * 130)
    assert html.count("<li>") == html.count("<strong>") == 130
