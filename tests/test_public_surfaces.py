"""What is not public is read at no address by anybody who has not signed in.

Every address of the site is asked, so a new one is too: it needs its arguments in tests/world.py,
and, where somebody may read there what others may not, a line in OWN.
"""

from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from blog.models import Correction, Image, Post, Role
from blog.views import lists
from tests.factories import make_comment, make_post, make_user, picture
from tests.world import World, addresses

pytestmark = pytest.mark.django_db

# In each text that nobody may see.
WORD = "unseen"
DAY = timedelta(days=1)
# The page of whoever wrote the comment, by a signed link.
OWN = {"comment-status"}
# In the same texts, to look for: a page repeats what it was asked.
QUERY = {"q": "lantern", "page": "1"}


@pytest.fixture
def world(db, own_folder, mail_server, monkeypatch):
    monkeypatch.setattr(lists, "TITLES", 1)
    return World()


def hide(post: Post, state: str) -> None:
    now = timezone.now()
    changes = {
        "draft": {"status": "draft"},
        "review": {"status": "review"},
        "scheduled": {"published_at": now + DAY},
        "private": {"status": "private"},
        "expired": {"expires_at": now - DAY},
        "trash": {"status": "trash"},
    }
    Post.objects.filter(pk=post.pk).update(**changes[state])


STATES = ["draft", "review", "scheduled", "private", "expired", "trash"]


def unseen_post(world) -> Post:
    """With the word in everything that a post can have; it shares a tag and an author with
    others."""
    said = {
        name: f"Unseen lantern {name}" for name in ("title", "deck", "excerpt", "body", "lead_alt")
    }
    said |= {"lead_caption": "Unseen lantern", "meta_description": "Unseen description"}
    image = Image.objects.create(file=picture(), sha256="1", alt="Unseen", credit="Unseen")
    post = make_post(author=world.user, lead_image=image, tags=["Tram", "Unseen tag"], **said)
    other = make_user(Role.AUTHOR, display_name="Unseen Ann", bio="Unseen")
    post.bylines.create(user=other)
    Correction.objects.record(post, "Unseen correction", by=world.user)
    return post


def unseen_comment(post: Post, **fields):
    said = {"body": "Unseen lantern words.", "author_name": "Unseen Hal"}
    said |= {"author_url": "https://unseen.example/"}
    return make_comment(post, **said | fields)


def read_everywhere(world) -> set[str]:
    """The names of the addresses at which the word is read."""
    client = Client()
    return {
        name
        for name in addresses()
        for query in ({}, QUERY)
        if WORD in words_of(client.get(world.path(name), query))
    }


def words_of(answer) -> str:
    """Its text and where it leads."""
    body = b"".join(answer) if answer.streaming else answer.content
    return (unescape(body.decode(errors="replace")) + answer.headers.get("Location", "")).lower()


def test_the_word_is_read_where_all_is_public(world):
    """Or the tests below would find nothing wherever it was."""
    world.post = unseen_post(world)
    world.comment = unseen_comment(world.post, status="approved")
    found = read_everywhere(world)
    shown = {
        "home",
        "archive",
        "tags",
        "post",
        "tag",
        "author",
        "year",
        "month",
        "corrections",
        "search",
    }
    shown |= {f"{name}{form}" for name in FEEDS for form in ("", "-atom", "-json")}
    assert shown <= found


FEEDS = ["feed", "tag-feed", "author-feed", "post-feed", "comments-feed", "corrections-feed"]


@pytest.mark.parametrize("state", STATES)
def test_a_post_that_is_not_public_is_read_nowhere(world, state):
    hidden = unseen_post(world)
    comment = unseen_comment(hidden, status="approved")
    hide(hidden, state)
    assert read_everywhere(world) == set()
    world.post, world.comment = hidden, comment
    assert read_everywhere(world) <= OWN


@pytest.mark.parametrize("state", ["pending", "spam", "trash", "withdrawn"])
def test_a_comment_that_is_not_public_is_read_nowhere(world, state):
    status = "approved" if state == "withdrawn" else state
    comment = unseen_comment(world.post, status=status)
    if state == "withdrawn":
        comment.withdraw()
    for _n in range(2):
        make_comment(parent=comment, status="approved", body="A reply.")
    assert read_everywhere(world) == set()
    world.comment = comment
    assert read_everywhere(world) <= OWN
