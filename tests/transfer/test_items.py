"""Exports are read item by item; what is broken loses itself and nothing else."""

import re
import tracemalloc
from collections import Counter
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.transfer.exports import CASES, END, HEAD, expected, export, files, item, needed
from transfer.wordpress.flaws import SENTENCES, Flaw, Loss, Refusal
from transfer.wordpress.items import Item, Lost, Refused, as_one_site, read_items, read_site
from transfer.wordpress.pieces import LARGEST

NO_VERSION = {"missing-version-tag.xml", "invalid-version-tag.xml"}


def read(file):
    read_site(file)
    return list(read_items(file))


def items_of(file):
    return [found for found in read(file) if isinstance(found, Item)]


def losses(file):
    return [found.loss for found in read(file) if isinstance(found, Lost)]


def good_files():
    return [
        file for file in files() if file.parent != CASES / "broken" and file.name not in NO_VERSION
    ]


# The exports of others.


def counted(data: bytes) -> dict:
    """Without any XML parser: what stands between the tags, once the texts are taken out."""
    texts = []

    def taken_out(section):
        texts.append(section[1])
        return b"\x00%d\x00" % (len(texts) - 1)

    bare = re.sub(rb"<!\[CDATA\[(.*?)\]\]>", taken_out, data, flags=re.DOTALL)
    bare = re.sub(rb"<!--.*?-->", b"", bare, flags=re.DOTALL)
    body = bare[bare.find(b"<item>") :]
    head = bare[: bare.find(b"<item>")]

    def values(name):
        found = re.findall(rb"<wp:" + name + rb">\s*([^<]*?)\s*</wp:" + name + rb">", body)
        given = re.compile(rb"\x00(\d+)\x00")
        found = [given.sub(lambda m: texts[int(m[1])], value).decode() for value in found]
        return Counter(filter(None, found))

    return {
        "items": body.count(b"<item>"),
        "types": values(b"post_type"),
        "statuses": values(b"status"),
        "comments": body.count(b"<wp:comment>"),
        "types of comments": values(b"comment_type"),
        "approved": values(b"comment_approved"),
        "metas": body.count(b"<wp:postmeta>"),
        "metas of comments": body.count(b"<wp:commentmeta>"),
        "terms of items": len(re.findall(rb"<category[ >]", body)),
        "authors": head.count(b"<wp:author>"),
        "terms": sum(head.count(b"<wp:%b>" % kind) for kind in (b"category", b"tag", b"term")),
    }


def as_read(file) -> dict:
    site, found = read_site(file), items_of(file)
    comments = [comment for each in found for comment in each.comments]
    return {
        "items": len(found),
        "types": Counter(each.type for each in found),
        "statuses": Counter(each.status for each in found if each.status),
        "comments": len(comments),
        "types of comments": Counter(comment.type for comment in comments if comment.type),
        "approved": Counter(comment.approved for comment in comments if comment.approved),
        "metas": sum(len(each.metas) for each in found),
        "metas of comments": sum(len(comment.metas) for comment in comments),
        "terms of items": sum(len(each.terms) for each in found),
        "authors": len(site.authors),
        "terms": len(site.terms),
    }


def test_every_item_comment_and_term_of_the_exports_is_read():
    for file in good_files():
        data = file.read_bytes()
        assert as_read(BytesIO(data)) == counted(data), file
        assert {type(found) for found in read(BytesIO(data))} == {Item}, file


def test_the_exports_of_our_own_hold_what_was_written_into_them():
    needed()
    for file in sorted((CASES / "ours").glob("*.expected.json")):
        says = expected(file)
        found = items_of(BytesIO((file.parent / says["file"]).read_bytes()))
        comments = [comment for each in found for comment in each.comments]
        assert len(found) == says["items"]["total"]
        assert Counter(each.type for each in found) == says["items"]["by_type"]
        assert sum(bool(each.password) for each in found) == says["items"]["with_password"]
        assert len(comments) == says["comments"]["total"]
        types = Counter(comment.type or "(empty)" for comment in comments)
        assert types == says["comments"]["by_type"]
        ids = {comment.id for comment in comments}
        assert ids == {comment["wp_id"] for comment in says["comments_expected"]}


