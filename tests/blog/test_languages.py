"""A post in another language than its site: what is read in which, and from which side."""

import re
from html import unescape

import pytest

from blog.models import Site
from blog.text.languages import direction
from tests import pages
from tests.desk import ESSAY, Desk, errors
from tests.factories import make_comment, make_post

pytestmark = pytest.mark.django_db

SITES = [("en-GB", "ar", "ltr", "rtl"), ("he", "en-GB", "rtl", "ltr"), ("fa", "ar", "rtl", "rtl")]
BODY = "## Eins\n\nA.\n\n## Zwei\n\nB.\n\n## Drei\n\nC."


def html(response) -> str:
    """As a browser reads it: spaces before the end of a tag mean nothing."""
    return re.sub(r"\s+>", ">", pages.html(response))


@pytest.fixture(params=SITES, ids="-".join)
def world(request):
    """A site, its post in another language and one in its own, and how both are marked."""
    site, own, site_side, own_side = request.param
    Site.objects.create(pk=1, language=site, navigation="Home | /")
    plain = make_post(title="Plain title", days_ago=2)
    post = make_post(title="Other title", language=own, body=BODY, tags=["x"])
    make_comment(post, status="approved")
    return post, plain, f'lang="{site}" dir="{site_side}"', f'lang="{own}" dir="{own_side}"'


def test_its_page_is_in_its_language_and_the_rest_in_that_of_the_site(client, world):
    post, _plain, of_site, of_post = world
    page = html(client.get(post.path))
    assert f"<html {of_post}>" in page
    for start in ('header class="masthead"', 'footer class="foot"', 'p class="byline"'):
        assert f"<{start} {of_site}" in page
    for start in ('nav class="tags"', 'section class="share"', 'nav class="neighbours column"'):
        assert f"<{start} {of_site}" in page
    assert re.search(rf'<div class="column" {of_site}>\s*<section class="comments"', page)
    assert f'id="contents-title" {of_site}>Contents<' in page


@pytest.mark.parametrize("kind", ["title", "prose", "contents"])
def test_its_own_words_are_in_the_language_of_the_page(client, world, kind):
    page = html(client.get(world[0].path))
    start = {"title": "<h1>Other", "prose": '<div class="prose column">', "contents": "<ol><li><a"}
    assert start[kind] in page


def test_its_card_is_in_its_language_but_for_what_the_site_says(client, world):
    _post, _plain, of_site, of_post = world
    page = html(client.get("/"))
    card = re.search(
        r"<article[^>]*>(?:(?!</article>).)*Other title.*?</article>", page, re.DOTALL
    )[0]
    assert card.startswith(f'<article class="card lead wordy" {of_post}>')
    assert f'<p class="by" {of_site}>' in card
    assert f'{of_site}>Read More »<span class="vh" {of_post}>: Other title' in card
    assert page.count(of_post) == 2


def test_the_link_to_the_neighbour_is_in_the_language_of_the_neighbour(client, world):
    post, plain, of_site, of_post = world
    assert f"<span {of_post}>Other title</span>" in html(client.get(plain.path))
    assert "<span>Plain title</span>" in html(client.get(post.path))


def test_a_comment_is_read_from_the_side_of_its_own_script(client, world):
    assert '<div class="said-by" dir="auto">' in html(client.get(world[0].path))


@pytest.mark.parametrize("typed", ["English", "ar_EG", "de,en", '"><b>'])
def test_a_post_takes_no_language_that_is_none(typed):
    answer = Desk().type(language=typed)
    assert errors(answer) == {"language": ["Write it like en-GB, de or ar."]}
    assert ESSAY["body"] in unescape(answer.content.decode())
    assert Desk().typed(language="ar-EG").language == "ar-EG"


@pytest.mark.parametrize(("code", "side"), [("ar_EG", "rtl"), ("HE-il", "rtl"), ("arn", "ltr")])
def test_the_side_is_that_of_the_language_however_its_code_is_written(code, side):
    assert direction(code) == side


def test_a_site_of_one_language_says_it_once(client):
    Site.objects.create(pk=1, language="en-GB")
    for language in ("", "en-GB"):
        page = html(client.get(make_post(language=language).path))
        assert re.findall(r' lang="([^"]*)"', page) == ["en-GB"]
