"""The checklist before publishing: what it finds, and nothing about finished essays."""

import re
import time
from dataclasses import replace
from pathlib import Path

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from blog.editing import links
from blog.editing.checklist import Draft, findings
from blog.models import Image, OldPath, Role
from blog.text.plain_text import unwrap
from comments.management.commands.demo import CONTENT, split_front_matter
from tests import essays, model_essay
from tests.factories import make_post, make_user, picture

FULL = Draft(title="The tram", body="It came.", excerpt="A tram, and a sea.", tags=["Trams"])
LONG = "The tram went down to the sea and nobody had asked it to"  # no full stop
DONE = f"{LONG}."


def codes(body: str = "It came.", **fields) -> list[str]:
    return [finding.code for finding in findings(replace(FULL, body=body, **fields))]


# Finished texts.


def model_draft() -> Draft:
    return Draft(
        title=model_essay.TITLE,
        deck=model_essay.DECK,
        body=model_essay.BODY,
        excerpt=model_essay.EXCERPT,
        tags=model_essay.TAGS,
        has_lead_picture=True,
        lead_alt=model_essay.ALT,
    )


def demo_draft(file: Path) -> Draft:
    front, body = split_front_matter(file)
    return Draft(
        title=front["title"],
        deck=front.get("deck", ""),
        body=re.sub(r"\]\(([\w-]+\.jpg)", r"](/media/\1", body),
        excerpt=front.get("excerpt", ""),
        tags=front.get("tags", ()),
        is_page=file.parent.name == "pages",
        has_lead_picture="picture" in front,
        lead_alt=front.get("alt", ""),
    )


def test_the_model_essay_is_finished():
    assert findings(model_draft()) == []


@pytest.mark.parametrize("file", sorted(CONTENT.rglob("*.md")), ids=lambda file: file.stem)
def test_the_demo_texts_are_finished(file):
    assert findings(demo_draft(file)) == []


def test_an_essay_with_broken_lines_has_no_other_finding():
    assert codes(essays.WRAPPED) == ["hard-wrapped"]
    assert codes(unwrap(essays.WRAPPED)) == []


@pytest.mark.parametrize("kept", [0.3, 0.55, 0.8])
def test_most_paragraphs_cut_in_the_middle_are_noticed(kept):
    paragraphs = model_essay.BODY.strip().split("\n\n")
    noticed = 0
    long = [n for n, paragraph in enumerate(paragraphs) if len(paragraph) > 400]
    for n in long:
        cut = paragraphs[n][: int(len(paragraphs[n]) * kept)].rpartition(" ")[0]
        body = "\n\n".join([*paragraphs[:n], cut, *paragraphs[n + 1 :]])
        noticed += "unfinished-paragraph" in codes(body)
    assert noticed >= len(long) * 0.8


# Each kind of finding.

