"""RSS, Atom and JSON Feed say the same, whatever was typed, and each as its own rules want it."""

import json
import os
from datetime import datetime, timedelta
from html import escape
from html.parser import HTMLParser
from itertools import count
from pathlib import Path

import fastjsonschema
import pytest
from django.utils import timezone
from django.utils.http import http_date, parse_http_date

from blog.models import Correction, Image, Post, Role, Site, Tag
from tests.factories import make_comment, make_post, make_user, picture
from tests.feeds import FORMS, read
from tests.model_essay import ALT
from tests.pages import tags

pytestmark = pytest.mark.django_db

_number = count()
SITE = "https://example.org"
SCHEMA = Path(__file__).resolve().parents[3] / "shared/cases/feeds/schemas/jsonfeed-1.1.schema.json"
TYPES = {
    "rss": "application/rss+xml; charset=utf-8",
    "atom": "application/atom+xml; charset=utf-8",
    "json": "application/feed+json",
}
EACH_FORM = pytest.mark.parametrize("form", FORMS)


@pytest.fixture(autouse=True)
def address(settings):
    settings.SITE_URL = SITE


def full_post(**fields) -> Post:
    """With all that a post can have."""
    author = make_user(Role.AUTHOR, display_name="Bo & <b>Co")
    image = Image.objects.create(file=picture(size=(700, 400)), sha256=str(next(_number)))
    texts = {
        "title": "The tram",
        "deck": "Who got in?",
        "excerpt": 'If a < b & "c" > d, nobody.',
        "body": "A [link](/about/) and a note[^1].\n\n![A map](/media/map.png)\n\n[^1]: See it.",
        "tags": ["Trams", "Q&A"],
    }
    given = {"author": author, "lead_image": image, "lead_alt": ALT} | texts | fields
    post = make_post(**given)
    Correction.objects.record(post, "It was *two*.", by=author)
    return post


def bases(post) -> list[str]:
    """All feeds with the post, its correction or its comment."""
    lists = [post.tags.first().get_absolute_url(), post.author.get_absolute_url()]
    return ["/", *lists, post.path, "/comments/", "/corrections/"]


def get(client, base: str, form: str, **headers) -> bytes:
    answer = client.get(base + FORMS[form], headers=headers)
    assert (answer.status_code, answer["Content-Type"]) == (200, TYPES[form])
    return answer.content


def items(client, base="/"):
    """The same feed in each form."""
    return [read(get(client, base, form), form) for form in FORMS]


def test_each_feed_is_found_in_each_form(client):
    post = full_post()
    make_comment(post, status="approved")
    for base in bases(post):
        for found in items(client, base):
            assert len(found) == 1, base


def test_all_forms_say_the_same(client):
    post = full_post()
    make_comment(post, status="approved", body="*Nobody* got in.")
    for base in bases(post):
        rss, atom, json_feed = items(client, base)
        assert rss == atom == json_feed, base


def schema():
    if not SCHEMA.exists():
        if os.environ.get("CI") == "true":
            pytest.fail(f"the cases are missing: {SCHEMA}")
        pytest.skip("the shared cases are not beside the project")
    return fastjsonschema.compile(json.loads(SCHEMA.read_text()))


def test_each_json_feed_is_valid(client):
    is_valid, post = schema(), full_post(language="de")
    make_comment(post, status="approved")
    for base in [*bases(post), full_post(kind="page", title="About").path]:
        is_valid(json.loads(get(client, base, "json")))
    with pytest.raises(fastjsonschema.JsonSchemaException):
        is_valid({"version": "https://jsonfeed.org/version/1.1", "items": []})


def test_an_empty_feed_is_valid_too(client):
    is_valid = schema()
    for base in ("/", "/comments/", "/corrections/", make_post().path):
        assert items(client, base)[2] == [] or base == "/"
        is_valid(json.loads(get(client, base, "json")))


