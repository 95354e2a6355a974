"""The feed of posts: the whole text, readable anywhere, and nothing sent twice."""

import re
import xml.etree.ElementTree as ET
from html import unescape

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone
from django.utils.http import http_date

from blog.models import Image, Post, Role
from tests.factories import make_comment, make_post, make_user, moderator, picture

pytestmark = pytest.mark.django_db

SITE = "https://example.org"
ALT = 'A "tram" & <b>bridge</b>, ' + "in the rain " * 30
NAMES = {
    "atom": "http://www.w3.org/2005/Atom",
    "content": "http://purl.org/rss/1.0/modules/content/",
    "dc": "http://purl.org/dc/elements/1.1/",
    "media": "http://search.yahoo.com/mrss/",
}


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


def channel(client, address="/feed/"):
    response = client.get(address)
    assert response["Content-Type"] == "application/rss+xml; charset=utf-8"
    return ET.fromstring(response.content).find("channel")


def item(client, address="/feed/"):
    (found,) = channel(client, address).iter("item")
    return found


def content(client) -> str:
    return item(client).findtext("content:encoded", namespaces=NAMES)


def test_the_channel_says_what_it_is_and_where(client):
    make_post()
    found = channel(client)
    assert found.findtext("link") == f"{SITE}/"
    assert found.findtext("language") == "en-GB"
    assert found.find("atom:link[@rel='self']", NAMES).get("href") == f"{SITE}/feed/"
    assert found.findtext("ttl") == "15"
    assert found.findtext("lastBuildDate")


def test_an_item_has_an_id_that_is_not_its_address(client):
    post = make_post()
    guid = item(client).find("guid")
    assert (guid.text, guid.get("isPermaLink")) == (post.uuid.urn, "false")
    assert item(client).findtext("link") == post.url
    Post.objects.update(guid="https://old.example/?p=7")
    assert item(client).findtext("guid") == "https://old.example/?p=7"


def test_an_item_names_all_authors_and_subjects(client):
    post = make_post(tags=["Trams", "Élite"])
    other = make_user(Role.AUTHOR, display_name="Bo & Co")
    post.bylines.create(user=other)
    found = item(client)
    creators = [creator.text for creator in found.findall("dc:creator", NAMES)]
    assert creators == [str(post.author), "Bo & Co"]
    assert [subject.text for subject in found.findall("category")] == ["Élite", "Trams"]
    assert found.findtext("description") == post.summary
    assert found.findtext("pubDate")
    assert item(client, f"/author/{other.slug}/feed/").findtext("link") == post.url


def test_the_text_is_whole_and_every_address_too(client):
    body = "A [link](/about/) and a note[^1].\n\n![A map](/media/map.png)\n\n[^1]: See [it](#top)."
    post = make_post(body=body + "\n\nNo word of it is cut." * 90)
    text = content(client)
    assert text.count("No word of it is cut.") == 90
    found = re.findall(r'(?:href|src)="([^"]*)"', text)
    assert len(found) >= 5
    assert all(address.startswith(f"{SITE}/") for address in found)
    assert f"{post.url}#p{post.uuid.hex[:8]}-" in "".join(found)


def test_no_sentence_is_said_twice(client):
    make_post(body="Nobody got in. It rained.\n\n::: pullquote\nNobody got in.\n:::")
    assert content(client).count("Nobody got in.") == 1


@pytest.mark.parametrize("is_ready", [False, True])
def test_the_lead_picture_comes_with_its_long_description(client, is_ready):
    image = Image.objects.create(file=picture(size=(700, 400)), sha256="b" * 64, credit="Ana")
    make_post(lead_image=image, lead_alt=ALT, lead_caption="At noon")
    if is_ready:
        Image.render(image.pk)
    beside = item(client).find("media:content", NAMES)
    assert beside.get("url") == f"{SITE}{image.file.url}"
    assert (beside.get("width"), beside.get("height")) == ("700", "400")
    assert beside.findtext("media:description", namespaces=NAMES) == ALT
    text = content(client)
    assert unescape(re.search(r'alt="([^"]*)"', text)[1]) == ALT
    assert "At noon" in text and "Ana" in text
    sets = re.findall(r'srcset="([^"]*)"', text)
    addresses = [part.split()[0] for found in sets for part in found.split(",")]
    addresses += re.findall(r'src="([^"]*)"', text)
    assert (len(addresses) > 1) == is_ready
    for address in addresses:
        assert default_storage.exists(address.removeprefix(f"{SITE}/media/")), address


def test_a_post_without_a_picture_names_none(client):
    make_post()
    assert item(client).find("media:content", NAMES) is None


def test_a_feed_holds_the_20_newest(client):
    posts = [make_post(days_ago=days) for days in range(1, 23)]
    links = [found.findtext("link") for found in channel(client).iter("item")]
    assert links == [post.url for post in posts[:20]]


# Nothing is sent twice.


def feeds(post) -> list[str]:
    tag, author = post.tags.first(), post.author
    lists = [f"{each.get_absolute_url()}feed/" for each in (tag, author)]
    return ["/feed/", *lists, f"{post.path}feed/", "/comments/feed/"]


def test_whoever_has_a_feed_gets_304(client):
    post = make_post(tags=["Trams"])
    make_comment(post, status="approved")
    for path in feeds(post):
        known = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": known})
        assert (again.status_code, again.content) == (304, b""), path
        assert again["Cache-Control"] == "public, max-age=0, must-revalidate"


def test_a_feed_that_was_empty_is_sent(client):
    known = client.get("/feed/")["ETag"]
    make_post()
    assert client.get("/feed/", headers={"If-None-Match": known}).status_code == 200


def test_what_has_changed_is_sent(client):
    post = make_post(days_ago=9)
    known = client.get("/feed/")["ETag"]
    post.body = "Corrected."
    post.save()
    assert client.get("/feed/", headers={"If-None-Match": known}).status_code == 200


@pytest.mark.parametrize("lost", [0, 1], ids=["the newest", "an older one"])
def test_what_is_taken_away_is_another_feed(client, lost):
    posts = [make_post(days_ago=days, tags=["Trams"]) for days in (1, 2)]
    gone, kept = posts[lost], posts[1 - lost]
    known = {path: client.get(path) for path in ("/feed/", "/tag/trams/feed/")}
    gone.to_trash(timezone.now())
    gone.save()
    for path, before in known.items():
        headers = {"If-None-Match": before["ETag"]}
        headers["If-Modified-Since"] = before.get("Last-Modified", http_date())
        for sent in (headers, {"If-Modified-Since": headers["If-Modified-Since"]}):
            assert client.get(path, headers=sent).status_code == 200
        assert item(client, path).findtext("link") == kept.url


def test_a_comment_taken_down_again_is_another_feed(client):
    kept, gone = (make_comment(status="approved") for _n in range(2))
    known = client.get("/comments/feed/")
    gone.hold(by=moderator())
    headers = {"If-Modified-Since": known.get("Last-Modified", http_date())}
    for sent in (headers, headers | {"If-None-Match": known["ETag"]}):
        assert client.get("/comments/feed/", headers=sent).status_code == 200
    assert item(client, "/comments/feed/").findtext("link") == kept.url
