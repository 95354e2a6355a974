"""The readers' search: what it finds, in which order, and what the page shows."""

import re
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from blog.models import Post
from blog.search import posts, snippets
from blog.search.query import MOST_PARTS, parse
from tests.factories import make_post
from tests.pages import html, words

pytestmark = pytest.mark.django_db


def find(typed: str) -> list[str]:
    return [Post.objects.get(pk=pk).title for pk in posts.find(parse(typed), timezone.now()).pks]


def search(typed: str, status=200, **more):
    answer = Client().get("/search/", {"q": typed, **more})
    assert answer.status_code == status
    return answer


def titles(answer) -> list[str]:
    found = re.findall(r'<h2 class="card-title"><a href="[^"]+">(.*?)</a>', html(answer))
    return [re.sub("<.*?>", "", title) for title in found]


TEXTS = {
    "Ferries": "Søren Lévêque took the last ferry to Łódź at a quarter past seven.",
    "Trams": "A ferry is no tram. E-mail ana@example.org, or look at 185.220.101.4.",
    "東京": "在東京都有很多电车。ภาษาไทย हिन्दी",
}


@pytest.fixture
def magazine(db):
    return [make_post(title=title, body=text, tags=[title]) for title, text in TEXTS.items()]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("ferry", {"Ferries", "Trams"}),
        ("FERRY", {"Ferries", "Trams"}),
        ("ferr", {"Ferries", "Trams"}),
        ("fe", set()),  # two letters begin nothing
        ("soren leveque", {"Ferries"}),
        ("Le\u0301ve\u0302que", {"Ferries"}),
        ("lodz", {"Ferries"}),
        ("ferry tram", {"Trams"}),
        ("tram nothing", set()),
        # Phrases.
        ('"last ferry"', {"Ferries"}),
        ('"ferry last"', set()),
        ('"last ferr"', set()),
        ('"last ferry', {"Ferries"}),
        ("quarter-past", {"Ferries"}),
        ("past-quarter", set()),
        ("ana@example.org", {"Trams"}),
        ("185.220.", {"Trams"}),
        ("220.185", set()),
        # Left out.
        ("ferry -tram", {"Ferries"}),
        ('ferry -"no tram"', {"Ferries"}),
        ("-ferry", set()),
        ("ferry --", {"Ferries", "Trams"}),
        # Subjects.
        ("tag:Trams", {"Trams"}),
        ("tag:trams ferry", {"Trams"}),
        ('tag:"Ferries" ferry', {"Ferries"}),
        ("ferry -tag:ferries", {"Trams"}),
        ("tag:nothing ferry", set()),
        ("tag:trams -ferry", set()),
        ("tag: ferry", {"Ferries", "Trams"}),
        # Scripts without spaces.
        ("東京", {"東京"}),
        ("京", {"東京"}),
        ("京東", set()),
        ("很多电车", {"東京"}),
        ("ไทย", {"東京"}),
        ("हिन्दी", {"東京"}),
        ("हनद", set()),
        # Nothing typed is an operator.
        ("ferry OR nothing", set()),
        ("NEAR(ferry tram)", set()),
        ("title:ferry", set()),
        ("ferry*", {"Ferries", "Trams"}),
        ("'ferry' & | ! ( ) : \\", {"Ferries", "Trams"}),
        ("", set()),
        ("— … !", set()),
    ],
)
def test_what_is_found(magazine, typed, found):
    query = parse(typed)
    assert set(find(typed) if query else []) == found


def test_the_title_counts_most_then_tags_and_deck_then_the_text():
    filler = "Of other things. " * 20
    make_post(title="In its text", body=f"{filler} A lighthouse. {filler}")
    make_post(title="In its deck", deck="Of a lighthouse.", body=filler)
    make_post(title="In its tags", body=filler, tags=["Lighthouse"], days_ago=2)
    make_post(title="The lighthouse", body=filler, days_ago=3)
    found = find("lighthouse")
    assert found[0] == "The lighthouse" and found[-1] == "In its text"
    assert set(found[1:3]) == {"In its deck", "In its tags"}


