"""The checklist in the form of a post: it says what it found, and stops nobody for good."""

from html import unescape

import pytest

from blog.models import Correction, Post, Role
from tests.blog.test_two_editors import open_form, send, shown
from tests.desk import ESSAY, Desk, errors
from tests.factories import make_post

pytestmark = pytest.mark.django_db
UNFINISHED = ESSAY["body"] + "\n\nTK: who drove it?"


@pytest.fixture
def desk(db):
    return Desk()


def test_what_is_unfinished_is_said_before_it_is_published(desk):
    asked = desk.type(body=UNFINISHED)
    page = unescape(asked.content.decode())
    assert asked.status_code == 200 and not Post.objects.exists()
    assert "The checklist found one thing" in page
    assert '<a href="#id_body"' in page and "TK: who drove it?" in page


def test_published_anyway_it_is_recorded(desk):
    asked = desk.type(body=UNFINISHED)
    assert desk.type("_anyway", body=UNFINISHED, _pressed="_publish").status_code == 302
    post = Post.objects.get()
    assert post.status == "published"
    assert post.revisions.get().note.startswith("Published anyway: ")
    assert asked.status_code == 200


def test_no_excerpt_and_no_tag_stop_nobody(desk):
    assert desk.typed(excerpt="", tags="").status == "published"


def test_the_checklist_can_be_read_without_publishing(desk):
    post = desk.typed("_draft", body=UNFINISHED, excerpt="")
    page = send(desk, post, open_form(desk, post), "_check")
    assert "The checklist found 2 things" in page.content.decode()
    post.refresh_from_db()
    assert (post.status, shown(page)["title"]) == ("draft", ESSAY["title"])


def test_a_draft_is_saved_whatever_is_unfinished(desk):
    assert desk.typed("_draft", body=UNFINISHED).status == "draft"


# A live post asks whether the change is a small fix or a correction.


def test_a_small_fix_tells_readers_nothing():
    desk, post = Desk(Role.EDITOR), make_post()
    form = open_form(desk, post)
    assert form["change"] == "fix"
    assert send(desk, post, form, "_update", body="Without the typo.").status_code == 302
    assert not Correction.objects.exists()


def test_a_correction_stands_under_the_text():
    desk, post = Desk(Role.EDITOR), make_post()
    words = {"change": "correction", "correction": "The tram was *red*."}
    assert send(desk, post, open_form(desk, post) | words, "_update").status_code == 302
    assert "The tram was <em>red</em>." in desk.client.get(post.path).content.decode()
    assert Correction.objects.get().by == desk.user


@pytest.mark.parametrize(
    ("words", "field"),
    [
        ({"change": "correction"}, "correction"),
        ({"change": "fix", "correction": "The tram was red."}, "change"),
        ({"change": "correction", "correction": "x" * 501}, "correction"),
    ],
)
def test_half_a_correction_is_asked_about(words, field):
    desk, post = Desk(Role.EDITOR), make_post()
    answer = send(desk, post, open_form(desk, post) | words, "_update")
    assert list(errors(answer)) == [field]
    assert not Correction.objects.exists()


def test_a_draft_has_no_question_about_corrections(desk):
    assert "change" not in open_form(desk)
