"""The documents for contributors name files that exist."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [
    "README.md",
    "CONTRIBUTING.md",
    "docs/architecture.md",
    *(f"docs/decisions/{file.name}" for file in sorted((ROOT / "docs/decisions").glob("*.md"))),
]
NAMED = re.compile(r"`((?:blog|comments|config|docs|templates|tests)/[\w./]*)`")
LINKED = re.compile(r"\]\((?!https?:)([^)#]+)")


def test_each_named_path_exists():
    named = {
        (name, path) for name in DOCUMENTS for path in NAMED.findall((ROOT / name).read_text())
    }
    assert sorted(row for row in named if not (ROOT / row[1]).exists()) == []


@pytest.mark.parametrize("name", DOCUMENTS)
def test_each_link_leads_to_a_file(name):
    links = LINKED.findall((ROOT / name).read_text())
    assert [link for link in links if not (ROOT / name).parent.joinpath(link).exists()] == []