def test_pull_quotes_are_left_out():
    make_post(title="One", body="Text.\n\n::: pullquote\nA lighthouse.\n:::\n")
    assert find("lighthouse") == []


def test_a_phrase_does_not_go_on_from_the_title_into_the_text():
    make_post(title="The last", body="Ferry.")
    assert find('"last ferry"') == []


def test_of_a_common_word_the_newest_are_ranked(monkeypatch):
    monkeypatch.setattr(posts, "RANKED", 2)
    for age in (3, 1, 2):
        make_post(title=f"Ferry {age}", days_ago=age)
    assert set(find("ferry")) == {"Ferry 1", "Ferry 2"}
    page = words(search("ferry"))
    assert "Very many posts have these words. These are the newest 2, the best first." in page


HIDDEN = {
    "draft": {"status": "draft"},
    "review": {"status": "review"},
    "scheduled": {"published_at": timezone.now() + timedelta(days=400)},
    "private": {"status": "private"},
    "expired": {"expires_at": timezone.now() - timedelta(days=1)},
    "trash": {"status": "trash"},
}


@pytest.mark.parametrize("state", HIDDEN)
def test_what_is_not_public_is_not_found(state):
    title = "A hidden lighthouse"
    make_post(title=title, body="Its lamp.", deck="Its keeper.", tags=["Its tag"], **HIDDEN[state])
    for typed in ("lighthouse", "lamp", "keeper", "tag:its-tag", '"its tag"'):
        page = search(typed)
        assert titles(page) == [], typed
        assert "A hidden" not in html(page)


def test_pages_are_found_too():
    make_post(kind="page", title="About us", body="We like lighthouses.")
    page = search("lighthouse")
    assert titles(page) == ["About us"]
    assert "1 result" in words(page)


def test_the_page_marks_the_words_in_title_and_text():
    body = "Nobody knows. " * 100 + "<b>A ferry</b> & “ferries”. " + "Nobody knows. " * 100
    make_post(title="The <ferry>", body=body)
    page = html(search("ferr"))
    assert "The &lt;<mark>ferry</mark>&gt;</a>" in page
    assert "A <mark>ferry</mark> &amp; “<mark>ferries</mark>”." in page
    assert page.count("Nobody knows") < 30


def test_what_is_typed_stays_in_the_field():
    page = html(search('"x" <b> & zzz'))
    assert 'value="&#34;x&#34; &lt;b&gt; &amp; zzz"' in page
    assert "No post has these words." in page


def test_an_empty_answer_shows_the_newest_posts():
    for age in (4, 3, 2, 1):
        make_post(title=f"Of {age}", days_ago=age)
    make_post(kind="page", title="About")
    for typed in ("zzz", "", "—"):
        page = html(search(typed))
        assert re.findall(r'<h3 class="card-title"><a[^>]*>(.*?)<', page) == [
            "Of 1",
            "Of 2",
            "Of 3",
        ]
    assert "Type at least one word to look for." in page


@pytest.mark.parametrize("typed", ["x" * 201, "x " * 5_000, "fer\0ry", '"' * 300])
def test_a_bad_search_is_said_in_words_and_comes_back(typed):
    page = search(typed, 400)
    assert "The search text is too long or contains invalid characters." in words(page)
    assert typed.replace("\0", "").strip().replace('"', "&#34;") in html(page)


@pytest.mark.parametrize("page", ["99999999", "0", "-1", "x", "", "9" * 5_000, "²", "2"])
def test_pages_that_do_not_exist(magazine, page):
    assert search("ferry", 404, page=page) if page else search("ferry")


def test_each_result_is_on_one_page():
    for number in range(25):
        make_post(title=f"Ferry {number:02}")
    pages = [search("ferry & tram", page=n) for n in (1,)]
    assert titles(pages[0]) == []
    found = [title for n in (1, 2, 3) for title in titles(search("ferry", page=n))]
    assert sorted(found) == [f"Ferry {n:02}" for n in range(25)]
    assert 'rel="next" href="?q=ferry&amp;page=2"' in html(search("ferry"))
    search("ferry", 404, page=4)


