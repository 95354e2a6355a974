"""Exports of WordPress that others wrote, and small ones of our own."""

import json
import os
from io import BytesIO
from pathlib import Path

import pytest

CASES = Path(__file__).resolve().parents[3] / "shared" / "cases" / "wxr"

HEAD = """<?xml version="1.0" encoding="{encoding}" ?>
<rss version="2.0" xmlns:excerpt="http://wordpress.org/export/1.2/excerpt/"
 xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:wp="http://wordpress.org/export/1.2/">
<channel><title>Old site</title><link>https://old.example</link>
<wp:wxr_version>1.2</wp:wxr_version><wp:base_blog_url>https://old.example</wp:base_blog_url>
"""
END = "</channel></rss>"


def needed() -> None:
    if not CASES.exists():
        assert not os.environ.get("CI"), f"{CASES} is missing"
        pytest.skip("the exports of others (../shared/cases/wxr) are not here")


def files(under: str = ".") -> list[Path]:
    needed()
    return sorted((CASES / under).rglob("*.xml"))


def expected(file: Path):
    return json.loads(file.read_text())


def item(content: str = "", title: str = "A", number: int = 1, more: str = "") -> str:
    return (
        f"<item><title><![CDATA[{title}]]></title>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded>"
        f"<wp:post_id>{number}</wp:post_id>{more}</item>\n"
    )


def export(*parts: str, head: str = HEAD, encoding: str = "utf-8", end: str = END) -> BytesIO:
    text = head.format(encoding=encoding) + "".join(parts) + end
    return BytesIO(text.encode(encoding))
