"""Two people change the policy at a time: neither undoes what the other did."""

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from blog.models import Role
from comments.models import Policy, PolicyChange
from comments.rules.policy_merge import merge
from tests.factories import make_user
from tests.pages import html, words
from tests.policy.test_policy_command import run
from tests.policy.test_policy_page import ADDRESS, typed

pytestmark = pytest.mark.django_db

LISTS = st.lists(st.sampled_from("abcdef"), max_size=6, unique=True).map("\n".join)


def of_lines(base: str, mine: str, theirs: str) -> str:
    merged = merge(*({"hold_words": text} for text in (base, mine, theirs)))
    return merged.values["hold_words"].replace("\n", " ") + "?" * bool(merged.clashes)


def lined(text: str) -> str:
    return "\n".join(text.split())


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "merged"),
    [
        ("a b", "a b c", "a b d", "a b d c"),
        ("a b", "a", "a b d", "a d"),
        ("a b", "b", "a", ""),
        ("a b", "a b", "b a c", "b a c"),
        ("a b", "b a", "a b c", "b a c"),
        ("a b", "b a", "b", "b"),
        ("a b c", "a casino c", "a b c d", "a c d casino"),
        ("casino", "casino*", "casino bet", "casino* bet"),
        ("casino", "casino*", "casino*", "casino*"),
        ("casino", "", "", ""),
        ("casino", "casino*", "*casino", "casino*?"),
        ("casino x", "casino* x y", "*casino x z", "casino* x z y?"),
        ("casino", "casino*", "", "casino*?"),
        ("casino x", "x", "casino* x", "x?"),
        ("", "a", "b", "b a"),
    ],
)
def test_lists_are_merged_line_by_line(base, mine, theirs, merged):
    assert of_lines(lined(base), lined(mine), lined(theirs)) == merged


@given(LISTS, LISTS, LISTS)
def test_what_either_added_is_there_and_what_either_took_out_is_not(base, mine, theirs):
    b, m, t = (set(text.split()) for text in (base, mine, theirs))
    assert set(of_lines(base, mine, theirs).split()) == (b & m & t) | (m - b) | (t - b)


@pytest.mark.parametrize(
    ("base", "mine", "theirs", "value", "asks"),
    [(2, 2, 7, 7, False), (2, 3, 2, 3, False), (2, 3, 3, 3, False), (2, 3, 7, 3, True)],
)
def test_a_number_that_both_changed_is_asked_about(base, mine, theirs, value, asks):
    merged = merge(*({"depth": n} for n in (base, mine, theirs)))
    assert (merged.values, bool(merged.clashes)) == ({"depth": value}, asks)


def test_long_lists_in_another_order_are_merged_at_once():
    base = [f"word{n}" for n in range(5_000)]
    merged = of_lines("\n".join(base), "\n".join(reversed(base)), "\n".join([*base[1:], "new"]))
    assert merged.split() == [*reversed(base[1:]), "new"]


# On the page


def edith_saves(**values) -> None:
    Policy.change(values, by=make_user(Role.EDITOR, display_name="Edith"))


def sent_again(response) -> dict:
    """The fields of the form, as a browser would send what it shows."""
    inputs = re.findall(
        r'<input type="(?:number|hidden)" name="([^"]+)"(?: value="([^"]*)")?', html(response)
    )
    areas = re.findall(
        r'<textarea name="([^"]+)"[^>]*>\r?\n?(.*?)</textarea>', html(response), re.DOTALL
    )
    return {name: unescape(value) for name, value in [*inputs, *areas]}


def test_saving_again_does_not_undo_a_field_that_one_never_touched(mo):
    opened = sent_again(mo.get(ADDRESS))
    edith_saves(link_limit=7, networks="203.0.113.0/24")
    assert mo.post(ADDRESS, opened | {"hold_words": "casino"}).status_code == 303
    stored = Policy.stored()
    assert (stored.hold_words, stored.link_limit) == ("casino", 7)
    assert stored.networks == "203.0.113.0/24"
    page = words(mo.get(ADDRESS))
    assert (
        "What others changed since you opened the page is kept: links that mark a comment: " in page
    )
    assert PolicyChange.objects.first().changes == {"hold_words": [[], ["casino"]]}


def test_in_a_wave_two_people_add_words_to_the_same_list(mo):
    Policy.change({"block_words": "casino\nlottery"}, by=None)
    opened = typed()
    edith_saves(block_words="casino\nlottery\nroulette")
    assert mo.post(ADDRESS, opened | {"block_words": "casino\r\npoker"}).status_code == 303
    assert Policy.stored().block_words.split() == ["casino", "roulette", "poker"]


