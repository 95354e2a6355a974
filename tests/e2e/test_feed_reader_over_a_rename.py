"""A reader of feeds asks again and again while post, tag and author are renamed: nothing comes
twice, nothing is lost."""

import json
import urllib.error
import urllib.request

import feedparser
import pytest

RENAME = """
from blog.models import Post
post = Post.objects.get(path={path!r})
post.title, post.slug = "Another title", post.slug + "-renamed"
post.save()
tag = post.tags.get()
tag.name, tag.slug = tag.name + " renamed", tag.slug + "-renamed"
tag.save()
post.author.display_name, post.author.slug = "Else", post.author.slug + "-renamed"
post.author.save()
print(post.path)
"""
PUBLISH = """
from blog.models import Post
from tests.factories import make_post
old = Post.objects.get(path={path!r})
tags = list(old.tags.all())
print(make_post(title="The next one", author=old.author, tags=tags, days_ago=0).path)
"""


class XmlReader:
    """As feedparser does it: with ETag and Last-Modified, and following what moved for ever."""

    def __init__(self, url: str):
        self.url, self.etag, self.modified = url, None, None
        self.seen, self.statuses = [], []

    def ask(self) -> None:
        found = feedparser.parse(self.url, etag=self.etag, modified=self.modified)
        assert not found.bozo, found.get("bozo_exception")
        self.statuses.append(found.status)
        self.etag, self.modified = found.get("etag", self.etag), found.get("modified")
        if found.status == 301:
            self.url = found.href
        self.keep([(entry.id, entry.link, entry.title) for entry in found.entries])

    def keep(self, entries: list[tuple[str, str, str]]) -> None:
        """Known by its guid; without one by its link, then by its title."""
        known = {guid for guid, _link, _title in self.seen}
        self.seen += [entry for entry in reversed(entries) if entry[0] not in known]

    @property
    def titles(self) -> list[str]:
        return [title for _guid, _link, title in self.seen]


class JsonReader(XmlReader):
    def ask(self) -> None:
        headers = {"If-None-Match": self.etag} if self.etag else {}
        request = urllib.request.Request(self.url, headers=headers)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:
                moved = answer.url != self.url
                self.statuses.append(301 if moved else 200)
                self.url, self.etag = answer.url, answer.headers["ETag"]
                items = json.load(answer)["items"]
        except urllib.error.HTTPError as error:
            self.statuses.append(error.code)
            items = []
        self.keep([(item["id"], item["url"], item["title"]) for item in items])


FORMS = {"feed/": XmlReader, "feed/atom/": XmlReader, "feed.json": JsonReader}


@pytest.fixture
def path(site) -> str:
    return site.make_post(title="The first title", tags=["Rename me"])


def test_feed_reader_over_a_rename(site, path):
    author = site.rows(
        "SELECT slug FROM blog_user WHERE id = (SELECT author_id FROM blog_post WHERE path = ?)",
        path,
    )[0]["slug"]
    comment = "from tests.factories import make_comment; from blog.models import Post;"
    comment += f"make_comment(Post.objects.get(path={path!r}), status='approved')"
    site.python(comment)
    bases = ("/tag/rename-me/", f"/author/{author}/", path)
    readers = [reader(site.url + base + end) for base in bases for end, reader in FORMS.items()]
    ask(readers)
    assert {len(reader.seen) for reader in readers} == {1}
    ask(readers)
    assert {reader.statuses[-1] for reader in readers} == {304}
    renamed = site.python(RENAME.format(path=path))
    ask(readers)
    assert {reader.statuses[-1] for reader in readers} == {301}
    assert {len(reader.seen) for reader in readers} == {1}
    site.python(PUBLISH.format(path=renamed))
    ask(readers)
    ask(readers)
    posts, comments = readers[:6], readers[6:]
    assert [reader.titles for reader in posts] == [["The first title", "The next one"]] * 6
    assert {len(reader.seen) for reader in comments} == {1}
    assert {reader.statuses[-1] for reader in readers} == {304}


def ask(readers) -> None:
    for reader in readers:
        reader.ask()