def test_what_a_json_feed_holds(client):
    post = full_post(language="de")
    feed = json.loads(get(client, "/", "json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert (feed["home_page_url"], feed["feed_url"]) == (f"{SITE}/", f"{SITE}/feed.json")
    (item,) = feed["items"]
    assert item["id"] == post.uuid.urn and item["url"] == post.url
    assert item["image"] == f"{SITE}{post.lead_image.file.url}"
    assert item["tags"] == ["Q&A", "Trams"] and item["language"] == "de"
    page = f"{SITE}{post.author.get_absolute_url()}"
    assert item["authors"] == [{"name": "Bo & <b>Co", "url": page}]
    assert datetime.fromisoformat(item["date_published"]) == post.published_at
    assert datetime.fromisoformat(item["date_modified"]) == post.date_modified


def test_what_atom_holds(client):
    post = full_post(language="de")
    post.bylines.create(user=make_user(Role.AUTHOR, display_name="Ana"))
    body = get(client, "/", "atom").decode()
    for piece in (
        f'<link href="{SITE}/feed/atom/" rel="self">',
        f'<link href="{SITE}/" rel="alternate">',
        f'<entry xml:lang="de"><title>The tram</title><link href="{post.url}"',
        f"<id>{post.uuid.urn}</id>",
        "<author><name>Bo &amp; &lt;b&gt;Co</name><uri>",
        "<author><name>Ana</name><uri>",
        '<category term="Q&amp;A">',
        '<content type="html">',
    ):
        assert piece in body.replace("></link>", ">").replace("/>", ">"), piece


# Nothing is lost, and nothing becomes more than it was.

TITLES = [
    '"A" <b>bold</b> & <script>alert(1)</script>',
    "AT&amp;T &lt;i&gt; ]]> --> <![CDATA[",
    "Ein Straßenbahn‑Märchen 東京 हिन्दी \U0001f68a",
    "a\x0bb\x1fc\ufffed\uffff",
    "\u202ereversed\u202c and \u2028 separated",
    "x" * 255,
]


@pytest.mark.parametrize("title", TITLES)
def test_a_hostile_title_is_unharmed_in_each_form(client, title):
    post = full_post(title=title)
    make_comment(post, status="approved")
    clean = "".join(char for char in title if char not in "\x0b\x1f\ufffe\uffff")
    for found in items(client):
        assert [entry.title for entry in found] == [clean]
    for base in bases(post):
        for found in items(client, base):
            assert len(found) == 1


class Alts(HTMLParser):
    def __init__(self, html: str):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        if tag == "img":
            self.found.append(dict(attributes)["alt"])


@EACH_FORM
def test_387_characters_of_description_are_unharmed(client, form):
    assert len(ALT) == 387
    full_post(body=f"It howls.\n\n![{ALT}](/media/siren.png)")
    body = get(client, "/", form)
    (entry,) = read(body, form)
    assert Alts(entry.html).found == [ALT, ALT]
    if form != "json":
        described = f'<media:description type="plain">{escape(ALT, quote=False)}<'
        assert described in body.decode()


def test_a_summary_is_text_and_no_html(client):
    post = full_post()
    assert [found[0].summary for found in items(client)] == [post.summary] * 3
    # RSS is taken for HTML; Atom says what it is.
    assert b"<description>If a &amp;lt; b &amp;amp;" in get(client, "/", "rss")
    assert b"<summary>If a &lt; b &amp;" in get(client, "/", "atom")


@EACH_FORM
def test_the_text_is_whole_absolute_and_said_once(client, form):
    quote = "\n\n::: pullquote\nNobody got in.\n:::\n\n"
    body = f"Nobody got in. It rained.{quote}A [link](/about/), a note[^1].\n\n"
    full_post(body=f"{body}![A map](/media/map.png)\n\n[^1]: See it.")
    (entry,) = read(get(client, "/", form), form)
    assert entry.html.count("Nobody got in.") == 1
    assert 'href="/' not in entry.html and 'src="/' not in entry.html
    assert 'href="#' not in entry.html and entry.html.count(f'href="{SITE}/') >= 3
    assert "It was <em>two</em>." in entry.html


def test_an_imported_guid_is_the_id_in_each_form(client):
    full_post()
    Post.objects.update(guid="https://old.example/?p=7")
    assert {found[0].id for found in items(client)} == {"https://old.example/?p=7"}


# An update is a dated correction or a new publication.


def updated(client) -> list[str]:
    return [found[0].updated for found in items(client)]


def test_a_saved_post_is_no_update_and_a_correction_is(client):
    post = full_post()
    before = updated(client)
    Tag.objects.get(name="Trams").delete()
    post.title, post.body, post.deck = "Another", "Other words.", "Mended"
    post.save()
    assert updated(client) == before
    at = timezone.now() + timedelta(hours=1)
    Correction.objects.record(post, "It was three.", by=post.author, at=at)
    assert updated(client) == [at] * 3


def test_whoever_is_renamed_makes_no_new_items(client):
    post = full_post()
    before = [[entry.id for entry in found] for found in items(client)]
    post.slug, post.title = "another", "Another"
    post.save()
    tag = post.tags.first()
    tag.name, tag.slug = "Other", "other"
    tag.save()
    post.author.display_name, post.author.slug = "Else", "else"
    post.author.save()
    for base in ("/", "/tag/other/", "/author/else/"):
        assert [[entry.id for entry in found] for found in items(client, base)] == before


def feed_ids(client, base: str) -> str:
    return get(client, base, "atom").decode().partition("<id>")[2].partition("</id>")[0]


def test_a_feed_itself_keeps_its_id_over_a_rename_and_no_two_have_the_same(client):
    post = full_post()
    before = [feed_ids(client, base) for base in bases(post)]
    assert len(set(before)) == len(before)
    tag = post.tags.first()
    tag.slug, post.slug = "other", "another"
    tag.save()
    post.save()
    assert [feed_ids(client, base) for base in bases(Post.objects.get())] == before


# How it is sent.


@EACH_FORM
def test_the_same_bytes_for_the_same_content(client, form):
    post = full_post()
    make_comment(post, status="approved")
    for base in [*bases(post), make_post(days_ago=9).path]:
        assert get(client, base, form) == get(client, base, form)


@EACH_FORM
def test_an_empty_feed_is_the_same_bytes_too(client, form, monkeypatch):
    first = get(client, "/", form)
    later = timezone.now() + timedelta(days=3)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)
    assert get(client, "/", form) == first


@EACH_FORM
def test_whoever_has_it_gets_304_and_no_search_engine_lists_it(client, form):
    post = full_post()
    for base in bases(post):
        sent = client.get(base + FORMS[form])
        assert sent["X-Robots-Tag"] == "noindex"
        again = client.get(base + FORMS[form], headers={"If-None-Match": sent["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


@EACH_FORM
def test_it_says_when_something_in_it_has_changed(client, form):
    assert "Last-Modified" not in client.get("/" + FORMS[form])
    post = full_post()
    sent = client.get("/" + FORMS[form])
    assert parse_http_date(sent["Last-Modified"]) == int(post.date_modified.timestamp())
    # The ETag counts: a date alone would hide what was taken away.
    headers = {"If-None-Match": sent["ETag"], "If-Modified-Since": http_date(0)}
    assert client.get("/" + FORMS[form], headers=headers).status_code == 304
    make_post(days_ago=3)
    headers["If-Modified-Since"] = sent["Last-Modified"]
    assert client.get("/" + FORMS[form], headers=headers).status_code == 200


BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.mark.parametrize("form", ["rss", "atom"])
def test_a_browser_shows_it_with_a_stylesheet_in_the_look_of_the_site(client, form):
    site = Site.objects.create(pk=1, accent="#0b6e4f")
    site.save()
    shown = client.get("/" + FORMS[form], headers=BROWSER)
    assert shown["Content-Type"] == "application/xml; charset=utf-8"
    assert "Accept" in shown["Vary"]
    head = shown.content.decode()[:400]
    for style in ("/static/blog/feed.css", site.theme_path):
        assert f'<?xml-stylesheet href="{style}" type="text/css"?>' in head
    assert "xsl" not in head


# Where they are found.


def alternates(client, path: str) -> list[tuple[str, str]]:
    links = [tag for tag in tags(client.get(path), "link") if tag["rel"] == "alternate"]
    return [(link["type"], link["href"]) for link in links]


def test_a_page_names_each_of_its_feeds(client):
    post = full_post()
    kinds = [kind.partition(";")[0] for kind in TYPES.values()]
    for path, named in (
        ("/", ["/", "/comments/"]),
        *((path, [path]) for path in bases(post)[1:4]),
        ("/corrections/", ["/corrections/"]),
    ):
        found = alternates(client, path)
        for base in named:
            expected = [(kind, base + end) for kind, end in zip(kinds, FORMS.values(), strict=True)]
            assert set(expected) <= set(found), path
        assert (kinds[0], "/feed/") in found
        for _kind, address in found:
            assert client.get(address).status_code == 200


def test_who_has_published_nothing_has_no_feed_as_they_have_no_page(client):
    person = make_user(Role.MODERATOR, display_name="Mo Derator")
    make_post(author=person, status="draft")
    for end in FORMS.values():
        assert client.get(person.get_absolute_url() + end).status_code == 404


@EACH_FORM
def test_the_feed_of_a_merged_tag_leads_to_that_of_the_other(client, form):
    full_post(tags=["tarrifs"])
    make_post(tags=["Tariffs"])
    Tag.objects.get(name="Tariffs").merge(Tag.objects.get(name="tarrifs"))
    answer = client.get(f"/tag/tarrifs/{FORMS[form]}")
    assert (answer.status_code, answer["Location"]) == (301, f"/tag/tariffs/{FORMS[form]}")
    assert len(read(get(client, "/tag/tariffs/", form), form)) == 2
