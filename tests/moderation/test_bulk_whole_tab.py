"""What the queue shows is what “Act on all” acts on: the tab, and all that it is narrowed to."""

import re
from datetime import timedelta
from html import unescape
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from blog.models import Role
from comments.models import Comment, Decision, Report
from comments.queue import counts, selection
from comments.queue import page as queue
from tests.factories import make_comment, make_post, make_user, moderator
from tests.moderation.test_bulk import ids_of, stamp
from tests.pages import hidden_fields, html, link, words

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


def preview(client, name: str, **asked):
    return client.get(link(client.get(f"/moderation/?{urlencode(asked)}"), name))


def press(client, page, verb: str):
    return client.post("/moderation/many/", {"verb": verb, **hidden_fields(page)})


def statuses(comments) -> list[str]:
    return [Comment.objects.get(pk=comment.pk).status for comment in comments]


def published(post, count: int, **fields) -> list[Comment]:
    earlier = {"submitted_at": timezone.now() - HOUR, "status_at": timezone.now() - HOUR}
    return [make_comment(post, status="approved", **earlier | fields) for _n in range(count)]


def report(comment) -> None:
    Report.submit(comment, "Rude.", "198.51.100.0/24")


LATE_SPAM = {"screened": "spam"}


@pytest.mark.parametrize("tab", ["reported", "second-look"])
def test_opened_from_a_second_look_it_does_not_act_on_all_that_is_approved(mo, tab):
    post = make_post()
    others = published(post, 3)
    shown = published(post, 2, **(LATE_SPAM if tab == "second-look" else {}))
    for comment in shown if tab == "reported" else ():
        report(comment)
    page = preview(mo, "Act on all 2 comments", tab=tab)
    assert sorted(ids_of(page)) == sorted(comment.public_id for comment in shown)
    assert "Keep 2 comments stay public and ask for no second look." in words(page)
    assert press(mo, page, "spam")["Location"] == f"/moderation/?tab={tab}"
    assert statuses([*shown, *others]) == ["spam"] * 2 + ["approved"] * 3
    assert Decision.objects.filter(new_status="spam").values("batch").distinct().count() == 1


def test_all_of_a_second_look_are_kept_and_said_to_be(mo):
    shown = published(make_post(), 2, **LATE_SPAM)
    press(mo, preview(mo, "Act on all 2 comments", tab="second-look"), "approve")
    assert statuses(shown) == ["approved"] * 2
    page = mo.get("/moderation/?tab=second-look")
    assert "2 comments kept." in words(page) and "Akismet said: spam" not in words(page)


def test_what_was_reported_after_the_page_was_made_is_left(mo):
    post = make_post()
    first, second = published(post, 2)
    report(first)
    page = preview(mo, "Act on 1 comment", tab="reported")
    report(second)
    press(mo, page, "spam")
    assert statuses([first, second]) == ["spam", "approved"]


def test_what_a_colleague_kept_meanwhile_is_left_and_named(mo):
    shown = published(make_post(), 2, **LATE_SPAM)
    page = preview(mo, "Act on all 2 comments", tab="second-look")
    Comment.objects.get(pk=shown[0].pk).approve(by=make_user(Role.EDITOR, display_name="Ana S."))
    press(mo, page, "trash")
    assert statuses(shown) == ["approved", "trash"]
    said = words(mo.get("/moderation/?tab=second-look"))
    assert "Left unchanged" in said and "Ana S." in said


def searched(post):
    """Three that a search finds and three that it does not, with the search."""
    hit = {"body": "The tramway stops here.", "held_because": [["links", "2"]]}
    made = [
        *(make_comment(post, **hit) for _n in range(2)),
        make_comment(make_post(), **hit),
        make_comment(post, body="The tramway stops here."),
        make_comment(post, body="Nothing of it.", held_because=[["links", "2"]]),
    ]
    return made, {"q": "tramway", "reason": "links", "post": str(post.pk)}


