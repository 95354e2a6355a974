"""What pages say of themselves to search engines and to those who share a link."""

import hashlib
import json
import re
from datetime import UTC, datetime
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.test import Client
from PIL import Image as Pillow

from blog.images import crops
from blog.models import Correction, Image, Post, Role, Site
from tests.factories import make_post, make_user, picture

pytestmark = pytest.mark.django_db

ALT = 'A "tram" <b>& a bridge</b> [seen from\u2028below] ' + "in the rain " * 28
SITE = "http://testserver"


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


def make_image(size=(1600, 1400), **fields) -> Image:
    file = picture(size=size)
    sha256 = hashlib.sha256(file.read()).hexdigest()
    return Image.objects.create(file=file, sha256=sha256, **fields)


def render(image) -> Image:
    Image.render(image.pk)
    image.refresh_from_db()
    return image


def metas(address: str) -> list[tuple[str, str]]:
    page = Client().get(address).content.decode()
    found = re.findall(r'<meta (?:name|property)="([^"]+)" content="([^"]*)">', page)
    return [(name, unescape(value)) for name, value in found]


def meta(address: str) -> dict[str, str]:
    return dict(metas(address))


def data(address: str) -> dict:
    page = Client().get(address).content.decode()
    return json.loads(re.search(r'<script type="application/ld\+json">(.*?)</script>', page)[1])


def size_of(url: str) -> tuple[int, int]:
    with default_storage.open(url.removeprefix(f"{SITE}/media/")) as file:
        return Pillow.open(file).size


# Pictures that are shared.


def test_a_shared_link_shows_1200_by_630_and_search_engines_three_shapes():
    post = make_post(lead_image=render(make_image()))
    shared, shapes = meta(post.path), data(post.path)["image"]
    assert size_of(shared["og:image"]) == (1200, 630)
    assert (shared["og:image:width"], shared["og:image:height"]) == ("1200", "630")
    assert [size_of(shape["url"]) for shape in shapes] == [(1200, 675), (1200, 900), (1200, 1200)]
    assert [(shape["width"], shape["height"]) for shape in shapes] == [
        size_of(shape["url"]) for shape in shapes
    ]
    assert {shape["@type"] for shape in shapes} == {"ImageObject"}


def test_until_they_are_made_the_original_is_named():
    image = make_image()
    post = make_post(lead_image=image)
    original = f"{SITE}{image.file.url}"
    assert meta(post.path)["og:image"] == original
    assert [shape["url"] for shape in data(post.path)["image"]] == [original]


def test_of_a_small_picture_only_what_is_large_enough_is_named():
    image = render(make_image((270, 200)))
    post = make_post(lead_image=image)
    assert meta(post.path)["og:image"] == f"{SITE}{image.file.url}"
    assert [size_of(shape["url"]) for shape in data(post.path)["image"]] == [(267, 200)]
    post = make_post(lead_image=make_image((240, 200)))
    assert meta(post.path)["og:image:width"] == "240"
    assert "image" not in data(post.path)


@pytest.mark.parametrize("size", [(1, 1), (9000, 3), (3, 9000), (1199, 5000), (1201, 631)])
@pytest.mark.parametrize("point", [(0, 0), (1, 0.5), (-3, 7)])
def test_no_shape_leaves_the_picture_or_is_scaled_up(size, point):
    image = Image(width=size[0], height=size[1], focal_x=point[0], focal_y=point[1])
    for shape in (crops.SHARED, *crops.SEARCHED):
        left, top, right, bottom = crops.box(image, shape)
        assert 0 <= left < right <= size[0] and 0 <= top < bottom <= size[1]
    assert all(wide <= crops.width(image, shape) for shape, wide in crops.for_search_engines(image))
    assert crops.can_be_shared(image) == (size == (1201, 631))


