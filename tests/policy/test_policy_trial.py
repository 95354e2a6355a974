"""“Try it”: what the rules in the form would do with a comment, before anything is saved."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from blog.models import Role
from comments.models import Comment, Policy, PolicyChange
from tests.factories import make_user, moderator
from tests.pages import html, words
from tests.policy.test_policy_page import ADDRESS, typed

pytestmark = pytest.mark.django_db

ORDINARY = "It would wait for a moderator, like every comment. No rule marks it."
MARKED = "It would wait for a moderator, and the queue would say why to look twice."
SPAM = "It would go to Spam. You can still publish it."
REFUSED = "It would be refused, with the text given back."
LINKS = "See https://one.example/ and https://two.example/"


@pytest.fixture
def attempt(client):
    client.force_login(moderator())

    def attempt(policy=None, **said):
        said = {"body": "Nobody got in.", "name": "Ana", "email": "ana@example.net"} | said
        fields = typed(**policy or {}) | {f"try-{name}": text for name, text in said.items()}
        return client.post(ADDRESS, fields | {"try": "1"})

    return attempt


TRIED = [
    ({}, {}, ORDINARY, ""),
    ({}, {"body": LINKS}, MARKED, "Its links, counted: 2. It is marked from 2 on."),
    ({"link_limit": "0"}, {"body": LINKS}, ORDINARY, ""),
    (
        {"hold_words": "nobody"},
        {},
        MARKED,
        "It contains “nobody”, one of the words that mark a comment.",
    ),
    (
        {"block_words": "ANA@"},
        {},
        SPAM,
        "It contains “ANA@”, one of the words that make a comment spam.",
    ),
    (
        {"networks": "203.0.113.0/24"},
        {"ip": "203.0.113.7"},
        SPAM,
        "203.0.113.7 belongs to 203.0.113.0/24, one of the networks whose comments are spam.",
    ),
    (
        {"hold_after_days": "30"},
        {"post_days": "31"},
        MARKED,
        "The post is 31 days old; after 30 a comment is marked.",
    ),
    ({"hold_after_days": "30"}, {"post_days": "30"}, ORDINARY, ""),
    (
        {"close_after_days": "14"},
        {"post_days": "15"},
        REFUSED,
        "The post is 15 days old; comments close after 14.",
    ),
    ({"close_after_days": "14"}, {"post_days": "14"}, ORDINARY, ""),
    (
        {"hold_words": "curl/8"},
        {"browser": "curl/8.5"},
        MARKED,
        "It contains “curl/8”, one of the words that mark a comment.",
    ),
]


@pytest.mark.parametrize(("policy", "said", "outcome", "why"), TRIED)
def test_what_would_become_of_it_and_why(attempt, policy, said, outcome, why):
    response = attempt(policy, **said)
    page = words(response)
    assert response.status_code == 200
    assert outcome in page and why in page
    assert response.context_data["found"].why == [why] * bool(why)


def test_all_rules_that_find_something_are_named(attempt):
    policy = {"block_words": "casino", "hold_words": "nobody", "close_after_days": "14"}
    said = {"body": f"Nobody, a casino, {LINKS}", "post_days": "99"}
    found = attempt(policy, **said).context_data["found"]
    assert found.outcome == REFUSED
    assert len(found.why) == 4


def test_every_line_that_is_found_is_named_and_marked(attempt):
    response = attempt({"hold_words": "nobody\nno*\n*ot*\nelse"})
    lines = ["nobody", "no*", "*ot*"]
    words_of = "It contains “{}”, one of the words that mark a comment."
    assert response.context_data["found"].why == [words_of.format(line) for line in lines]
    assert "<mark>Nobody</mark> g<mark>ot</mark> in." in html(response)


def test_a_line_that_stands_only_within_a_longer_word_says_which_star_would_find_it(attempt):
    page = words(attempt({"hold_words": "press\nmoon"}, body="On WordPress."))
    assert ORDINARY in page and "moon" not in page.split("Not found:")[1].split("Comment")[0]
    assert "“press” stands only within a longer word; “*press*” would find it." in page


def test_a_name_of_the_staff_is_said(attempt):
    make_user(Role.EDITOR, display_name="Edith")
    assert "“EDITH” is the name of somebody who works here." in words(attempt(name="EDITH"))


@pytest.mark.parametrize(
    ("word", "said", "marked"),
    [
        ("nobody", {}, "<mark>Nobody</mark> got in."),
        ("ana", {"name": "Ana"}, "<bdi><mark>Ana</mark></bdi> <mark>ana</mark>@example.net"),
        ("one.ex*", {"url": "https://one.example"}, "https://<mark>one.ex</mark>ample"),
        ("203.0", {"ip": "203.0.113.7"}, "<mark>203.0</mark>.113.7"),
        ("curl", {"browser": "curl/8.5"}, "<mark>curl</mark>/8.5"),
    ],
)
def test_the_word_that_was_found_is_marked_where_it_stands(attempt, word, said, marked):
    assert marked in html(attempt({"hold_words": word}, **said))


def test_the_links_are_marked(attempt):
    assert html(attempt(body=LINKS)).count("<mark><a ") == 2


def test_what_a_reader_would_see_is_said(attempt):
    assert "A reader sees: “Saved. A moderator reads every comment" in words(attempt())
    page = words(attempt({"block_words": "nobody"}))
    assert "A reader sees: “Saved, but our spam filter set it aside.”" in page
    page = words(attempt({"close_after_days": "1"}, post_days="2"))
    assert "A reader sees: “Comments on this post are closed.”" in page


def test_the_rules_of_the_form_count_not_the_saved_ones(attempt):
    Policy.change({"hold_words": "nobody"}, by=None)
    assert ORDINARY in words(attempt({"hold_words": ""}))
    assert Policy.stored().hold_words == "nobody"


def test_nothing_is_written(attempt):
    attempt()
    with CaptureQueriesContext(connection) as captured:
        response = attempt({"hold_words": "nobody", "link_limit": "9"})
    assert MARKED in words(response)
    writing = [q["sql"] for q in captured if q["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]
    assert [sql for sql in writing if "django_session" not in sql] == []
    assert not Comment.objects.exists() and not PolicyChange.objects.exists()


def test_what_is_tried_stays_in_the_form_with_the_rules(attempt):
    response = attempt({"hold_words": "nobody"}, body="Nobody got in & <that>.", post_days="3")
    assert response.context_data["form"]["hold_words"].value() == "nobody"
    assert response.context_data["trial"]["post_days"].value() == "3"
    assert "Nobody got in &amp; &lt;that&gt;.</textarea>" in html(response)


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("body", "", "Please write something."),
        ("body", "x" * 5_001, "At most 5,000 characters can be sent; this text has 5,001."),
        ("ip", "203.0.113", "Enter a valid IPv4 or IPv6 address."),
        ("email", "nobody", "Enter a valid email address."),
        ("url", "javascript:alert(1)", "Enter a valid URL."),
        ("post_days", "-1", "greater than or equal to 0"),
    ],
)
def test_what_could_not_even_be_sent_is_said_at_its_field(attempt, name, value, said):
    response = attempt(**{name: value})
    assert response.status_code == 422
    assert said in words(response)
    assert response.context_data["trial"][name].value() == value
    assert "Nothing was tried: first mend what is marked." in words(response)


def test_a_wrong_rule_is_mended_before_anything_is_tried(attempt):
    response = attempt({"networks": "0.0.0.0/0"}, ip="203.0.113.7")
    assert response.status_code == 422
    assert "is too wide" in words(response) and response.context_data["found"] is None


def test_a_policy_that_is_not_saved_says_nothing_of_a_trial(client):
    client.force_login(moderator())
    page = words(client.post(ADDRESS, typed(depth="99")))
    assert "Nothing is saved: please look at what is marked." in page
    assert "Nothing was tried" not in page


def test_only_the_text_must_be_given(attempt):
    assert ORDINARY in words(attempt(name="", email=""))