@pytest.mark.parametrize("tab", ["pending", "spam"])
def test_words_post_and_reason_of_a_search_are_not_forgotten(mo, tab):
    post = make_post()
    made, asked = searched(post)
    if tab == "spam":
        Comment.decide({comment.public_id: None for comment in made}, "spam", by=moderator())
    page = preview(mo, "Act on all 2 that match", tab=tab, **asked)
    assert sorted(ids_of(page)) == sorted([made[0].public_id, made[1].public_id])
    said = words(page)
    assert "words: tramway" in said and f"post: {post.title}" in said
    assert "held because of their links" in said
    press(mo, page, "trash")
    assert statuses(made) == ["trash"] * 2 + [tab] * 3


SEARCHES = [
    ({"q": "Ana@Example.com"}, {"author_email": "ana@example.com"}),
    ({"q": "@example.com"}, {"author_email": "ana@example.com"}),
    ({"q": "10.9.8.7"}, {"network": "10.9.8.0/24"}),
    ({"q": "10.9.0.0/16"}, {"network": "10.9.8.0/24"}),
    ({"q": "Zoë Tramway"}, {"author_name": "Zoë Tramway"}),
    ({"q": "🔔"}, {"body": "The bell 🔔."}),
    ({"author": "ANA@example.com"}, {"author_email": "ana@example.com"}),
    ({"reason": "not-checked"}, {"screened": "unavailable"}),
]


@pytest.mark.parametrize(("asked", "fields"), SEARCHES, ids=str)
def test_whatever_was_searched_for_is_what_is_acted_on(mo, asked, fields):
    post = make_post()
    shown, others = [make_comment(post, **fields) for _n in range(2)], [make_comment(post)]
    page = preview(mo, "Act on all 2 that match", **asked)
    assert sorted(ids_of(page)) == sorted(comment.public_id for comment in shown)
    press(mo, page, "spam")
    assert statuses([*shown, *others]) == ["spam", "spam", "pending"]


def test_the_whole_tab_is_acted_on_where_it_is_not_narrowed_and_taken_back_as_one(mo, monkeypatch):
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    post = make_post()
    made, other = [make_comment(post) for _n in range(5)], make_comment(post, status="spam")
    page = preview(mo, "Act on all 5 comments")
    assert "5 comments in Pending" in words(page) and "all of this tab" in words(page)
    press(mo, page, "trash")
    assert statuses([*made, other]) == ["trash"] * 5 + ["spam"]
    Comment.undo(Decision.objects.last().batch, by=moderator())
    assert statuses(made) == ["pending"] * 5


@pytest.mark.parametrize("asked", [{"q": "tramway"}, {"q": "🔔"}, {"reason": "links"}], ids=str)
def test_the_number_is_that_of_all_pages_not_of_this_one(mo, monkeypatch, asked):
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    for _n in range(5):
        make_comment(body="A tramway 🔔.", held_because=[["links", "2"]])
    make_comment()
    page = mo.get(f"/moderation/?{urlencode(asked)}")
    following = re.search(r'<p class="more"><a href="([^"]+)"', html(page))[1]
    for shown in (page, mo.get(f"/moderation/{unescape(following)}")):
        assert len(ids_of(mo.get(link(shown, "Act on all 5 that match")))) == 5


@pytest.mark.parametrize("sort", ["oldest", "newest"])
@pytest.mark.parametrize("asked", [{}, {"q": "tramway"}, {"reason": "links"}], ids=str)
def test_the_first_ones_are_shown_in_the_order_of_the_queue(mo, monkeypatch, asked, sort):
    monkeypatch.setattr("comments.moderation.bulk_views.PREVIEW", 2)
    hit = {"body": "A tramway.", "held_because": [["links", "2"]]}
    made = [make_comment(**hit, submitted_at=timezone.now() - HOUR * (5 - n)) for n in range(4)]
    first = made[:2] if sort == "oldest" else made[:1:-1]
    given = asked | ({} if sort == "oldest" else {"sort": sort})
    name = "Act on all 4 that match" if asked else "Act on all 4 comments"
    page = preview(mo, name, **given)
    assert ids_of(page) == [comment.public_id for comment in first]
    assert f"Which ones, the {sort} first" in words(page) and "and 2 more" in words(page)
    form = preview(mo, "Act on some of them", **given)
    fields = hidden_fields(form)
    del fields["csrfmiddlewaretoken"]
    page = mo.get("/moderation/many/", {**fields, "reason": "links"})
    assert ids_of(page) == [comment.public_id for comment in first]


