"""Who may press which button when: every role, on own, shared and other people's posts, by forms as
a script sends them, whether the page has the button or not."""

import pytest

from blog.editing.publishing import VERBS
from blog.models import Post, PostAuthor, Role
from tests.desk import AHEAD, ESSAY, Desk, errors
from tests.factories import make_post, make_user

pytestmark = pytest.mark.django_db

STATES = ("draft", "review", "scheduled", "published", "private", "trash")
FULL = {
    "draft": "_draft _publish _schedule _trash",
    "review": "_update _publish _schedule _send_back _trash",
    "scheduled": "_update _take_down _trash",
    "published": "_update _take_down _private _trash",
    "private": "_update _publish _take_down _trash",
    "trash": "_restore",
}
# Role and whose post → state → buttons. What is not named does nothing.
MAY = {
    ("Administrator", "others"): FULL,
    ("Editor", "shared"): FULL,
    ("Editor", "others"): FULL,
    ("Author", "own"): FULL | {"review": "_update _publish _schedule _take_down _trash"},
    ("Author", "shared"): {
        "draft": "_draft _review",
        **dict.fromkeys(("review", "scheduled", "published", "private"), "_update"),
    },
    ("Author", "others"): {},
    ("Contributor", "own"): {
        "draft": "_draft _review _trash",
        "review": "_update _take_down _trash",
        "trash": "_restore",
    },
    ("Contributor", "shared"): {"draft": "_draft _review", "review": "_update"},
    ("Contributor", "others"): {},
    ("Moderator", "own"): {},
}
BECOMES = {
    **{"_draft": "draft", "_review": "review", "_send_back": "draft", "_publish": "published"},
    **{"_schedule": "published", "_private": "private", "_take_down": "draft"},
    **{"_trash": "trash", "_restore": "draft"},
}


def made(state: str, desk: Desk, whose: str, **fields) -> Post:
    status = "published" if state == "scheduled" else state
    fields |= {"days_ago": -1} if state == "scheduled" else {}
    fields |= {"author": desk.user} if whose == "own" else {}
    post = make_post(status=status, **fields)
    if whose == "shared":
        PostAuthor.objects.create(post=post, user=desk.user)
    return post


def press(desk: Desk, button: str, post: Post, **fields) -> Post:
    if desk.user.has_role(Role.EDITOR, Role.ADMINISTRATOR):
        fields |= {"author": post.author.pk, "kind": "post"}
    desk.type(button, post, **fields)
    return Post.objects.get(pk=post.pk)


@pytest.mark.parametrize(("role", "whose"), MAY)
def test_a_button_works_for_whom_it_is_there(role, whose):
    desk, wrong = Desk(Role(role)), []
    for state in STATES if MAY[role, whose] else ("draft", "published"):
        for button in VERBS:
            may = button in MAY[role, whose].get(state, "").split()
            if button == "_update" and not may and state in MAY[role, whose]:
                continue  # a form without a button: it saves the text and keeps the status
            post = made(state, desk, whose)
            after = press(desk, button, post, **(AHEAD if button == "_schedule" else {}))
            expected = BECOMES.get(button, post.status) if may else post.status
            is_saved = after.title == ESSAY["title"]
            if (after.status, is_saved) != (expected, may):
                wrong.append((state, button, after.status, is_saved))
            Post.objects.filter(pk=post.pk).update(title="Done", slug=None, path=None)
    assert wrong == []


@pytest.mark.parametrize(("role", "whose"), [("Author", "shared"), ("Contributor", "own")])
def test_an_answer_to_a_question_is_no_way_round(role, whose):
    desk = Desk(Role(role))
    for button in ("_publish", "_schedule", "_private"):
        post = made("draft", desk, whose)
        assert press(desk, "_anyway", post, _pressed=button, **AHEAD).status == "draft"


@pytest.mark.parametrize("button", ["_publish", "_schedule", "_private", "_trash", "_take_down"])
def test_a_contributor_publishes_nothing_from_the_form_of_a_new_post(button):
    answer = Desk(Role.CONTRIBUTOR).type(button, **AHEAD)
    assert errors(answer) and not Post.objects.exists()


# What a date would do.


@pytest.mark.parametrize("state", ["published", "scheduled"])
@pytest.mark.parametrize("name", ["published_at", "expires_at"])
@pytest.mark.parametrize("date", ["2001-01-01", "2099-11-24"])
def test_a_co_author_neither_publishes_nor_takes_down_by_a_date(state, name, date):
    desk = Desk(Role.AUTHOR)
    post = made(state, desk, "shared")
    after = press(desk, "_update", post, **{f"{name}_0": date, f"{name}_1": "07:00:00"})
    assert after.title == ESSAY["title"]
    assert (after.published_at, after.expires_at) == (post.published_at, post.expires_at)


def test_a_co_author_may_date_a_draft():
    desk = Desk(Role.AUTHOR)
    after = press(desk, "_draft", made("draft", desk, "shared"), **AHEAD)
    assert after.published_at.year == 2099


# The trash of a Contributor.


@pytest.mark.parametrize("before", ["published", "private"])
def test_a_contributor_brings_back_nothing_that_readers_would_see(before):
    desk = Desk(Role.CONTRIBUTOR)
    post = made("trash", desk, "own", status_before_trash=before)
    assert press(desk, "_restore", post).status == "trash"


def test_a_contributor_takes_back_what_went_to_the_trash_by_mistake():
    desk = Desk(Role.CONTRIBUTOR)
    post = desk.typed("_draft")
    for button in ("_trash", "_restore"):
        post = press(desk, button, post)
    assert post.status == "draft"


# By address.


@pytest.mark.parametrize("role", [Role.AUTHOR, Role.CONTRIBUTOR, Role.MODERATOR])
def test_other_peoples_posts_have_no_form(role):
    desk = Desk(role)
    for state in STATES:
        post = make_post(status="draft" if state == "scheduled" else state)
        page = desk.page(post)
        assert page.status_code in (302, 403, 404)
        assert post.title not in page.content.decode()


def test_a_moderator_writes_nothing():
    desk = Desk(Role.MODERATOR)
    assert desk.page().status_code == 403
    assert desk.type("_draft").status_code == 403
    assert not Post.objects.exists()


def test_nobody_makes_somebody_else_the_author_without_being_an_editor():
    desk, other = Desk(Role.AUTHOR), make_user(Role.AUTHOR)
    post = desk.typed("_draft")
    after = press(desk, "_draft", post, author=other.pk, co_authors=other.pk, pinned="on")
    assert (after.author, after.pinned) == (desk.user, False)
    assert not after.bylines.exists()
