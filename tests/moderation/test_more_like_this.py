"""What a comment has in common with others, and the way from it to acting on them."""

import re

import pytest

from comments.models import Comment
from comments.queue import selection
from comments.rules.holding import Reason
from tests.factories import make_comment, make_post
from tests.moderation.test_bulk import MANY, ids_of
from tests.pages import hrefs, html, words

pytestmark = pytest.mark.django_db


def test_each_card_leads_to_what_others_have_in_common_with_it(mo):
    comment = make_comment()
    page = html(mo.get("/moderation/"))
    (href,) = [
        h for h in hrefs(mo.get("/moderation/")) if f"many/?comment={comment.public_id}" in h
    ]
    assert re.search(
        rf"{MANY}\?comment={comment.public_id}&amp;before=2\d+-\d\d-\d\dT[\d:.]+Z", page
    )
    assert mo.get(href).status_code == 200


def test_it_says_how_many_others_there_are_of_each_kind(mo):
    post = make_post()
    fields = {
        "author_email": "a@example.net",
        "network": "198.51.100.0/24",
        "body": "See https://spam.example/x and https://spam.example/y",
        "held_because": [["links", "2"], ["words", "casino"]],
    }
    comment = make_comment(post, **fields)
    for name in fields:
        make_comment(post, **{name: fields[name]})
    make_comment(post, status="spam", **fields)
    page = mo.get(MANY, {"comment": comment.public_id})
    said = words(page)
    assert "In Pending at " in said and "this comment included" in said
    for expected in (
        "2 from the e-mail address a@example.net",
        "2 from the network 198.51.100.0/24",
        "2 with the text “See https://spam.example/x and https://spam.example/y”",
        "2 with a link to spam.example",
        "2 with a link to https://spam.example/x",
        "2 held because: 2 links",
        "2 held because: contains “casino” (a word of the policy)",
    ):
        assert expected in said
    ways = [href for href in hrefs(page) if href.startswith(f"{MANY}?tab=pending&")]
    assert [len(ids_of(mo.get(way))) for way in ways if "before=" in way] == [2] * 8


def test_it_says_where_only_the_newest_were_looked_at(mo, monkeypatch):
    monkeypatch.setattr(selection, "READ", 3)
    made = [make_comment(make_post(), body="https://spam.example/") for _n in range(5)]
    said = words(mo.get(MANY, {"comment": made[-1].public_id}))
    assert "3 with a link to spam.example (of those sent after " in said
    assert "1 from the e-mail address" in said and said.count("of those sent after") == 1


@pytest.mark.parametrize("code", [*Reason, Comment.SAME])
def test_whatever_held_it_leads_to_the_others(mo, code):
    detail = "3" if code == "links" else "a@b.example"
    comment = make_comment(status="spam", held_because=[[code, detail]], check_error=code)
    assert mo.get(MANY, {"comment": comment.public_id}).status_code == 200
    assert mo.get(MANY, {"tab": "spam", "reason": code}).status_code == 200


def test_an_address_of_the_policy_leads_to_those_that_it_held(mo):
    held = [["author", "a@b.example"]]
    comments = [make_comment(status="spam", held_because=held) for _n in range(2)]
    page = mo.get(MANY, {"comment": comments[0].public_id})
    assert "2 held because: with the e-mail address a@b.example (blocked by the policy)" in words(
        page
    )


def test_what_it_does_not_have_is_not_offered(mo):
    comment = make_comment(author_email="", network="", ip=None)
    page = mo.get(MANY, {"comment": comment.public_id})
    assert "from the" not in words(page)
    assert "1 with the text" in words(page)


@pytest.mark.parametrize("number", ["", "x", "0", "-1", "9" * 18, "9" * 30, "\0", "٣"])
def test_a_comment_that_is_none_is_not_found(mo, number):
    assert mo.get(MANY, {"comment": number}).status_code == 404


def test_from_a_tab_anything_may_be_typed(mo):
    make_comment(status="spam")
    page = mo.get("/moderation/?tab=spam")
    (href,) = [h for h in hrefs(page) if h.startswith(f"{MANY}?choose=1&tab=spam")]
    form = mo.get(href)
    assert "Everything in Spam that has something in common." in words(form)
    assert 'name="before" value="2' in html(form)
    again = mo.get(f"{MANY}?tab=reported")
    assert "Everything in Reported that has" in words(again)
