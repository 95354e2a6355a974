"""On a public page, who works here finds the way to its form and to its comments."""

import pytest
from django.test import Client

from blog.models import Role
from tests.factories import make_comment, make_post, make_user
from tests.pages import html

pytestmark = pytest.mark.django_db


@pytest.fixture
def post():
    return make_post(author=make_user(Role.AUTHOR))


def links(post, user=None) -> tuple[bool, bool]:
    """Whether the page leads to the post's form, and to its comments in the queue."""
    client = Client()
    if user:
        client.force_login(user)
    page = html(client.get(post.path))
    return f"/admin/blog/post/{post.pk}/change/" in page, f"/moderation/?post={post.pk}" in page


@pytest.mark.parametrize(
    ("role", "edits", "moderates"),
    [
        (None, False, False),
        (Role.CONTRIBUTOR, False, False),
        (Role.AUTHOR, False, False),
        (Role.MODERATOR, False, True),
        (Role.EDITOR, True, True),
        (Role.ADMINISTRATOR, True, True),
    ],
)
def test_on_the_posts_of_others(post, role, edits, moderates):
    make_comment(post)
    assert links(post, make_user(role)) == (edits, moderates)
    assert links(post) == (False, False)


def test_on_an_own_post(post):
    assert links(post, post.author) == (True, False)
    make_comment(post)
    assert links(post, post.author) == (True, True)


def test_on_a_page_and_not_on_lists(post):
    editor = make_user(Role.EDITOR)
    about = make_post(kind="page", slug="about")
    assert links(about, editor) == (True, False)
    client = Client()
    client.force_login(editor)
    assert ">Edit<" not in html(client.get("/"))


def test_readers_cost_no_query(post, django_assert_num_queries):
    make_comment(post)
    client = Client()
    client.get(post.path)
    with django_assert_num_queries(8) as asked:
        client.get(post.path)
    assert not [each for each in asked if "django_session" in each["sql"]]
