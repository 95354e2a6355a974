"""The mark beside a comment: a letter of the name on one of six tones."""

import gzip
import re

import pytest

from blog import theme
from comments.thread.initials import NAMELESS, TONES, monogram, tone
from tests.factories import make_comment, make_post
from tests.pages import html

LETTERS = [
    ("Ana", "A"),
    ("zoë", "Z"),
    ("élodie", "É"),
    ("e\u0301lodie", "É"),
    ("'Ōiwi", "Ō"),
    ("@ß-man", "ß"),
    ("Ωμέγα", "Ω"),
    ("жанна", "Ж"),
    ("電車", "電"),
    ("مرحبا", "م"),
    ("שלום", "ש"),
    ("हिन्दी", "हि"),
    ("கோமதி", "கோ"),
    ("👩‍🚀 Mae", "M"),
    ("(1984)", "1"),
    ("👩‍🚀", NAMELESS),
    ("...", NAMELESS),
    ("", NAMELESS),
    ("\u200f \u202e", NAMELESS),
    ("<b>", "B"),
    ("Z" + "\u0335\u0336\u0337\u0338" * 40, "Z\u0335\u0336"),
]


@pytest.mark.parametrize(("name", "letter"), LETTERS)
def test_the_letter_of_a_name(name, letter):
    assert monogram(name) == letter


def test_the_tone_is_the_names_own():
    assert tone("Zoë") == tone(" zoe\u0308 ")
    assert {tone(f"Reader {n}") for n in range(100)} == set(range(TONES))


def test_the_letter_can_be_read_on_every_tone(settings):
    css = (settings.BASE_DIR / "blog/static/blog/site.css").read_text()
    tones = re.findall(r"^\.face[^{]*\{.*?background: (#\w{6})", css, re.MULTILINE)
    assert len(set(tones)) == TONES
    assert all(theme.contrast(colour, "#ffffff") >= theme.READABLE for colour in tones)


@pytest.mark.django_db
def test_it_stands_beside_the_name_and_is_not_read_aloud(client):
    comment = make_comment(status="approved", author_name="Zoë")
    page = html(client.get(comment.post.path))
    mark = f'<span class="face face-{tone("Zoë")}" aria-hidden="true">Z</span>'
    assert mark in page
    assert page.index(mark) < page.index("<bdi>Zoë</bdi>")
    assert "gravatar" not in page


@pytest.mark.django_db
def test_ten_of_them_cost_less_than_200_bytes(client):
    post = make_post()
    for name in ("Ana", "Bo", "Cem", "Dai", "Eli", "Fay", "Gus", "Hal", "Ida", "Jo"):
        make_comment(post, status="approved", author_name=name)
    page = html(client.get(post.path))
    without, count = re.subn(r'<span class="face .*?</span>', "", page)
    assert count == 10
    assert len(gzip.compress(page.encode())) - len(gzip.compress(without.encode())) < 200
