"""Corrections: dated sentences under a post, in its feeds, and on a page of their own."""

import json
import re
import xml.etree.ElementTree as ET
from datetime import UTC, datetime, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.urls import reverse

from blog.cache import versions
from blog.models import Correction, Post, Role, Site
from blog.text.markup import render_line
from tests.desk import Desk
from tests.factories import make_post, make_user
from tests.pages import html, link, words

NAMES = {
    "content": "http://purl.org/rss/1.0/modules/content/",
    "atom": "http://www.w3.org/2005/Atom",
}
BEFORE = "0006_versions"
FIRST, SECOND = (datetime(2026, 11, day, 9, tzinfo=UTC) for day in (28, 30))


@pytest.fixture
def corrected(db) -> Post:
    post = make_post(title="The tram", published_at=datetime(2026, 11, 1, 9, tzinfo=UTC))
    correct(post, "It had *two* lamps, not one.", at=SECOND)
    correct(post, "It came at seven.", at=FIRST)
    return post


def correct(post, text="It was two.", **fields) -> Correction:
    return Correction.objects.record(post, text, by=post.author, **fields)


def channel(client, address: str):
    return ET.fromstring(client.get(address).content).find("channel")


# Under the text.


def test_a_post_ends_with_its_corrections_newest_last(client, corrected):
    said = words(client.get(corrected.path))
    first = "Correction, 28 November 2026: It came at seven."
    assert f"{first} Correction, 30 November 2026: It had two lamps, not one." in said


def test_emphasis_and_links_of_a_correction_are_markdown(client, corrected):
    correct(corrected, "See [the **log**](/log/?a=1&b=2).")
    page = html(client.get(corrected.path))
    assert "It had <em>two</em> lamps" in page
    assert '<a href="/log/?a=1&amp;b=2">the <strong>log</strong></a>' in page


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("# No\n\n- list", "# No - list"),
        ("1. One", "1. One"),
        ("![A map](/media/map.png)", "![A map](/media/map.png)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ("A <b>bold</b> &amp; claim", "A &lt;b&gt;bold&lt;/b&gt; &amp;amp; claim"),
        ("[x](javascript:alert(1))", "<a>x</a>"),
        ("`a<b` and \\*stars\\*", "<code>a&lt;b</code> and *stars*"),
        ("", ""),
    ],
)
def test_a_correction_is_one_line_without_tags_headings_lists_or_pictures(text, shown):
    assert render_line(text) == shown


def test_a_correction_of_500_characters_is_taken_and_a_longer_one_refused(corrected):
    Correction(post=corrected, text="x" * 500).full_clean()
    with pytest.raises(ValidationError):
        Correction(post=corrected, text="x" * 501).full_clean()


# Dates.


def test_the_last_correction_is_the_date_of_modification(client, corrected):
    page = html(client.get(corrected.path))
    data = json.loads(re.search(r'ld\+json">(.*?)</script>', page)[1])
    assert datetime.fromisoformat(data["dateModified"]) == SECOND
    corrected.corrections.all().delete()
    assert Post.objects.get().date_modified == corrected.published_at


def test_the_feed_says_when_it_was_corrected_and_not_when_it_was_saved(client, corrected):
    def updated() -> str:
        return channel(client, "/feed/").findtext("lastBuildDate")

    assert updated() == "Mon, 30 Nov 2026 09:00:00 +0000"
    corrected.body += " A small fix."
    corrected.save()
    assert updated() == "Mon, 30 Nov 2026 09:00:00 +0000"


def test_the_full_text_in_the_feed_ends_with_the_corrections(client, corrected):
    (text,) = channel(client, "/feed/").iter(f"{{{NAMES['content']}}}encoded")
    assert text.text.count("Correction, ") == 2
    assert text.text.rstrip().endswith("lamps, not one.</p>\n</aside>")


def test_a_correction_makes_the_pages_of_a_live_post_stale(corrected):
    scopes = (versions.SITE, versions.of_post(corrected.pk))
    before = versions.read(*scopes)
    correct(corrected)
    recorded = versions.read(*scopes)
    corrected.corrections.first().delete()
    deleted = versions.read(*scopes)
    for scope in scopes:
        assert len({before[scope], recorded[scope], deleted[scope]}) == 3


# The page of all corrections.