def test_search_engines_leave_it_out():
    page = html(search("ferry"))
    assert '<meta name="robots" content="noindex">' in page
    assert 'rel="canonical"' not in page


def test_the_header_leads_there_from_every_page_but_its_own(magazine):
    form, link = '<form role="search" action="/search/">', '<a href="/search/"'
    for path in ("/", magazine[0].path, "/tags/", "/nothing/here/"):
        page = Client().get(path).content.decode()
        assert form in page and link in page, path
    page = html(search(""))
    assert form not in page and '<a href="/search/" aria-current="page"' in page


@given(st.text(max_size=200))
@example('-tag:" -"" tag:-x')
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_typed_is_an_error(magazine, typed):
    assert Client().get("/search/", {"q": typed}).status_code in (200, 400)


@pytest.mark.parametrize("typed", ["ferry " * 33, "the", "tag:trams " * 20, "-x " * 60])
def test_a_long_search_is_soon_answered(magazine, typed):
    assert len(parse(typed).phrases) <= MOST_PARTS
    search(typed.strip()[:200])


@given(st.text("ferry tram東京\n<&é ", max_size=900), st.text("ferry tram東京", max_size=9))
def test_a_snippet_is_a_part_of_the_text(text, typed):
    pieces = snippets.snippet(text, parse(typed))
    said = "".join(piece.text for piece in pieces)
    assert said.removeprefix("… ").removesuffix(" …").strip() in " ".join(text.split())
    assert len(said) <= snippets.LENGTH + 4


@pytest.mark.parametrize("place", [0, 500, 1_980, 2_100, 2_250, 6_000])
def test_a_word_is_shown_wherever_it_stands(place):
    text = "A tram went by. " * 1_000
    text = f"{text[:place]} lantern {text[place:]}"
    pieces = snippets.snippet(text, parse("lantern"))
    assert [piece.text for piece in pieces if piece.is_found] == ["lantern"]
    assert pieces[-1].text.endswith(" …")
    assert pieces[0].text.startswith("… ") == (place > 0)


def test_a_snippet_shows_most_of_the_words():
    text = (
        "A ferry. " + "Nobody knows. " * 60 + "The last ferry on the last evening. " + "No. " * 200
    )
    said = "".join(piece.text for piece in snippets.snippet(text, parse("last ferry evening")))
    assert "The last ferry on the last evening." in said
    assert said.startswith("… ") and said.endswith(" …")


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("The tram, the last ferry, the tram.", '"the last" ferr', ["the last", "ferry"]),
        ("Last, and the last.", '"the last"', ["the last"]),
        ("An e-mail; mail, e.", "e-mail", ["e-mail"]),
        ("在東京都。東", "東京都", ["東京都"]),
        ("Søren’s", "soren", ["Søren"]),
        ("Nothing.", "zzz", []),
    ],
)
def test_only_whole_phrases_are_marked(text, typed, marked):
    pieces = snippets.whole(text, parse(typed))
    assert [piece.text for piece in pieces if piece.is_found] == marked
    assert "".join(piece.text for piece in pieces) == text


def test_the_command_finds_and_mends_what_was_written_past_the_index(capsys):
    post = make_post(title="Ferries")
    call_command("search", "--check")
    Post.objects.filter(pk=post.pk).update(title="Lighthouses")
    with pytest.raises(CommandError, match=f"1 posts differ: {post.pk}"):
        call_command("search", "--check")
    call_command("search", "--rebuild")
    call_command("search", "--check")
    assert "The search knows every post and comment as it is." in capsys.readouterr().out
    assert find("lighthouse") == ["Lighthouses"]


def test_it_asks_the_same_number_of_times_however_many_posts(django_assert_num_queries):
    counts = []
    for _more in range(2):
        for _post in range(4):
            make_post(title="Ferries", tags=["Boats", "Trams"])
        search("ferries")
        with django_assert_num_queries(6) as asked:
            search("ferries")
        counts.append(len(asked))
    assert counts[0] == counts[1]
