"""The queue's search: by e-mail, network and words, whatever is typed."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from blog.models import Role
from comments.models import Comment
from comments.queue import hit_counts, hits, page
from comments.queue.filters import MOST_TYPED, Filters
from tests.factories import make_comment, make_post, make_user, moderator
from tests.pages import cards, hrefs, html, words

pytestmark = pytest.mark.django_db


def find(client, q: str, tab: str = "pending", **more) -> list[int]:
    response = client.get("/moderation/", {"tab": tab, "q": q, **more})
    assert response.status_code == 200
    return cards(response)


@pytest.mark.parametrize("tab", Comment.Status.values)
def test_an_address_is_found_in_every_tab_in_any_case(mo, tab):
    ana = make_comment(status=tab, author_email="Ana@example.com")
    make_comment(status=tab, author_email="banana@example.com")
    assert find(mo, "aNA@EXAMPLE.com", tab) == [ana.public_id]
    assert find(mo, "", tab, author="ana@example.COM") == [ana.public_id]
    assert find(mo, "ana@example.co", tab) == []


@pytest.mark.parametrize("tab", Comment.Status.values)
def test_a_part_of_an_address_is_looked_for(mo, tab):
    ana = make_comment(status=tab, author_email="ana@one.example")
    make_comment(status=tab, author_email="ana@two.example")
    assert find(mo, "@one.ex", tab) == find(mo, "ana@one", tab) == [ana.public_id]
    assert find(mo, "@", tab) != []


NETWORKS = [
    "203.0.113.0/24",
    "203.0.113.9",
    "203.0.113.128/25",
    "203.0.113.",
    "203.0.113",
    "203.0.113.*",
    "203.0.",
    "203.0.*",
    "203.0.*.*",
    "203.0.112.0/23",
    "203.0.0.0/16",
]


@pytest.mark.parametrize("tab", Comment.Status.values)
@pytest.mark.parametrize("q", NETWORKS)
def test_a_network_is_found_in_every_tab(mo, q, tab):
    near = make_comment(status=tab)
    make_comment(status=tab, ip="198.51.100.7", network="198.51.100.0/24")
    make_comment(status=tab, ip=None, network="")
    assert find(mo, q, tab) == [near.public_id]


@pytest.mark.parametrize("q", ["2001:db8:7::1", "2001:DB8:7::/48", "2001:db8::/40"])
def test_a_network_of_the_newer_kind_is_found(mo, q):
    near = make_comment(ip="2001:db8:7:8::9", network="2001:db8:7::/48")
    make_comment()
    assert find(mo, q) == [near.public_id]


@pytest.mark.parametrize("q", ["0.0.0.0/0", "10.0.0.0/8", "::/0"])
def test_a_network_that_is_too_wide_is_said_so(mo, q):
    make_comment()
    response = mo.get("/moderation/", {"q": q})
    assert cards(response) == []
    assert f"“{q}” is too wide to search for" in words(response)


WORDS = [
    "tram",
    "TRAM",
    "tram bridge",
    "bridge tram",
    "bridg",  # a word begins so
    '"the tram came"',
    '"tram came',
    "cafe.example",
    "https://cafe.example/menu",
    "menu",
    "Zoë",
    "zoë bridge",
    "o'neill",
    "мост",
    "МОСТ",
]
FOLDED = ["Lévêque", "Le\u0301ve\u0302que", "leveque", "LEVEQUE", "Søren", "soren", "soren lev"]
OTHER_WORDS = ["tr", "ridge", "trams", '"came tram"', "tram lighthouse", '"bridge the"']


@pytest.fixture
def said():
    return {
        "author_name": "Zoë O'Neill",
        "author_url": "https://cafe.example/menu",
        "body": "Look: *the tram came* over the bridge. Мост!",
    }


@pytest.mark.parametrize("tab", Comment.Status.values)
@pytest.mark.parametrize("q", WORDS)
def test_words_are_found_in_every_tab(mo, said, q, tab):
    made = make_comment(status=tab, **said)
    make_comment(status=tab, body="Nothing of the kind.")
    make_comment(status="spam" if tab == "pending" else "pending", **said)
    assert find(mo, q, tab) == [made.public_id]


@pytest.mark.parametrize("q", OTHER_WORDS)
def test_other_words_are_not(mo, said, q):
    make_comment(**said)
    assert find(mo, q) == []


@pytest.mark.parametrize("q", FOLDED)
@pytest.mark.parametrize("name", ["Søren Lévêque", "Søren Le\u0301ve\u0302que", "soren leveque"])
def test_accents_do_not_count_however_they_are_encoded(mo, name, q):
    made = make_comment(author_name=name)
    make_comment(author_name="Sore Leve")
    assert find(mo, q) == [made.public_id]


@pytest.mark.parametrize("tab", Comment.Status.values)
def test_an_address_that_stands_in_a_text_is_found(mo, tab):
    by_ana = make_comment(status=tab, author_email="ana@example.com")
    names_ana = make_comment(status=tab, body="Write to <Ana@Example.com>, please.")
    make_comment(status=tab, body="Write to banana@example.com or to ana@example.com.au.example.")
    make_comment(status=tab, body="Ana: example, com", author_email="x.ana@example.com")
    assert find(mo, "ana@example.com", tab)[:2] == [by_ana.public_id, names_ana.public_id]
    assert find(mo, "", tab, author="ana@example.com") == [by_ana.public_id]


def test_two_numbers_without_a_dot_behind_are_words(mo):
    make_comment()
    said = make_comment(body="Version 203.0 is out.", ip=None, network="")
    assert find(mo, "203.0") == [said.public_id]


HOSTILE = [
    *("AND", "OR NOT", "NEAR(tram bridge)", "tram*", "*", '"', '""', '"""', "-tram", "tram:bridge"),
    *("words:tram", "^tram", "(tram", "{tram}", "tram + bridge", "'", "''", "\\", "%", "_", "a%b"),
    *("<->", "tram & !bridge", "tram:*", ":*", "$1", "%s", "%(match)s", "{beyond}", "{}"),
    *(
        "\0",
        "tram\0bridge",
        "\ud7ff",
        "\u202e",
        "😀",
        "👩‍👩‍👧",
        "日本語",
        "हिन्दी",
        "ﷺ",
        "½",
        "٣",
        "@",
        "a@b@c.d",
    ),
    *("1.2.3.4/99", "1.2.3", "999.1.2", "fe80::1%eth0", "12345", "--", ";", "/*", "x" * 10_000),
    *('"' * 10_000, "a " * 5_000, "%" * 10_000, "@" * 10_000, "é" * 201, '" OR 1=1 --'),
]


