"""The pure rules of moderation: what holds a comment, and what Akismet must be told."""

from dataclasses import replace

import pytest

from comments.rules.holding import (
    Facts,
    Rules,
    feedback_for_move,
    first_decision,
    matching_line,
    matching_network,
    missing_feedback,
    network_of,
)

FACTS = Facts(
    name="Ana Reader",
    email="ana@example.net",
    url="https://ana.example",
    body="Nobody got in.",
    ip="203.0.113.7",
    user_agent="Firefox/140",
)
STATUSES = ("pending", "approved", "spam", "trash")


@pytest.mark.parametrize(
    ("facts", "rules", "status", "reasons"),
    [
        ({}, {}, "pending", []),
        ({"trap": "pills"}, {}, "spam", [("trap", "pills")]),
        ({"trap": "x" * 200}, {}, "spam", [("trap", "x" * 100)]),
        ({"body": "Buy PILLS"}, {"block_words": ("pills",)}, "spam", [("words", "pills")]),
        ({"body": "Buy PILLS"}, {"hold_words": ("pills",)}, "pending", [("words", "pills")]),
        ({}, {"networks": ("203.0.113.0/24",)}, "spam", [("network", "203.0.113.0/24")]),
        ({}, {"networks": ("203.0.113.7",)}, "spam", [("network", "203.0.113.7")]),
        ({"ip": None}, {"networks": ("0.0.0.0/0",)}, "pending", []),
        ({"links": 1}, {}, "pending", []),
        ({"links": 2}, {}, "pending", [("links", "2")]),
        ({"links": 99}, {"link_limit": 0}, "pending", []),
        ({"post_age_days": 31}, {"hold_after_days": 30}, "pending", [("age", "31")]),
        ({"post_age_days": 30}, {"hold_after_days": 30}, "pending", []),
        ({"post_age_days": 999}, {}, "pending", []),
        ({"origin_known": False}, {}, "pending", [("no-origin", "")]),
    ],
)
def test_the_first_decision_and_its_reasons(facts, rules, status, reasons):
    assert first_decision(replace(FACTS, **facts), Rules(**rules)) == (status, reasons)


def test_whoever_bears_a_name_of_the_staff_is_looked_at():
    facts = replace(FACTS, name="MO Derator ", staff_names=frozenset({"mo derator"}))
    assert first_decision(facts, Rules()) == ("pending", [("staff-name", "MO Derator")])


@pytest.mark.parametrize(
    "name",
    [
        "Mo\u200d Derator",
        "M\u043e Derator",
        "ＭＯ Derator",
        "M0 Derator",
        "Mo  Derator.",
        "mo\u00adderator",
    ],
)
def test_nor_does_a_letter_that_looks_alike_or_shows_nothing_evade_that(name):
    facts = replace(FACTS, name=name, staff_names=frozenset({"Mo Derator"}))
    assert first_decision(facts, Rules()) == ("pending", [("staff-name", name)])


@pytest.mark.parametrize("name", ["", "Mona", "Derator", "Mo", "Ana Reader"])
def test_other_names_are_no_names_of_the_staff(name):
    facts = replace(FACTS, name=name, staff_names=frozenset({"Mo Derator", ""}))
    assert first_decision(facts, Rules()) == ("pending", [])


def test_a_blocked_address_is_known_in_full_width_too():
    rules = Rules(addresses=frozenset({"troll@example.net"}))
    facts = replace(FACTS, email="Troll@ｅxample.net")
    assert first_decision(facts, rules)[0] == "spam"


def test_every_reason_is_named_and_what_blocks_comes_first():
    facts = replace(FACTS, trap="x", links=3, origin_known=False)
    rules = Rules(hold_words=("nobody",), networks=("203.0.113.0/24",))
    status, reasons = first_decision(facts, rules)
    codes = [code for code, _detail in reasons]
    assert (status, codes) == ("spam", ["trap", "network", "links", "words", "no-origin"])


def test_reasons_are_plain_text_for_the_row():
    _status, reasons = first_decision(replace(FACTS, links=5), Rules())
    assert type(reasons[0][0]) is str


@pytest.mark.parametrize("field", ["name", "email", "url", "body", "ip", "user_agent"])
def test_a_word_is_searched_for_in_six_places(field):
    facts = replace(FACTS, **{field: "…pills…"})
    assert matching_line(("pills",), facts) == "pills"


@pytest.mark.parametrize(
    ("networks", "ip", "found"),
    [(("nonsense", "203.0.113.0/24"), "203.0.113.7", "203.0.113.0/24"), (("",), "8.8.8.8", "")],
)
def test_a_line_that_no_form_has_looked_at_shuts_nobody_out(networks, ip, found):
    assert matching_network(networks, ip) == found


@pytest.mark.parametrize(
    ("networks", "ip", "found"),
    [
        (("203.0.113.0/24",), "203.0.113.255", "203.0.113.0/24"),
        (("203.0.113.9/24",), "203.0.113.1", "203.0.113.9/24"),
        (("203.0.113.0/24",), "203.0.114.1", ""),
        (("2001:db8::/32",), "2001:db8:1::1", "2001:db8::/32"),
        (("2001:db8::/32", "203.0.113.7"), "203.0.113.7", "203.0.113.7"),
        (("0.0.0.0/0",), "2001:db8::1", ""),
        (("0.0.0.0/0",), None, ""),
    ],
)
def test_an_address_in_a_network_of_the_policy(networks, ip, found):
    assert matching_network(networks, ip) == found


@pytest.mark.parametrize(
    ("ip", "network"),
    [
        ("203.0.113.7", "203.0.113.0/24"),
        ("2001:db8:1:2:3::4", "2001:db8:1::/48"),
        ("::1", "::/48"),
        (None, ""),
        ("", ""),
    ],
)
def test_the_network_of_an_address(ip, network):
    assert network_of(ip) == network


@pytest.mark.parametrize("new", STATUSES)
@pytest.mark.parametrize("old", STATUSES)
def test_only_a_move_into_or_out_of_spam_is_news_to_akismet(old, new):
    told = {(o, "spam"): "spam" for o in STATUSES}
    told |= {("spam", "approved"): "ham", ("spam", "pending"): "ham"}
    assert feedback_for_move(old, new) == told.get((old, new), "")


@pytest.mark.parametrize(
    ("believed", "status", "owed"),
    [
        ("ham", "spam", "spam"),
        ("", "spam", "spam"),
        ("spam", "spam", ""),
        ("spam", "approved", "ham"),
        ("spam", "pending", "ham"),
        ("spam", "trash", ""),
        ("ham", "approved", ""),
        ("ham", "trash", ""),
        ("", "approved", ""),
    ],
)
def test_akismet_is_told_only_what_it_does_not_believe(believed, status, owed):
    assert missing_feedback(believed, status) == owed


def test_an_accent_in_an_address_makes_another_address():
    rules = Rules(addresses=frozenset({"jose@example.org"}))
    assert rules.blocks_author("JOSE@example.org") and not rules.blocks_author("josé@example.org")