def test_broken_files_are_read_as_far_as_they_can_be():
    needed()
    names = expected(CASES / "broken" / "expected.json")["files"]
    assert len(names) == 15
    for name, says in names.items():
        file = BytesIO((CASES / "broken" / name).read_bytes())
        if refused := says.get("refused") or says.get("refused or unpacked"):
            with pytest.raises(Refused) as error:
                read(file)
            assert refused.lower() in str(SENTENCES[error.value.refusal]).lower() + "gzip", name
            continue
        site, found = read_site(file), read(file)
        flaws = [*site.flaws, *(flaw for i in found if isinstance(i, Item) for flaw in i.flaws)]
        assert sum(isinstance(each, Item) for each in found) == says["items"], name
        assert sum(isinstance(each, Lost) for each in found) == says.get("lost", 0), name
        assert len(flaws) == says.get("mended", 0), name


@pytest.mark.parametrize(
    ("name", "title"),
    [("badutf8", "café ÿ"), ("charref", "😀"), ("latin1-but-utf8", "café ☃"), ("win1252", "“q”")],
)
def test_letters_survive_a_wrong_encoding(name, title):
    needed()
    file = BytesIO((CASES / "broken" / f"{name}.xml").read_bytes())
    assert title in [each.title for each in items_of(file)]


def test_a_file_without_a_version_is_refused():
    needed()
    for name in NO_VERSION:
        with pytest.raises(Refused) as error:
            read_site(BytesIO((CASES / name).read_bytes()))
        assert error.value.refusal == Refusal.VERSION


def test_reading_goes_on_from_the_end_of_any_item():
    for file in good_files():
        data = BytesIO(file.read_bytes())
        found = list(read_items(data))
        for place in {0, len(found) // 2, len(found) - 1}:
            assert list(read_items(data, found[place].end)) == found[place + 1 :]


# The head.


def test_the_head_names_the_site_its_authors_and_its_terms_in_their_order():
    file = export(
        "<wp:author><wp:author_id>3</wp:author_id><wp:author_login>eva</wp:author_login>"
        "<wp:author_display_name><![CDATA[Eva & Co]]></wp:author_display_name></wp:author>",
        "<wp:category><wp:term_id>5</wp:term_id><wp:category_nicename>b</wp:category_nicename>"
        "<wp:category_parent>a</wp:category_parent><wp:cat_name>B</wp:cat_name></wp:category>",
        "<wp:category><wp:category_nicename>a</wp:category_nicename></wp:category>",
        "<wp:tag><wp:tag_slug>t</wp:tag_slug><wp:tag_name>T</wp:tag_name></wp:tag>",
        "<wp:term><wp:term_taxonomy>series</wp:term_taxonomy><wp:term_slug>s</wp:term_slug>"
        "<wp:termmeta><wp:meta_key>k</wp:meta_key><wp:meta_value>v</wp:meta_value></wp:termmeta>"
        "</wp:term>",
        item(),
    )
    site = read_site(file)
    assert (site.title, site.base_blog_url) == ("Old site", "https://old.example")
    assert [(author.login, author.display_name) for author in site.authors] == [("eva", "Eva & Co")]
    assert [(term.taxonomy, term.slug, term.parent) for term in site.terms] == [
        *(("category", "b", "a"), ("category", "a", "")),
        *(("post_tag", "t", ""), ("series", "s", "")),
    ]
    assert site.terms[3].metas[0].value == "v"


def test_a_broken_term_loses_itself():
    bad = "<wp:tag><wp:tag_slug>a</wp:tag></wp:tag>"
    site = read_site(export(bad, "<wp:tag><wp:tag_slug>b</wp:tag_slug></wp:tag>", item()))
    assert [term.slug for term in site.terms] == ["b"]
    assert [(lost.kind, lost.loss) for lost in site.lost] == [("tag", Loss.BROKEN)]


def test_several_files_are_one_site():
    tag = "<wp:tag><wp:tag_slug>{}</wp:tag_slug></wp:tag>"
    first = read_site(export(tag.format("a"), tag.format("b"), item()))
    second = HEAD.replace("https://old.example", "http://www.old.example/")
    second = read_site(export(tag.format("b"), tag.format("c"), item(), head=second))
    assert sorted(term.slug for term in as_one_site([first, second]).terms) == ["a", "b", "c"]
    other = read_site(export(item(), head=HEAD.replace("old.example", "other.example")))
    with pytest.raises(ValueError, match=r"https://old.example, https://other.example"):
        as_one_site([first, other])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("http://wordpress.org/export/1.2/", "https://wordpress.org/export/1.2/"),
        ("http://wordpress.org/export/1.2/", "http://wordpress.org/export/1.9/"),
        ('xmlns:wp="http://wordpress.org/export/1.2/"', ""),
    ],
)
def test_the_namespace_may_be_another(before, after):
    assert [each.id for each in items_of(export(item(), head=HEAD.replace(before, after)))] == [1]