@pytest.mark.thorough
@pytest.mark.parametrize(("x", "is_red"), [(0.0, True), (1.0, False)])
def test_what_is_shared_holds_the_focal_point(x, is_red):
    post = make_post(lead_image=render(make_image((4000, 1300), focal_x=x)))
    for url in [meta(post.path)["og:image"], *(p["url"] for p in data(post.path)["image"])]:
        with default_storage.open(url.removeprefix(f"{SITE}/media/")) as file:
            whole = Pillow.open(file).convert("RGB")
        middle = whole.getpixel((whole.width // 2, whole.height // 2))
        assert (middle[0] > 127) == is_red, url


# A post.


def test_a_post_says_everything_once_and_each_tag_and_author():
    post = make_post(tags=["trams", "Élite"], title='On "trams" & <rain>', deck="They came late.")
    post.bylines.create(user=make_user(Role.AUTHOR))
    said = metas(post.path)
    assert [value for name, value in said if name == "article:tag"] == ["Élite", "trams"]
    assert [value for name, value in said if name == "article:author"] == [
        SITE + person.get_absolute_url() for person in post.authors
    ]
    said = dict(said)
    assert said["og:title"] == post.title
    assert said["og:description"] == said["description"] == "They came late."
    assert said["og:url"] == post.url
    assert said["og:type"] == "article"
    assert said["og:site_name"] == "Broadside"
    assert said["robots"] == "max-image-preview:large"
    assert said["twitter:card"] == "summary"
    assert said["article:published_time"] == said["article:modified_time"]


def test_a_correction_is_the_only_change_that_moves_the_date():
    post = make_post(body="It was late.")
    Correction.objects.record(post, "It was early.", by=post.author)
    said, found = meta(post.path), data(post.path)
    assert said["article:modified_time"] > said["article:published_time"]
    assert found["dateModified"] == said["article:modified_time"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", found["datePublished"])


@pytest.mark.parametrize(
    ("deck", "said"),
    [
        ("word " * 59 + "end", "word " * 30 + "word…"),
        ("電車は来なかった。" * 30, "電車は来なかった。" * 17 + "電車は来なか…"),
        ("x" * 300, "x" * 159 + "…"),
    ],
    ids=["words", "no spaces", "one word"],
)
def test_a_description_is_cut_at_a_word_and_never_to_nothing(deck, said):
    assert meta(make_post(deck=deck).path)["description"] == said


def test_a_long_description_with_quotes_stays_whole():
    post = make_post(lead_image=make_image(), lead_alt=ALT)
    said = meta(post.path)
    assert said["og:image:alt"] == said["twitter:image:alt"] == ALT
    assert said["twitter:card"] == "summary_large_image"
    assert data(post.path)["image"][0]["description"] == ALT


def test_an_article_names_its_people_words_and_subjects():
    post = make_post(tags=["Trams", "Rain"], language="cy", body="Nobody got in.")
    found = data(post.path)
    person = {"@type": "Person", "name": str(post.author)}
    assert found["@type"] == "BlogPosting"
    assert found["author"] == [person | {"url": SITE + post.author.get_absolute_url()}]
    assert found["publisher"]["@type"] == "Organization"
    assert found["keywords"] == ["Rain", "Trams"]
    assert found["wordCount"] == 3
    assert found["inLanguage"] == "cy"
    assert found["url"] == found["mainEntityOfPage"] == post.url


def test_no_title_ends_the_script():
    post = make_post(title="</script><script>alert(1)</script>\u2028&amp;")
    assert data(post.path)["headline"] == post.title


def test_a_private_post_asks_not_to_be_found(client):
    post = make_post()
    Post.objects.filter(pk=post.pk).update(status=Post.Status.PRIVATE)
    client.force_login(post.author)
    assert '<meta name="robots" content="noindex">' in client.get(post.path).content.decode()


# Lists.


def test_lists_name_their_posts_in_order():
    older = make_post(tags=["Trams"], published_at=datetime(2026, 3, 5, 9, tzinfo=UTC))
    newer = make_post(tags=["Trams"], published_at=datetime(2026, 3, 6, 9, tzinfo=UTC))
    for path in ("/tag/trams/", "/2026/", "/2026/03/"):
        found = data(path)
        items = found["mainEntity"]["itemListElement"]
        assert found["@type"] == "CollectionPage"
        assert found["url"] == meta(path)["og:url"] == SITE + path
        assert [(item["position"], item["url"]) for item in items] == [
            (1, newer.url),
            (2, older.url),
        ]


def test_the_index_of_subjects_and_the_archive_name_their_lists():
    for day in (datetime(2025, 3, 5, 9, tzinfo=UTC), datetime(2026, 3, 6, 9, tzinfo=UTC)):
        make_post(tags=["Trams", "Élite"], published_at=day)
    lists = {
        "/tags/": [("Élite", "/tag/%C3%A9lite/"), ("Trams", "/tag/trams/")],
        "/archive/": [("2026", "/2026/"), ("2025", "/2025/")],
    }
    for path, links in lists.items():
        found, said = data(path), meta(path)
        items = found["mainEntity"]["itemListElement"]
        assert found["@type"] == "CollectionPage"
        assert [(item["name"], item["url"]) for item in items] == [
            (n, SITE + to) for n, to in links
        ]
        assert found["url"] == said["og:url"] == SITE + path
        assert found["name"] == said["og:title"]
        assert said["description"] == said["og:description"] != ""


@pytest.mark.parametrize("path", ["/tag/trams/", "author", "/"])
def test_no_list_says_half_a_word_of_itself(path):
    said = "tramways " * 40
    post = make_post(tags=["Trams"], author=make_user(Role.AUTHOR, bio=said))
    post.tags.update(description=said)
    Site.objects.update_or_create(pk=1, defaults={"tagline": said[:200]})
    path = post.author.get_absolute_url() if path == "author" else path
    assert meta(path)["description"] == meta(path)["og:description"] == said[:152] + "…"


@pytest.mark.parametrize(("kind", "type"), [("post", "BlogPosting"), ("page", "WebPage")])
def test_what_is_said_twice_of_a_page_is_said_of_the_same_thing(kind, type):
    post = make_post(kind=kind, comments_open=True)
    page = Client().get(post.path).content.decode()
    found = re.findall(r'<script type="application/ld\+json">(.*?)</script>', page)
    said = [(one["@type"], one["@id"]) for one in map(json.loads, found)]
    assert said == [(type, post.url)] * 2


def test_home_is_the_site_and_its_next_page_a_list():
    Site.objects.update_or_create(pk=1, defaults={"posts_per_page": 1, "name": "The Quay"})
    older, _newer = make_post(days_ago=2), make_post(days_ago=1)
    assert data("/")["@type"] == "WebSite"
    assert data("/")["name"] == meta("/")["og:title"] == "The Quay"
    (item,) = data("/page/2/")["mainEntity"]["itemListElement"]
    assert item["url"] == older.url


def test_an_author_is_a_person():
    post = make_post()
    path = post.author.get_absolute_url()
    assert data(path) == {
        "@context": "https://schema.org",
        "@type": "ProfilePage",
        "mainEntity": {"@type": "Person", "name": str(post.author), "url": SITE + path},
    }
    assert meta(path)["og:type"] == "profile"
    assert meta(path)["og:title"] == str(post.author)


def test_an_author_is_the_same_as_on_other_sites():
    links = "https://example.net/@ana\n\n  http://ana.example/?a=1&b=2 \n"
    post = make_post(author=make_user(Role.AUTHOR, links=links))
    path, elsewhere = post.author.get_absolute_url(), ["https://example.net/@ana"]
    elsewhere.append("http://ana.example/?a=1&b=2")
    assert data(path)["mainEntity"]["sameAs"] == elsewhere
    assert data(post.path)["author"][0]["sameAs"] == elsewhere
    page = Client().get(path).content.decode()
    shown = re.findall(r'<a rel="me" href="([^"]+)">([^<]+)</a>', page)
    assert [tuple(map(unescape, link)) for link in shown] == [(url, url) for url in elsewhere]


def test_a_subject_of_one_post_asks_not_to_be_found():
    make_post(tags=["Trams"])
    assert meta("/tag/trams/")["robots"] == "noindex"
    make_post(tags=["Trams"])
    assert "robots" not in meta("/tag/trams/")