PICTURE = "![A tram in the water](/media/tram.jpg)"
TEXTS = [
    # pictures
    (PICTURE, []),
    ("![](/media/tram.jpg)", ["no-description"]),
    ("![ ](/media/tram.jpg)", ["no-description"]),
    ("![](/media/tram.jpg){decorative}", []),
    ('![](/media/tram.jpg "The 14 (left)"){decorative}', []),
    ("![](/media/tram.jpg) {decorative}", ["no-description"]),
    ('<img src="/media/tram.jpg">', ["no-description"]),
    ('<img src="/media/tram.jpg" alt="">', []),
    ("![tram-14.JPG](/media/tram.jpg)", ["poor-description"]),
    ("![IMG_1234](/media/tram.jpg)", ["poor-description"]),
    ("![An image of a tram](/media/tram.jpg)", ["poor-description"]),
    ("![Image of the tram](/media/tram.jpg)", ["poor-description"]),
    ("![Map [of 1931] of the line](/media/map.png)", []),
    ("![A tram](https://example.org/tram.jpg)", ["foreign-picture"]),
    ("![A tram](//example.org/tram.jpg)", ["foreign-picture"]),
    ("![A tram](tram.jpg)", ["broken-link"]),
    ("`![](/media/tram.jpg)`", []),
    ("```\n![](/media/tram.jpg)\n\n[here](x) TK\n```", []),
    ("[![](/media/tram.jpg)](/trams/)", ["no-description"]),
    # headings
    ("## One\n\nIt came.\n\n### Two\n\n## Three", []),
    ("# One\n\n### Two", []),
    ("### One", ["heading-order"]),
    ("## One\n\n#### Two", ["heading-order"]),
    ("##\n\nIt came.", ["empty-heading"]),
    ("## ##", ["empty-heading"]),
    ("#Trams are late.", []),
    # links
    ("[The timetable](/timetable/)", []),
    ("[here](/timetable/)", ["link-text"]),
    ("[**Click here!**](https://example.org/)", ["link-text"]),
    ("[Read more…](https://example.org/)", ["link-text"]),
    ("[here][1]\n\n[1]: https://example.org/", ["link-text"]),
    ('<a href="/x/">this</a>', ["link-text"]),
    ("[](/timetable/)", ["link-text"]),
    ("https://example.org/here", []),
    ("[A tram](/gone/)", ["broken-link"]),
    ("[A tram](/gone/?a=1#b)", ["broken-link"]),
    ("[A tram](timetable)", ["broken-link"]),
    ("[A tram](www.example.org)", ["broken-link"]),
    ("[A tram](javascript:alert)", ["broken-link"]),
    ("[A tram]()", ["broken-link"]),
    ("[Write](mailto:a@example.org), [up](#top), [out](https://example.org/gone/)", []),
    # what is still to come
    ("It came at TK.", ["to-come"]),
    ("TKTK", ["to-come"]),
    ("ATKINS, TKO, [tk](/TK/) and tk", []),
    # pull quotes
    (f"{DONE}\n\n::: pullquote\n{DONE}\n:::", []),
    ("It *came* [late](/x/).\n\n::: pullquote\nIt came late.\n:::", []),
    ("It came late.\n\n::: pullquote\nIt came late.\n— Mrs Adair\n:::", []),
    ("It came.\n\n::: pullquote\nIt came late.\n:::", ["pull-quote"]),
    # paragraphs that stop
    (LONG, ["unfinished-paragraph"]),
    (f"{LONG},", ["unfinished-paragraph"]),
    (f"{LONG} at *noon*", ["unfinished-paragraph"]),
    (f"{LONG}\n\nThe next one is whole.", ["unfinished-paragraph"]),
    (f"{LONG}[^1]\n\n[^1]: A note.", ["unfinished-paragraph"]),
    (f"{LONG}…", []),
    (f"“{LONG}”", []),
    (f"{LONG} `now`", []),
    (f"## {LONG}", []),
    (f"- {LONG}\n- {LONG}", []),
    (f"> {LONG}", []),
    (f"*{LONG}*", []),
    (f"— {LONG}", []),
    ("The tram went down to the sea\nand nobody had asked it to\nand nobody got in", []),
    (f"{LONG}\n\n> It came.", []),
    (f"{LONG}\n\n- One\n- Two", []),
    (f"{LONG},\n\n“It came.”", []),
    (f"> It came.\n\n{LONG}", []),
    ("電車は海へ下りていったが、誰もそれを頼まなかった" * 3, []),
    # torn words
    ("It is a life- principle.", ["torn-word"]),
    ("It is a life-\nprinciple.", ["torn-word"]),
    ("It is a life-principle, pre- and post-war, of a 3- year-old.", []),
    ("The A- Team came - late.", []),
    # marks and their notes
    ("The season was HIGH*.", ["mark-without-note"]),
    (r"The season was HIGH\*.", ["mark-without-note"]),
    ("The season was HIGH*.\n\n* From June.", []),
    ("The season was HIGH\\*.\n\n\\* From June.", []),
    ("HIGH* and LOW**.\n\n*From June.\n\n**From May.", []),
    ("HIGH* and LOW**.\n\n* From June.", ["mark-without-note"]),
    ("*HIGH* and **low** and ***both***, 3 * 4, 5* and f***.", []),
    ("un*believable*, un*believ*able and (*late*).", []),
    ("It was late (by an hour)*.", ["mark-without-note"]),
    ("- *One*, two.\n* Three*.", ["mark-without-note"]),
    ("The season was HIGH†.", ["mark-without-note"]),
    ("The season was HIGH†.\n\n† From June.", []),
    ("It was late [1].", ["mark-without-note"]),
    ("It was late [1].\n\n[1] By an hour.", []),
    ("It was late [1].\n\n1. By an hour.", []),
    ("It was late [1].\n\n[1]: https://example.org/", []),
    ("It was late [sic], in [1931].", []),
    ("It was late[^1].", ["mark-without-note"]),
    ("It was late[^1].\n\n[^1]: By an hour.", []),
    ("It was `late[^1]`.", []),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_what_is_found_in_a_text(text, expected):
    assert codes(text, missing={"/gone/"}) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, []),
        ({"excerpt": " "}, [("no-excerpt", "excerpt")]),
        ({"excerpt": "", "body": "It came.<!--more-->"}, []),
        ({"tags": []}, [("no-label", "tags")]),
        ({"tags": [], "excerpt": "", "is_page": True}, []),
        ({"title": "TK"}, [("to-come", "title")]),
        ({"deck": "By TK."}, [("to-come", "deck")]),
        ({"excerpt": "TK"}, [("to-come", "excerpt")]),
        ({"has_lead_picture": True}, [("no-description", "lead_alt")]),
        ({"has_lead_picture": True, "lead_is_decorative": True}, []),
        ({"has_lead_picture": True, "lead_alt": "A tram"}, []),
        ({"has_lead_picture": True, "lead_alt": "tram.jpg"}, [("poor-description", "lead_alt")]),
    ],
)
def test_what_is_found_in_the_other_fields(fields, expected):
    found = findings(replace(FULL, **fields))
    assert [(finding.code, finding.field) for finding in found] == expected