def test_the_page_lists_corrections_of_visible_posts_newest_first(client, corrected):
    correct(make_post(title="A draft", status="draft"))
    correct(make_post(title="Tomorrow's", days_ago=-1))
    other = make_post(title="The ferry")
    correct(other, at=FIRST + timedelta(days=1))
    page = client.get("/corrections/")
    titles = re.findall(r'<h2><a href="([^"]+)">([^<]+)</a>', html(page))
    own = f"{corrected.path}#corrections"
    assert titles == [
        (own, "The tram"),
        (f"{other.path}#corrections", "The ferry"),
        (own, "The tram"),
    ]
    assert "<em>two</em>" in html(page)


def test_the_page_is_paged_as_other_lists_are(client, corrected):
    Site.objects.update_or_create(pk=1, defaults={"posts_per_page": 1})
    assert "two lamps" in words(client.get("/corrections/"))
    assert "at seven" in words(client.get("/corrections/page/2/"))
    assert client.get("/corrections/page/1/").headers["Location"] == "/corrections/"
    assert client.get("/corrections/page/3/").status_code == 404


def test_corrections_have_a_feed(client, corrected):
    correct(make_post(status="draft"))
    found = channel(client, "/corrections/feed/")
    newest, older = found.iter("item")
    assert newest.findtext("link").endswith(f"{corrected.path}#corrections")
    assert newest.findtext("pubDate") == "Mon, 30 Nov 2026 09:00:00 +0000"
    assert "<em>two</em>" in newest.findtext("content:encoded", namespaces=NAMES)
    assert newest.findtext("guid") != older.findtext("guid")
    assert found.findtext("link").endswith("/corrections/")


def test_the_footer_links_to_the_page_once_there_is_a_correction(client, db):
    post = make_post()
    assert link(client.get("/"), "Corrections") == ""
    correction = correct(post)
    assert link(client.get("/"), "Corrections") == "/corrections/"
    correction.delete()
    assert link(client.get("/"), "Corrections") == ""


def test_a_page_of_this_address_is_refused(db):
    page = make_post(kind="page", title="Corrections")
    assert page.slug == "corrections-2"
    page.slug = "corrections"
    with pytest.raises(ValidationError):
        page.clean()


# In the admin.


def test_an_editor_changes_the_sentence_and_deletes_the_correction(corrected):
    desk, correction = Desk(Role.EDITOR), corrected.corrections.last()
    address = reverse("admin:blog_correction_change", args=[correction.pk])
    assert desk.client.post(address, {"text": "It had **three**."}).status_code == 302
    correction.refresh_from_db()
    assert correction.html == "It had <strong>three</strong>."
    assert (correction.at, correction.by) == (SECOND, corrected.author)
    listed = desk.client.get(reverse("admin:blog_correction_changelist"))
    assert "It came at seven." in html(listed)
    fields = {"action": "delete_selected", "_selected_action": [correction.pk], "post": "yes"}
    desk.client.post(reverse("admin:blog_correction_changelist"), fields)
    assert [row.text for row in corrected.corrections.all()] == ["It came at seven."]


def test_a_correction_outlives_the_account_of_whoever_made_it(corrected):
    editor = make_user(Role.EDITOR)
    correction = Correction.objects.record(corrected, "It was two.", by=editor)
    editor.delete()
    correction.refresh_from_db()
    assert correction.by is None


# Before corrections had rows.


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_two_columns_of_older_versions_become_a_row():
    post, other = make_post(), make_post()
    before, after = [("blog", BEFORE)], MigrationExecutor(connection).loader.graph.leaf_nodes()
    executor = MigrationExecutor(connection)
    try:
        old = executor.migrate(before).apps.get_model("blog", "Post")
        old.objects.filter(pk=post.pk).update(correction="<b> & *two*", corrected_at=FIRST)
        old.objects.filter(pk=other.pk).update(correction="It was 2.")
    finally:
        executor = MigrationExecutor(connection)
        executor.migrate(after)
    correction, undated = Correction.objects.order_by("post")
    assert (correction.post, correction.at, correction.by) == (post, FIRST, None)
    assert correction.html == "&lt;b&gt; &amp; *two*" == render_line(correction.text)
    assert (undated.at, undated.html) == (other.published_at, "It was 2.")