def test_only_the_line_that_both_changed_is_asked_about_and_nothing_is_lost(mo):
    Policy.change({"hold_words": "casino\nlottery", "depth": 4}, by=None)
    opened = sent_again(mo.get(ADDRESS))
    edith_saves(hold_words="*casino\nlottery\nbingo", depth=3)
    mine = {
        "hold_words": "casino*\nlottery\npoker",
        "trash_days": "9",
        "try-body": "Half a thought.",
    }
    response = mo.post(ADDRESS, opened | mine)
    page = words(response)
    assert response.status_code == 409 and Policy.stored().trash_days == 30
    assert "Nothing is saved yet: somebody changed the same as you" in page
    assert "Edith changed “casino” to “*casino”, you to “casino*”." in page
    assert page.count("you to “casino*”") == 2, "in the banner, and at the field"
    assert "Half a thought." in page and "levels of replies:" not in page.split("Who changed")[0]

    again = sent_again(response)
    assert again["hold_words"].split() == ["casino*", "lottery", "bingo", "poker"]
    assert (again["depth"], again["trash_days"]) == ("3", "9")
    assert mo.post(ADDRESS, again).status_code == 303
    stored = Policy.stored()
    assert stored.hold_words.split() == ["casino*", "lottery", "bingo", "poker"]
    assert (stored.depth, stored.trash_days) == (3, 9)


@pytest.mark.parametrize(
    ("theirs", "mine", "said"),
    [
        ({"link_limit": 7}, {"link_limit": "3"}, "Edith changed it from 2 to 7, you to 3."),
        (
            {"hold_words": ""},
            {"hold_words": "casino*"},
            "Edith took out “casino”; you changed it to “casino*”.",
        ),
        (
            {"hold_words": "casino*"},
            {"hold_words": ""},
            "Edith changed “casino” to “casino*”; you took it out.",
        ),
    ],
)
def test_who_changed_the_same_and_to_what_is_said(mo, theirs, mine, said):
    Policy.change({"hold_words": "casino"}, by=None)
    opened = typed()
    edith_saves(**theirs)
    Policy.add_line("hold_words", "bingo", by=make_user(Role.EDITOR, display_name="Ana"))
    response = mo.post(ADDRESS, opened | mine)
    assert response.status_code == 409 and said in words(response)


@pytest.mark.parametrize("press", [{"try": "1", "try-body": "Text."}, {"link_limit": ""}])
def test_a_page_shown_again_still_knows_what_it_was_opened_with(mo, press):
    opened = typed()
    edith_saves(link_limit=7)
    shown = sent_again(mo.post(ADDRESS, opened | press))
    assert mo.post(ADDRESS, shown | {"link_limit": "2", "depth": "4"}).status_code == 303
    assert (Policy.stored().link_limit, Policy.stored().depth) == (7, 4)


@pytest.mark.parametrize("forged", [None, "", "x", "-1", "9" * 5_000, "²", "\0"])
def test_what_does_not_say_what_it_was_opened_with_overwrites_nothing_unasked(mo, forged):
    edith_saves(link_limit=7, hold_words="casino")
    sent = typed(link_limit="3", hold_words="poker")
    for name in ("link_limit", "hold_words"):
        sent.pop(f"initial-{name}")
        if forged is not None:
            sent[f"initial-{name}"] = forged
    response = mo.post(ADDRESS, sent)
    assert response.status_code == 409
    assert (Policy.stored().link_limit, Policy.stored().hold_words) == (7, "casino")
    if forged is None:
        assert "It was changed to 7 after you had opened this page." in words(response)
    assert sent_again(response)["hold_words"].split() in (["poker", "casino"], ["casino", "poker"])


def test_what_both_added_is_refused_where_it_is_too_much_together(mo):
    base = "\n".join(f"word{n}" for n in range(4_999))
    Policy.change({"hold_words": base}, by=None)
    opened = typed()
    edith_saves(hold_words=f"{base}\nhers")
    response = mo.post(ADDRESS, opened | {"hold_words": f"{base}\nmine"})
    assert response.status_code == 422 and "At most 5,000 lines." in words(response)
    assert "mine" not in Policy.stored().hold_words


def test_the_command_writes_only_what_it_was_told(monkeypatch):
    def stored_and_then_changed():
        stored = real()
        edith_saves(depth=3)
        return stored

    real = Policy.stored
    monkeypatch.setattr(Policy, "stored", stored_and_then_changed)
    printed = run("link_limit=4")
    assert (real().link_limit, real().depth) == (4, 3)
    assert "depth=3" in printed
