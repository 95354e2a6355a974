"""The sitemap: what search engines are told of, and when it changed."""

import os
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import xmlschema
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.feeds import sitemap
from blog.models import Correction, Image, Post, Role, Tag
from tests.factories import make_post, make_user, picture
from tests.pages import tags

pytestmark = pytest.mark.django_db

SITE = "https://example.org"
SCHEMAS = Path(__file__).resolve().parents[3] / "shared" / "cases" / "feeds" / "schemas"
NAMES = {"s": sitemap.NAMES["xmlns"], "image": sitemap.NAMES["xmlns:image"]}
MAY = datetime(2024, 5, 6, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


@pytest.fixture(autouse=True)
def one_file_of_each_kind(monkeypatch):
    """PostgreSQL goes on counting keys from test to test, and a file is a range of keys."""
    monkeypatch.setattr(sitemap, "MOST", 1_000_000)


def read(path: str) -> dict[str, str | None]:
    """The path of each address with its date."""
    answer = Client().get(path)
    assert answer.status_code == 200, path
    assert answer["X-Robots-Tag"] == "noindex"
    found = {}
    for row in ET.fromstring(answer.content):
        location = row.findtext("s:loc", namespaces=NAMES)
        assert location.startswith(f"{SITE}/")
        found[location.removeprefix(SITE)] = row.findtext("s:lastmod", namespaces=NAMES)
    return found


def files() -> dict[str, str | None]:
    return read("/sitemap.xml")


def everything() -> dict[str, str | None]:
    return {path: at for file in files() for path, at in read(file).items()}


def test_it_leads_to_all_that_is_to_be_found():
    post, other = make_post(tags=["Trams"]), make_post(tags=["Trams"])
    page = make_post(kind="page", title="About us", author=post.author)
    Correction.objects.record(post, "It was two.", by=post.author)
    helper = make_user(Role.AUTHOR)
    other.bylines.create(user=helper)
    people = [person.get_absolute_url() for person in (post.author, other.author, helper)]
    lists = ["/", "/archive/", "/tags/", "/corrections/", "/tag/trams/"]
    assert set(everything()) == {post.path, other.path, page.path, *people, *lists}


def test_each_address_answers_with_a_page_that_is_to_be_indexed():
    make_post(tags=["Trams", "Rare"])
    make_post(tags=["Trams"], title="हिन्दी 東京", slug="東京")
    Correction.objects.record(Post.objects.first(), "It was two.", by=make_user(Role.EDITOR))
    for path in everything():
        page = Client().get(path)
        assert page.status_code == 200, path
        robots = [tag["content"] for tag in tags(page, "meta") if tag.get("name") == "robots"]
        assert "noindex" not in "".join(robots), path
        (link,) = [tag["href"] for tag in tags(page, "link") if tag["rel"] == "canonical"]
        assert link == SITE + path


@pytest.mark.parametrize("state", ["draft", "review", "private", "trash", "tomorrow", "expired"])
def test_what_is_not_public_is_not_in_it(state):
    now = timezone.now()
    fields = {
        "tomorrow": {"published_at": now + timedelta(1)},
        "expired": {"expires_at": now - timedelta(1)},
    }.get(state, {"status": state})
    post, page = make_post(tags=["Trams"]), make_post(kind="page")
    Post.objects.update(**fields)
    assert list(files()) == ["/sitemap-lists.xml"]
    assert {post.path, page.path, "/tag/trams/"} & set(everything()) == set()


def test_a_post_whose_canonical_address_is_elsewhere_is_not_in_it():
    make_post(canonical_url="https://elsewhere.example/tram/", title="Elsewhere")
    assert list(files()) == ["/sitemap-lists.xml", "/sitemap-authors-1.xml"]
    here = make_post()
    assert here.path in everything() and len(read("/sitemap-posts-1.xml")) == 1


def test_a_tag_of_one_post_is_not_in_it():
    make_post(tags=["Rare"])
    make_post(tags=["Rare"], status="draft")
    assert "/tag/rare/" not in everything()
    make_post(tags=["Rare"])
    assert "/tag/rare/" in everything()


# The date of the last real change.


def test_a_date_moves_with_a_correction_and_not_with_a_save():
    post = make_post(published_at=MAY, tags=["Trams"])
    make_post(published_at=MAY - timedelta(1), tags=["Trams"], author=post.author)
    expected = "2024-05-06T12:00:00+00:00"
    lists = {"/", "/tag/trams/", post.path}

    def dates() -> dict:
        return {path: everything()[path] for path in lists} | files()

    before = dates()
    assert {before[path] for path in lists} == {expected}
    post.title = "Another"
    post.save()
    assert dates() == before
    at = MAY + timedelta(days=2)
    Correction.objects.record(post, "It was two.", by=post.author, at=at)
    assert everything()[post.path] == files()["/sitemap-posts-1.xml"] == at.isoformat()


# Pictures.


def test_a_post_names_its_picture():
    image = Image.objects.create(file=picture(size=(700, 400)), sha256="b" * 64)
    make_post(lead_image=image)
    root = ET.fromstring(Client().get("/sitemap-posts-1.xml").content)
    found = root.findtext("s:url/image:image/image:loc", namespaces=NAMES)
    assert found == f"{SITE}{image.file.url}"
    assert Client().get(found.removeprefix(SITE)).status_code == 200


# Large sites.


@pytest.fixture
def small_files(monkeypatch, one_file_of_each_kind):
    monkeypatch.setattr(sitemap, "MOST", 3)


def test_no_file_has_more_than_its_number_and_none_is_missing(small_files):
    posts = [make_post(tags=["Trams"]) for _n in range(10)]
    parts = [read(file) for file in files()]
    assert max(map(len, parts)) <= 3
    found = [path for part in parts for path in part]
    assert len(found) == len(set(found))
    assert {post.path for post in posts} <= set(found)


def test_a_new_post_moves_no_other_to_another_file(small_files):
    for _n in range(7):
        make_post()
    before = {file: read(file) for file in files() if "posts" in file}
    make_post()
    for file, rows in before.items():
        assert rows.items() <= read(file).items()


def test_a_file_asked_for_when_its_posts_have_gone_is_not_found(client, small_files):
    posts = [make_post() for _n in range(7)]
    listed = [file for file in files() if "posts" in file]
    for post in posts:
        post.to_trash(timezone.now())
        post.save()
    assert {client.get(file).status_code for file in listed} == {404}
    assert client.get("/sitemap.xml").status_code == 200


NOWHERE = ["posts-0", "posts-2", "posts-999999999", f"posts-{'9' * 30}", f"posts-{'9' * 5000}"]
NOWHERE += ["posts-٣", "posts-1%00", "posts--1", "posts-01", "posts", "tags-1", "authors-77", "x"]


@pytest.mark.parametrize("name", NOWHERE)
def test_a_file_that_is_not_there_is_not_found(client, name):
    make_post()
    assert client.get(f"/sitemap-{name}.xml").status_code == 404


def test_it_is_asked_for_with_as_many_queries_whatever_there_is(client):
    def counts() -> list[int]:
        found = []
        for path in ("/sitemap.xml", "/sitemap-lists.xml", *parts):
            client.get(path)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(path).status_code == 200
            found.append(len(queries))
        return found

    def publish(numbers: range) -> None:
        for number in numbers:
            image = Image.objects.create(file=picture(), sha256=str(number))
            post = make_post(tags=["Trams"], lead_image=image)
            post.bylines.create(user=make_user(Role.AUTHOR))
            Correction.objects.record(post, "It was two.", by=post.author)

    parts = [f"/sitemap-{name}-1.xml" for name in ("posts", "tags", "authors")]
    publish(range(2))
    few = counts()
    publish(range(2, 22))
    assert counts() == few and max(few) <= 6


def test_it_reads_no_text(client):
    make_post()
    client.get("/robots.txt")  # the row of the site, with its pages, is read once
    with CaptureQueriesContext(connection) as queries:
        for file in files():
            client.get(file)
    read_columns = " ".join(query["sql"] for query in queries)
    assert '"body"' not in read_columns and '"body_html"' not in read_columns


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan of SQLite")
def test_the_index_is_read_from_an_index_and_not_past_the_texts():
    rows = sitemap._posts(timezone.now()).values("pk")
    with connection.cursor() as cursor:
        sql, params = rows.query.sql_with_params()
        cursor.execute(f"EXPLAIN QUERY PLAN {sql}", params)
        plan = " ".join(row[3] for row in cursor.fetchall())
    assert "COVERING INDEX post_visible" in plan and "canonical_elsewhere" in plan


# As its own rules want it.


def schema(name: str):
    file = SCHEMAS / name
    if not file.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the cases are missing: {file}")
        pytest.skip("the shared cases are not beside the project")
    return xmlschema.XMLSchema(str(file))


def test_index_and_files_are_valid(client):
    image = Image.objects.create(file=picture(), sha256="b" * 64)
    for _n in range(2):
        make_post(tags=["Trams & <trains>"], lead_image=image)
    schema("siteindex.xsd").validate(client.get("/sitemap.xml").content.decode())
    rules = schema("sitemap.xsd")
    for file in files():
        rules.validate(client.get(file).content.decode())
    assert not rules.is_valid(f'<urlset xmlns="{NAMES["s"]}"><url/></urlset>')


def test_whoever_has_it_gets_304(client):
    make_post()
    for path in ("/sitemap.xml", *files()):
        known = client.get(path)["ETag"]
        assert client.get(path, headers={"If-None-Match": known}).status_code == 304
    assert Tag.objects.count() == 0