def test_where_not_all_were_looked_at_the_number_says_so(mo, monkeypatch):
    monkeypatch.setattr(selection, "READ", 2)
    monkeypatch.setattr(queue, "PER_PAGE", 1)
    for _n in range(4):
        make_comment(held_because=[["links", "2"]])
    assert len(ids_of(preview(mo, "Act on the 2 that were found so far", reason="links"))) == 2


def test_of_more_words_than_can_be_looked_up_the_newest_are_acted_on(mo, monkeypatch):
    monkeypatch.setattr(selection, "READ", 2)
    now, post = timezone.now(), make_post()
    made = [
        make_comment(post, body="A tramway.", submitted_at=now - HOUR * (5 - n)) for n in range(5)
    ]
    page = mo.get("/moderation/many/", {"q": "tramway", "before": stamp()})
    assert ids_of(page) == [made[4].public_id, made[3].public_id]
    further = link(page, "Look at the next 20,000")
    assert ids_of(mo.get(f"/moderation/many/{further}")) == [made[2].public_id, made[1].public_id]


def test_of_very_many_the_number_is_honest(mo, monkeypatch):
    monkeypatch.setattr(selection, "MOST", 2)
    monkeypatch.setattr(counts, "MOST_COUNTED", 2)
    monkeypatch.setattr(queue, "PER_PAGE", 2)
    for _n in range(4):
        make_comment(body="A tramway.")
    page = mo.get("/moderation/?q=tramway")
    assert "Act on all 2+ that match" in words(page)


def test_some_of_what_a_search_shows_are_chosen_among_these(mo):
    made, asked = searched(make_post())
    form = preview(mo, "Act on some of them", **asked)
    assert "Only among these:" in words(form) and "words: tramway" in words(form)
    fields = hidden_fields(form)
    del fields["csrfmiddlewaretoken"]
    page = mo.get("/moderation/many/", {**fields, "author": made[0].author_email})
    assert ids_of(page) == [made[0].public_id]


def test_the_box_says_that_it_means_this_page(mo, monkeypatch):
    monkeypatch.setattr(queue, "PER_PAGE", 3)
    for _n in range(5):
        make_comment()
    said = words(mo.get("/moderation/"))
    assert "All 3 on this page" in said and "Select all" not in said


def test_an_author_acts_on_what_the_own_queue_shows(client):
    own, other = make_comment(body="A tramway."), make_comment(body="A tramway.")
    client.force_login(own.post.author)
    page = preview(client, "Act on the 1 that matches", q="tramway")
    assert ids_of(page) == [own.public_id]
    press(client, page, "spam")
    assert statuses([own, other]) == ["spam", "pending"]


@pytest.mark.parametrize("post", ["x", "٣", "-1", "9" * 40])
def test_a_post_that_is_no_number_is_not_understood(mo, post):
    response = mo.get("/moderation/many/", {"post": post})
    assert response.status_code == 422 and "There is no post" in words(response)


@pytest.mark.parametrize("asked", [{"q": "tramway"}, {"reason": "links"}, {}], ids=str)
def test_however_much_matches_the_queue_asks_as_often(mo, monkeypatch, asked):
    monkeypatch.setattr(queue, "PER_PAGE", 2)

    def ask() -> int:
        mo.get("/moderation/", asked)
        with CaptureQueriesContext(connection) as queries:
            mo.get("/moderation/", asked)
        return len(queries)

    hit = {"body": "A tramway.", "held_because": [["links", "2"]]}
    for _n in range(3):
        make_comment(**hit)
    few = ask()
    for _n in range(20):
        make_comment(**hit)
    assert ask() == few
