"""/robots.txt by purpose, and which pages ask not to be indexed."""

import itertools
from urllib.robotparser import RobotFileParser

import pytest
from django.test import Client
from django.urls import reverse

from blog.models import Role, Site
from blog.views import lists
from blog.views.robots import ANSWERS, CRAWLERS, TRAINING
from tests.factories import make_post, make_user
from tests.pages import tags, words
from tests.world import World, addresses

pytestmark = pytest.mark.django_db

SEARCH = ("Googlebot", "Bingbot", "DuckDuckBot", "SomeNewSearch")


def rules() -> RobotFileParser:
    answer = Client().get("/robots.txt")
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    parser = RobotFileParser()
    parser.parse(answer.content.decode().splitlines())
    return parser


def named(purpose: str) -> list[str]:
    return [name for name, is_for, _source in CRAWLERS if is_for == purpose]


@pytest.mark.parametrize("choice", list(itertools.product([True, False], repeat=3)))
def test_each_purpose_is_asked_for_what_was_chosen(choice):
    fields = ("may_search", "may_answer", "may_train")
    Site.objects.create(pk=1, **dict(zip(fields, choice, strict=True))).save()
    parser, path = rules(), make_post().path
    for names, may in zip((SEARCH, named(ANSWERS), named(TRAINING)), choice, strict=True):
        assert {parser.can_fetch(name, path) for name in names} == {may}
        assert not any(parser.can_fetch(name, "/admin/") for name in names)
        assert not any(parser.can_fetch(name, "/moderation/") for name in names)


def test_it_names_the_sitemap(settings):
    settings.SITE_URL = "https://example.org"
    assert rules().site_maps() == ["https://example.org/sitemap.xml"]


def test_at_first_the_site_is_found_and_quoted_but_not_trained_on():
    parser = rules()
    assert parser.can_fetch("Googlebot", "/") and parser.can_fetch("OAI-SearchBot", "/")
    assert not parser.can_fetch("GPTBot", "/")


def test_each_crawler_is_named_once_with_its_source():
    names = [name for name, _purpose, _source in CRAWLERS]
    assert len(names) == len({name.lower() for name in names})
    assert all(source.startswith("https://") for _name, _purpose, source in CRAWLERS)


def test_an_administrator_chooses_in_the_form_of_the_site(client):
    client.force_login(make_user(Role.ADMINISTRATOR))
    address = reverse("admin:blog_site_change", args=[1])
    client.get(reverse("admin:blog_site_changelist"))
    page = client.get(address)
    for sentence in (
        "Search engines may list the site",
        "Assistants may read it to answer questions",
        "Language models may be trained on it",
        "whoever ignores it is not stopped",
    ):
        assert sentence in words(page)
    form = page.context["adminform"].form
    sent = {name: form[name].value() or "" for name in form.fields} | {"may_train": "on"}
    assert client.post(address, sent | {"may_search": ""}).status_code == 302
    assert not rules().can_fetch("Googlebot", "/")
    assert rules().can_fetch("GPTBot", "/")


def page_says(answer) -> tuple[int, bool]:
    """The number of its canonical addresses, and whether it asks not to be indexed."""
    robots = [tag["content"] for tag in tags(answer, "meta") if tag.get("name") == "robots"]
    robots.append(answer.headers.get("X-Robots-Tag", ""))
    links = [tag["href"] for tag in tags(answer, "link") if tag["rel"] == "canonical"]
    assert all(link.isascii() and "?" not in link for link in links)
    return len(links), "noindex" in "".join(robots)


def test_every_page_has_one_canonical_address_or_is_not_to_be_indexed(
    own_folder, mail_server, monkeypatch
):
    monkeypatch.setattr(lists, "TITLES", 1)
    world, client, indexed = World(), Client(), set()
    for name in addresses():
        answer = client.get(world.path(name), {"utm": "x"})
        if answer.status_code == 200 and answer["Content-Type"].startswith("text/html"):
            canonical, is_kept_out = page_says(answer)
            # A tag of few posts may have both.
            assert canonical == 1 or (is_kept_out and not canonical), name
            indexed |= {name} - ({name} if is_kept_out else set())
    assert indexed == {
        *("home", "home-page", "tags", "tag", "tag-page", "author", "author-page", "archive"),
        *("archive-page", "year", "year-page", "month", "month-page", "post", "page"),
        *("corrections", "corrections-page"),
    }


def test_what_is_not_found_is_not_indexed(client):
    assert page_says(client.get("/nowhere/")) == (0, True)


def test_a_tag_of_one_post_is_not_indexed_until_there_is_another(client):
    make_post(tags=["Trams"])
    assert page_says(client.get("/tag/trams/"))[1]
    make_post(tags=["Trams"])
    assert page_says(client.get("/tag/trams/")) == (1, False)