def tabs(response) -> dict[str, str]:
    found = re.findall(r'data-tab="([a-z-]+)"[^>]*><span>[^<]*</span> <b>([^<]*)', html(response))
    return dict(found)


def fill_tabs():
    later = timezone.now() + timedelta(minutes=1)
    post = make_post()
    for status, count in (("pending", 1), ("approved", 2), ("spam", 3)):
        for _n in range(count):
            make_comment(post, status=status, body="tram 🔔", held_because=[["links", "2"]])
        make_comment(status=status, ip=None, network="", author_email="x@y.example")
    make_comment(post, status="approved", reported_at=later, body="tram 🔔")
    return post


FOUND = {"pending": "1", "approved": "3", "spam": "3", "trash": "0"}
FOUND |= {"reported": "1", "second-look": "0", "all": "7"}


@pytest.mark.parametrize("q", ["tram", "🔔", "203.0.113.7", "203.0.", "@example.net"])
@pytest.mark.parametrize("tab", page.TABS)
def test_each_tab_shows_how_much_is_found_there(mo, tab, q):
    fill_tabs()
    assert tabs(mo.get("/moderation/", {"tab": tab, "q": q})) == FOUND


def test_what_other_filters_find_is_counted_too(mo):
    post = fill_tabs()
    assert tabs(mo.get("/moderation/", {"post": post.pk})) == FOUND
    held = FOUND | {"approved": "2", "reported": "0", "all": "6"}
    assert tabs(mo.get("/moderation/", {"reason": "links"})) == held
    assert tabs(mo.get("/moderation/", {"q": "tram", "reason": "links"})) == held
    assert set(tabs(mo.get("/moderation/", {"q": "10.0.0.0/8"})).values()) == {"0"}
    assert "all" not in tabs(mo.get("/moderation/"))