def test_the_prefix_may_be_another():
    text = export("<wp:tag><wp:tag_slug>t</wp:tag_slug></wp:tag>", item()).getvalue()
    file = BytesIO(text.replace(b"wp:", b"ns2:").replace(b"xmlns:wp=", b"xmlns:ns2="))
    assert [term.slug for term in read_site(file).terms] == ["t"]
    assert [each.id for each in items_of(file)] == [1]


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Refusal.NOT_AN_EXPORT),
        (b"<html><body>Not found</body></html>", Refusal.NOT_AN_EXPORT),
        (b"\xff\xd8\xff\xe0" * 1000, Refusal.NOT_AN_EXPORT),
        (b"PK\x03\x04", Refusal.COMPRESSED),
        ("<?xml ?><rss>".encode("utf-16"), Refusal.UTF_16),
        (b"<rss><channel><title>A feed</title></channel></rss>", Refusal.VERSION),
    ],
)
def test_what_is_no_export_is_refused(data, refusal):
    with pytest.raises(Refused) as error:
        read_site(BytesIO(data))
    assert error.value.refusal == refusal


def test_a_doctype_is_text_inside_of_a_text_and_refused_elsewhere():
    assert items_of(export(item("<!DOCTYPE html>")))[0].content == "<!DOCTYPE html>"
    with pytest.raises(Refused):
        read(export(item(), '<!DOCTYPE a [<!ENTITY b "c">]>', item()))
    assert losses(export(f"<item><!DOCTYPE a></item>{item()}")) == [Loss.BROKEN]


# Texts.


def test_a_text_may_hold_tags_of_the_export_and_the_end_of_cdata():
    written = "a ]]]]><![CDATA[> b </item><item> c <wp:tag> d"
    found = items_of(export(item(written), item(number=2)))
    assert [each.id for each in found] == [1, 2]
    assert found[0].content == "a ]]> b </item><item> c <wp:tag> d"


def test_cdata_in_cdata_is_mended():
    file = export(item("a <![CDATA[ b & c ]]> <p>d", title="e ]]> f"), item(number=2))
    found = items_of(file)
    assert (found[0].content, found[0].title) == ("a <![CDATA[ b & c ]]> <p>d", "e ]]> f")
    assert found[0].flaws == {Flaw.MARKUP} and found[1].flaws == frozenset()


def test_a_text_without_its_end_loses_one_item():
    broken = item(title="B", number=2).replace("]]></content:encoded>", "")
    found = read(export(item(), broken, item(number=3), item(number=4)))
    assert [each.id for each in found if isinstance(each, Item)] == [1, 3, 4]
    assert [each.name for each in found if isinstance(each, Lost)] == ["B (2)"]


def test_an_item_without_its_end_loses_itself():
    broken = item(number=1).replace("</item>", "")
    found = read(export(broken, item(number=2)))
    assert [type(each) for each in found] == [Lost, Item]


def test_control_characters_are_removed_and_named():
    (found,) = items_of(export(item("a\x0bb\ufffe", title="x\x00y")))
    assert (found.content, found.title, found.flaws) == ("ab", "xy", {Flaw.CONTROL})


def test_bare_ampersands_and_names_of_html_are_mended():
    text = "<item><title>A & B &eacute; &lt; &nope; &#0;&#xD800;&LT;</title></item>"
    (found,) = items_of(export(text))
    assert found.title == "A & B é < &nope; <"
    assert found.flaws == {Flaw.MARKUP}


@pytest.mark.parametrize("encoding", ["windows-1252", "iso-8859-15", "koi8-r", "shift_jis"])
def test_a_declared_encoding_is_read(encoding):
    letters = "Ж" if encoding == "koi8-r" else "本" if encoding == "shift_jis" else "é€"
    (found,) = items_of(export(item(letters), encoding=encoding))
    assert (found.content, found.flaws) == (letters, frozenset())


