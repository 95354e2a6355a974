"""The list of contents of a post: from three headings on."""

import re

import pytest

from tests.factories import make_post
from tests.pages import html, words

pytestmark = pytest.mark.django_db

THREE = "## The *first* & best\n\nA.\n\n### Below it\n\nB.\n\n## 1 < 2\n\nC."


def contents(response) -> str:
    found = re.search(r'<nav class="contents".*?</nav>', html(response), re.DOTALL)
    return found[0] if found else ""


def test_three_headings_are_listed_in_their_order(client):
    page = client.get(make_post(body=THREE).path)
    listed = re.findall(r'<li(?: class="(\w+)")?><a href="#([^"]+)">([^<]*)</a>', contents(page))
    assert [(kind, text) for kind, _id, text in listed] == [
        ("", "The first &amp; best"),
        ("deeper", "Below it"),
        ("", "1 &lt; 2"),
    ]
    for _kind, id, _text in listed:
        assert re.search(rf'<h[23] id="{id}"', html(page))


def test_it_is_named_by_its_heading(client):
    listed = contents(client.get(make_post(body=THREE).path))
    (id,) = re.findall(r'aria-labelledby="([^"]+)"', listed)
    assert re.search(rf'<h2[^>]* id="{id}"[^>]*>Contents</h2>', listed)


def test_on_a_phone_it_opens_without_a_script(client):
    """The list follows the details whose state it takes; the stylesheet says so."""
    listed = contents(client.get(make_post(body=THREE).path))
    assert re.search(r"<summary[^>]*>Contents</summary></details>\s*<ol>", listed)


@pytest.mark.parametrize("body", ["", "No heading.", "## One\n\nA.\n\n## Two\n\nB."])
def test_fewer_than_three_headings_need_no_list(client, body):
    page = client.get(make_post(body=body).path)
    assert contents(page) == ""
    assert "Contents" not in words(page)
