"""The model page: 1,129 words with everything on it, and how much of it goes over the wire."""

import gzip
import re
import tomllib
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders

from blog.models import Image
from blog.text.markup import shown_text
from tests.factories import make_comment, make_post, picture
from tests.pages import html

pytestmark = pytest.mark.django_db

DEMO = settings.BASE_DIR / "comments" / "demo"
WORDS, QUOTES, TAGS, COMMENTS = 1129, 4, 45, 10
MOST, MOST_SCRIPT = 14 * 1024, 5 * 1024
# What the essay has and the model page has not: a figure, a table with its caption, code.
NOT_OF_THE_MODEL = ("![", "|", "Table: ", "```")


def article(name: str) -> tuple[dict, str]:
    """What stands above the text of one of the demo's articles, and the text."""
    (file,) = (DEMO / "posts").glob(f"{name}-*.md")
    _nothing, head, body = file.read_text().split("+++\n", 2)
    return tomllib.loads(head), body


def essay() -> str:
    """The first of them with its headings and pull quotes, cut after so many words."""
    _head, body = article("01")
    blocks = re.sub(r"\[\^\d\]", "", body).split("\n\n")
    blocks = [block for block in blocks if not block.startswith(NOT_OF_THE_MODEL)]
    quotes = [block for block in blocks if block.startswith(":::")][:QUOTES]
    left = WORDS - sum(len(quote.split()) - 3 for quote in quotes)
    kept = []
    for block in blocks:
        if block in quotes:
            kept.append(block)
        elif left > 0 and not block.startswith(":::"):
            kept.append(" ".join(block.split(" ")[:left]))
            left -= len([word for word in kept[-1].split() if word not in ("##", ">")])
    return "\n\n".join(kept)


def ready_picture(alt: str) -> Image:
    image = Image.objects.create(file=picture(), sha256=f"{hash(alt):064x}"[-64:], alt=alt)
    size = {"width": 1920, "height": 1280, "renditions": Image.Renditions.READY}
    Image.objects.filter(pk=image.pk).update(**size)
    return image


def publish(name: str, body: str, **fields):
    head, _body = article(name)
    said = {key: head[key] for key in ("title", "deck", "excerpt", "tags")}
    post = make_post(body=body, lead_image=ready_picture(head["alt"]), **said | fields)
    post.choose_lead_tag(head["tags"][:1])
    return post


@pytest.fixture
def model_page(client, settings):
    settings.AKISMET_API_KEY = "a key"
    post = publish("01", essay(), lead_caption="The line on Corn Row.")
    for name in ("02", "03", "04"):
        publish(name, "Nobody got in.", days_ago=2)
    said = tomllib.loads((DEMO / "comments.toml").read_text())["comment"]
    for words in said[:COMMENTS]:
        make_comment(post, status="approved", author_name=words["name"], body=words["body"])
    return html(client.get(post.path))


def weigh(text: str) -> int:
    return len(gzip.compress(text.encode(), 6))


def files(page: str, kind: str) -> list[str]:
    names = re.findall(rf'(?:src|href)="{settings.STATIC_URL}([^"]+\.{kind})"', page)
    return [Path(finders.find(name)).read_text() for name in names]


def test_the_model_page_with_its_stylesheet_takes_14_kb(model_page):
    styles = files(model_page, "css")
    assert styles
    assert weigh(model_page) + sum(map(weigh, styles)) <= MOST


def test_its_scripts_take_5_kb(model_page):
    scripts = files(model_page, "js")
    assert scripts and sum(map(weigh, scripts)) <= MOST_SCRIPT


def test_it_is_the_model_page(model_page):
    assert model_page.count('<aside class="pullquote"') == QUOTES
    assert model_page.count('rel="tag"') == model_page.count('"article:tag"') == TAGS
    assert model_page.count('class="card"') == 3
    assert len(re.findall(r'id="comment-\d+"', model_page)) == COMMENTS
    assert model_page.count("<picture>") == 4
    (prose,) = re.findall(r'<div class="prose column">(.*?)</div>', model_page, re.DOTALL)
    assert len(shown_text(prose).split()) == WORDS
    assert "This site uses Akismet to reduce spam." in model_page