@pytest.mark.parametrize("q", ["tram", "203.0."])
def test_more_hits_than_are_counted_are_said_so(mo, monkeypatch, q):
    fill_tabs()
    monkeypatch.setattr(hits, "MOST", 4)
    found = tabs(mo.get("/moderation/", {"q": q}))
    assert all(text.endswith("+") for text in found.values())
    assert sum(int(found[tab][:-1]) for tab in Comment.Status.values) == 4


def test_what_was_not_looked_at_is_counted_as_more(mo, monkeypatch):
    fill_tabs()
    monkeypatch.setattr(hit_counts, "MOST_LOOKED", 2)
    assert tabs(mo.get("/moderation/", {"q": "🔔"}))["spam"] == "1+"


def test_all_shows_every_status_newest_first(mo):
    made = [make_comment(status=status) for status in Comment.Status.values]
    response = mo.get("/moderation/?tab=all")
    assert cards(response) == [comment.public_id for comment in made[::-1]]
    assert all(str(Comment.Status(c.status).label) in words(response) for c in made)
    assert find(mo, "", "all", sort="oldest") == [comment.public_id for comment in made]
    assert find(mo, "bridge", "all") == [comment.public_id for comment in made[::-1]]


def test_all_has_only_what_an_author_may_decide(client):
    own = make_comment(status="spam")
    make_comment(status="approved")
    client.force_login(own.post.author)
    assert find(client, "", "all") == find(client, "bridge", "all") == [own.public_id]
    assert tabs(client.get("/moderation/?q=bridge"))["all"] == "1"


def test_hits_are_marked_in_name_address_and_text(mo):
    make_comment(
        author_name="Søren <b>",
        author_email="soren@example.com",
        body="The tra & *tram* [a soren](https://soren.example/) <i>Le\u0301o</i>.",
    )
    page = html(mo.get("/moderation/?q=soren tram léo"))
    assert "<mark>Søren</mark> &lt;b&gt;" in page
    assert "<mark>soren</mark>@example.com" in page
    assert '<a href="https://soren.example/" rel="nofollow ugc noopener">a <mark>soren<' in page
    assert "The tra &amp; <em><mark>tram</mark></em>" in page
    assert "&lt;i&gt;<mark>Le\u0301o</mark>&lt;/i&gt;" in page
    whole = html(mo.get('/moderation/?q="a soren"'))
    assert "<mark>a soren</mark>" in whole and "<mark>Søren" not in whole


# Every fourth of them in `make test`.
TYPED = [
    pytest.param(q, marks=[pytest.mark.thorough] * bool(n % 4), id=str(n))
    for n, q in enumerate(HOSTILE)
]


@pytest.mark.parametrize("q", TYPED)
def test_nothing_that_is_typed_is_an_error(mo, q):
    for status in ("pending", "spam"):
        make_comment(status=status)
    for tab in ("pending", "spam", "reported", "all"):
        for sort in ("oldest", "newest"):
            given = {"tab": tab, "q": q, "sort": sort, "after": "2026-11-21T00:00:00+00:00_7"}
            assert mo.get("/moderation/", given).status_code == 200
            assert mo.get("/moderation/", {"tab": tab, "author": q}).status_code == 200


@pytest.mark.parametrize("after", ["9" * 18, "9" * 19, "9" * 30, "-5"])
def test_a_made_up_place_is_no_error_among_words(mo, after):
    made = make_comment(body="tram")
    for sort in ("oldest", "newest"):
        place = f"2026-11-21T00:00:00+00:00_{after}"
        assert find(mo, "tram", sort=sort, after=place) in ([], [made.public_id])


def test_an_operator_is_a_word_as_any_other(mo):
    made = make_comment(body="Cats and dogs.")
    other = make_comment(body="Cats. Dogs.")
    assert find(mo, "cats AND dogs") == [made.public_id]
    assert find(mo, "cats -dogs") == [made.public_id, other.public_id]


def test_too_much_is_cut_and_said_so(mo):
    made = make_comment(body="x" * 195 + " and more")
    response = mo.get("/moderation/", {"q": "x" * 195 + " and" + " never" * 2_000})
    assert cards(response) == [made.public_id]
    assert f"Only the first {MOST_TYPED} characters were searched for." in words(response)
    assert len(Filters.parse({"q": "é" * 10_000}).q) == MOST_TYPED
    assert find(mo, "x" * 195 + " and " + "\t" * 9_000) == [made.public_id]