def test_a_file_that_is_cut_off_says_so():
    assert read(export(item(), end=""))[1:] == [Flaw.CUT_OFF]
    assert losses(export(item(), item(number=2)[:-20], end="")) == [Loss.CUT_OFF]
    assert read(export(item()))[1:] == []


def test_an_item_without_anything_is_an_item():
    (found,) = items_of(export("<item></item>"))
    assert (found.id, found.title, found.type, found.comments) == (0, "", "", ())
    assert found.name.startswith("(byte ")


def test_comments_and_metas_keep_their_order_and_their_texts():
    comment = (
        "<wp:comment><wp:comment_id>{}</wp:comment_id><wp:comment_parent>9</wp:comment_parent>"
        "<wp:comment_content><![CDATA[<b>so</b>]]></wp:comment_content><wp:commentmeta>"
        "<wp:meta_key>akismet_result</wp:meta_key><wp:meta_value><![CDATA[true]]></wp:meta_value>"
        "</wp:commentmeta></wp:comment>"
    )
    (found,) = items_of(export(item(more=comment.format(7) + comment.format(5))))
    assert [(each.id, each.parent, each.content) for each in found.comments] == [
        *((7, 9, "<b>so</b>"), (5, 9, "<b>so</b>"))
    ]
    assert found.comments[0].metas[0].key == "akismet_result"


# Size.


def test_an_item_that_is_too_large_is_named_and_the_next_is_read():
    huge = item("x" * (LARGEST + 1), title="Huge", number=8)
    found = read(export(item(), huge, item(number=9)))
    assert [each.name for each in found] == ["A (1)", "Huge", "A (9)"]
    assert found[1].loss == Loss.TOO_LARGE


def test_an_item_nested_too_deeply_is_named_and_the_next_is_read():
    deep = f"<item><title>Deep</title>{'<a>' * 200_000}{'</a>' * 200_000}</item>"
    found = read(export(deep, item(number=9)))
    assert (found[0].name, found[0].loss, found[1].id) == ("Deep", Loss.TOO_DEEP, 9)


class Endless:
    """A file of so many items that are never all in memory."""

    def __init__(self, count):
        self.head, self.item = HEAD.format(encoding="utf-8").encode(), item("x" * 5000).encode()
        self.size = len(self.head) + count * len(self.item)
        self.place = 0

    def seek(self, place):
        self.place = place

    def read(self, size):
        start, self.place = self.place, min(self.place + size, self.size)
        if start < len(self.head):
            first = self.head[start:]
            rest = self.item * ((self.place - start) // len(self.item) + 1)
            return (first + rest)[: self.place - start]
        shift = (start - len(self.head)) % len(self.item)
        many = self.item * ((self.place - start) // len(self.item) + 2)
        return many[shift : shift + self.place - start]


def one_of_60_mb():
    return BytesIO((HEAD.format(encoding="utf-8") + item("é" * (30 << 20)) + END).encode())


@pytest.mark.parametrize(
    ("make", "megabytes"),
    [
        pytest.param(lambda: Endless(2000), 4, id="10 MB in 2,000 items"),
        pytest.param(one_of_60_mb, 50, id="an item of 60 MB"),
    ],
)
def test_memory_does_not_grow_with_the_file(make, megabytes):
    file = make()
    tracemalloc.start()
    count = sum(1 for _ in read_items(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count in (1, 2001)
    assert peak < megabytes << 20


# Anything.


@given(st.data())
def test_any_damage_loses_no_more_than_what_it_touches(data):
    whole = export(*(item(f"<p>{n}</p>", number=n) for n in range(1, 8))).getvalue()
    place = data.draw(st.integers(len(HEAD), len(whole) - 30))
    byte = data.draw(st.sampled_from(b"<>&]\x00\xff/!["))
    broken = whole[:place] + bytes([byte]) + whole[place + 1 :]
    try:
        found = read(BytesIO(broken))
    except Refused as error:
        assert error.refusal == Refusal.DOCTYPE
    else:
        ids = {each.id for each in found if isinstance(each, Item)}
        assert len(ids & set(range(1, 8))) >= 5


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(noise):
    file = BytesIO(HEAD.format(encoding="utf-8").encode() + noise)
    try:
        assert all(isinstance(each, Item | Lost | Flaw) for each in read(file))
    except Refused as error:
        assert str(SENTENCES[error.refusal])
