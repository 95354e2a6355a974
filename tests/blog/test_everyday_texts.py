"""Texts as people write them elsewhere, and what a post shows of them."""

import re

import pytest

from blog.text.markup import render
from tests.blog.test_markup_hostile import CASES, cases

EVERYDAY = "markdown/everyday.json"
TAG = re.compile(r"<(/?\w+)([^>]*)>")
KEPT = re.compile(r' (?:href|src|start)="[^"]*"')
PRE = re.compile(r"(<pre>.*?</pre>)", re.DOTALL)


def texts() -> list[dict]:
    """Those with something to say about posts."""
    found = cases(EVERYDAY)["texts"] if (CASES / EVERYDAY).exists() else []
    return [text for text in found if text["post"]]


def bare(html: str) -> str:
    """Without colours, attributes that do not matter here, and white space between tags."""
    html = re.sub(r"</?span[^>]*>", "", html)
    html = TAG.sub(lambda tag: f"<{tag[1]}{''.join(KEPT.findall(tag[2]))}>", html)
    parts = PRE.split(html)
    parts[::2] = [re.sub(r"\s*\n\s*(?=<)|(?<=>)\s*\n\s*", "", part) for part in parts[::2]]
    return "".join(parts)


def is_in(piece: str, html: str) -> bool:
    """A single line may or may not be a paragraph."""
    return piece in html or re.sub("</?p>", "", piece) in re.sub("</?p>", "", html)


@pytest.mark.skipif(not texts(), reason="the everyday texts (../shared/cases) are not here")
@pytest.mark.parametrize("text", texts(), ids=lambda text: text["name"])
def test_a_text_is_shown_as_it_was_meant(text):
    html = bare(render(text["text"], "p1-").html)
    for piece in text["post"]:
        assert is_in(piece.removeprefix("!"), html) is not piece.startswith("!"), html
