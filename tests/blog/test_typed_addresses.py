"""Addresses as people type them come out as valid HTML wants them, and lead where they led."""

import pytest

from blog.models import Site
from blog.text.markup import render, render_comment
from blog.text.sanitizer import as_browsers_write, sanitize
from tests.factories import make_comment, make_post
from tests.pages import hrefs

TYPED = {
    "/media/a b.png": "/media/a%20b.png",
    'https://e.example/?q="x"|y': "https://e.example/?q=%22x%22%7Cy",
    "https://e.example/a[1]?b=[2]": "https://e.example/a%5B1%5D?b=%5B2%5D",
    "http://[::1]:80/a": "http://[::1]:80/a",
    "https://e.example/100%/%C3%A9/%2": "https://e.example/100%25/%C3%A9/%252",
    "https://e.example/é?a=1&b=2#c": "https://e.example/é?a=1&b=2#c",
    "https://e.example/a\n\tb": "https://e.example/ab",
    "mailto:ana@example.org?subject=a b": "mailto:ana@example.org?subject=a%20b",
    "": "",
}


@pytest.mark.parametrize(("typed", "written"), TYPED.items())
def test_signs_that_no_address_holds_are_encoded_once(typed, written):
    assert as_browsers_write(typed) == written
    assert as_browsers_write(written) == written


def test_so_they_are_in_posts_and_comments():
    html = render('![A map](/media/a b.png)\n\n<q cite="/x y">q</q>', "p1-").html
    assert 'src="/media/a%20b.png"' in html and 'cite="/x%20y"' in html
    assert sanitize(html) == html
    said = render_comment("See https://e.example/x|y now.")
    assert '<a href="https://e.example/x%7Cy"' in said and ">https://e.example/x|y<" in said


@pytest.mark.django_db
def test_so_they_are_in_the_navigation_and_beside_a_readers_name(client):
    links = {"navigation": "Words | https://e.example/a b"}
    Site.objects.update_or_create(pk=1, defaults=links)
    post = make_post()
    make_comment(post, status="approved", author_url="https://e.example/a|b")
    found = hrefs(client.get(post.path))
    assert "https://e.example/a%20b" in found and "https://e.example/a%7Cb" in found