def test_a_picture_from_elsewhere_is_named_with_its_host():
    (found,) = findings(replace(FULL, body="![A tram](https://example.org/tram.jpg)"))
    assert found.sentence == (
        "Readers do not see this picture: it comes from example.org, and this site's pages load"
        " pictures only from here."
    )


def test_a_picture_of_this_site_by_its_whole_address_is_none_from_elsewhere(settings):
    settings.SITE_URL = "https://example.org"
    assert codes("![A tram](https://example.org/media/tram.jpg)") == []


# Where to go.


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_finding_of_the_body_has_an_exact_piece_of_one_line(end):
    for text, _expected in TEXTS:
        body = f"{DONE}\n\n{text}\n\n{DONE}"
        for found in findings(replace(FULL, body=body.replace("\n", end), missing={"/gone/"})):
            assert found.field == "body", text
            assert body[found.position :].startswith(found.excerpt)
            assert found.excerpt and "\n" not in found.excerpt and len(found.excerpt) <= 120


def test_findings_stand_in_the_order_of_the_form_and_of_the_text():
    body = f"[here](/x/) and TK.\n\nA life- principle.\n\n{LONG}"
    found = ["to-come", "link-text", "to-come", "torn-word", "unfinished-paragraph", "no-label"]
    assert codes(body, deck="TK", tags=[], excerpt="") == [*found, "no-excerpt"]


def test_a_text_with_a_thousand_findings_names_twenty():
    assert codes("TK. " * 1000) == ["to-come"] * 20


# Whatever is typed.

PIECES = ["[", "](", ")", "![", "]", "*", "**", "`", "``", "\n", "\n\n", "# ", "- ", "> ", "::: "]
PIECES += [
    "pullquote\n",
    ":::\n",
    "[^1]",
    "[1]: ",
    "<",
    "<img ",
    "<!--",
    "-->",
    "| ",
    "```\n",
    "TK",
]
PIECES += [
    "a- b",
    "\\",
    "(",
    "http://[",
    "{decorative}",
    "†",
    "<pre>",
    "Word ",
    "&amp;",
    "\0",
    "  ",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=5)).map("".join))
def test_no_text_raises_an_error(text):
    for found in findings(replace(FULL, body=text)):
        assert found.excerpt in text.replace("\r\n", "\n").replace("\r", "\n")


@pytest.mark.numbers
@pytest.mark.parametrize("unit", [*PIECES, "[a](b ", "`a``b`", "a\n\n", "*a ", model_essay.BODY])
def test_two_megabytes_take_two_seconds_at_most(unit):
    text = (unit * (2_000_000 // len(unit) + 1))[:2_000_000]
    started = time.monotonic()
    findings(replace(FULL, body=text))
    assert time.monotonic() - started < 2


# What the checklist asks the database.


@pytest.mark.django_db
def test_links_of_this_site_are_looked_up_in_one_query(settings, django_assert_num_queries):
    settings.SITE_URL = "https://example.org"
    post, page = make_post(tags=["Trams"]), make_post(kind="page", title="About us")
    draft, later = make_post(status="draft", title="Not yet"), make_post(days_ago=-1)
    OldPath.objects.create(path="/2020/01/before/", post=post)
    author = make_user(Role.AUTHOR)
    good = [post.path, post.path.rstrip("/"), page.path, "/2020/01/before/", "/archive/", "/"]
    good += [f"{post.path}feed/", "/tag/trams/", f"/author/{author.slug}/", "/feed/", "/media/x"]
    bad = [later.path, f"/2026/11/{draft.slug}/", "/nothing/", "/tag/boats/", "/a/b/c"]
    addresses = [*good, *bad, *(f"https://example.org{path}" for path in (post.path, "/nobody/"))]
    body = " ".join(f"[x]({path}?a=1#b)" for path in [*addresses, "https://example.net/elsewhere/"])
    with django_assert_num_queries(1):
        assert links.missing_paths(body, timezone.now()) == {*bad, "/nobody/"}


@pytest.mark.django_db
def test_names_that_no_row_can_have_are_looked_up_without_an_error():
    body = "[x](/a%00b/) ![](/media/%00.jpg)"
    assert make_post(body=body).pk
    assert links.missing_paths(body, timezone.now()) == {"/a\0b/"}
    assert links.described_pictures(body) == set()


@pytest.mark.django_db
def test_a_text_without_links_asks_nothing(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert links.missing_paths(model_essay.BODY, timezone.now()) == set()
        assert links.described_pictures(model_essay.BODY) == set()


@pytest.mark.django_db
def test_a_picture_that_is_described_on_its_page_needs_no_words_in_the_text():
    described = Image.objects.create(file=picture(), sha256="0", alt="A tram")
    bare = Image.objects.create(file=picture(), sha256="1")
    body = f"![]({described.file.url})\n\n![]({bare.file.url})"
    (found,) = findings(replace(FULL, body=body, described=links.described_pictures(body)))
    assert (found.code, bare.file.url in found.excerpt) == ("no-description", True)