def test_what_cannot_be_seen_separates(mo):
    made = make_comment(body="tram bridge")
    assert find(mo, "tram\0bridge") == find(mo, "tram\u202ebridge") == [made.public_id]


def test_what_is_no_word_is_looked_for_as_it_is(mo):
    made = make_comment(body="A bell 🔔 rang.")
    make_comment()
    assert find(mo, "🔔") == [made.public_id]


@pytest.mark.parametrize("sort", ["oldest", "newest"])
@pytest.mark.parametrize("tab", ["pending", "all"])
@pytest.mark.parametrize("most", [1, 10_000])
@pytest.mark.parametrize("q", ["tram", "zoë@example.org", "203.0.", "203.0.113.7", "@exam", "🔔"])
def test_pages_of_what_was_found_neither_skip_nor_repeat(mo, monkeypatch, q, sort, tab, most):
    monkeypatch.setattr(page, "PER_PAGE", 2)
    monkeypatch.setattr(page, "LOOKED_AT", 3)
    monkeypatch.setattr(page, "WALKED", 3)
    monkeypatch.setattr(hits, "MOST", most)
    post, made = make_post(), []
    for number in range(9):
        fields = {"author_email": "zoë@example.org", "body": f"tram 🔔 {number}"}
        other = {"author_email": "x@y.example", "body": "no", "network": "", "ip": None}
        made.append(make_comment(post, **(fields if number % 2 else other)))
    expected = [comment.public_id for comment in made[1::2]]
    address, seen = f"/moderation/?tab={tab}&sort={sort}&q={q}", []
    for _page in range(20):
        response = mo.get(address)
        seen += cards(response)
        following = [href for href in hrefs(response) if "after=" in href]
        if not following:
            break
        assert "q=" in following[-1]
        address = f"/moderation/{following[-1]}"
    assert seen == (expected if sort == "oldest" else expected[::-1])


def test_a_decision_is_followed_at_once(mo):
    comment = make_comment(body="tram")
    comment.approve(by=moderator())
    assert find(mo, "tram") == [] and find(mo, "tram", "approved") == [comment.public_id]
    comment.mark_spam(by=moderator())
    assert find(mo, "tram") == find(mo, "tram", "approved") == []
    comment.restore(by=moderator())
    assert find(mo, "tram", comment.status) == [comment.public_id]


def test_another_text_is_followed_at_once(mo):
    comment = make_comment(body="tram")
    comment.body = "bridge"
    comment.save()
    assert (find(mo, "tram"), find(mo, "bridge")) == ([], [comment.public_id])


def test_what_is_withdrawn_emptied_or_deleted_is_gone(mo):
    withdrawn, emptied, deleted = (make_comment(body="tram") for _n in range(3))
    withdrawn.withdraw()
    Comment.objects.filter(pk=emptied.pk).empty()
    deleted.delete()
    assert all(find(mo, "tram", tab) == [] for tab in Comment.Status.values)
    again = make_comment(body="tram")
    assert find(mo, "tram") == [again.public_id]


def test_an_author_finds_only_what_is_said_under_own_posts(client):
    own, other = make_comment(body="tram"), make_comment(body="tram")
    client.force_login(own.post.author)
    for q in ("tram", "203.0.113.0/24", "@example"):
        assert find(client, q) == [own.public_id]
    assert find(client, other.author_email) == []
    assert find(client, "", post=str(other.post_id)) == []
    response = client.get("/moderation/", {"post": other.post_id})
    assert other.post.title not in words(response)
    response = client.get("/moderation/", {"q": "tram that never"})
    assert own.post.title in words(response) and other.post.title not in words(response)


def test_a_post_is_found_by_its_title(client):
    post = make_post(title="How the lighthouse was lit")
    make_comment(post)
    client.force_login(make_user(Role.EDITOR))
    response = client.get("/moderation/", {"q": "lighthouse"})
    (address,) = [href for href in hrefs(response) if f"post={post.pk}" in href]
    assert "How the lighthouse was lit" in words(response)
    assert cards(client.get(address)) == [post.comments.get().public_id]
